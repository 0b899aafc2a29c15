import { formatTime } from '#base/clock.ts'
import type { Node, NodeCondition, NodeStatus, Taint } from '#kubernetes/api/core-v1.ts'
import type { MachineFacts } from '../../runtimes/container-runtime.ts'

/** What a node is given beside what its machine has. */
export interface NodeTraits {
  labels: Readonly<Record<string, string>>
  annotations: Readonly<Record<string, string>>
  taints: readonly Taint[]
}

export interface NodeFacts {
  name: string
  traits: NodeTraits
  hostIP: string
  podCidr: string
  machine: MachineFacts
  machineId: string
  bootId: string
  /** Such as `docker://20.10.24`. */
  runtimeVersion: string
  kubeletVersion: string
  images: { names: string[]; sizeBytes: number }[]
  /** Whether the engine answers; the message says why not. */
  engine: { ready: boolean; message: string }
}

const evictionMemoryBytes = 100 * 2 ** 20
const evictionDiskShare = 0.1
const maxImages = 50

/** The Node object that the kubelet registers. */
export function nodeObject(facts: NodeFacts, previous: NodeStatus | undefined, now: number): Node {
  const { name, machine, podCidr, traits } = facts
  const architecture = machine.architecture
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'beta.kubernetes.io/arch': architecture,
        'beta.kubernetes.io/os': 'linux',
        'kubernetes.io/arch': architecture,
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        ...traits.labels,
      },
      annotations: {
        'volumes.kubernetes.io/controller-managed-attach-detach': 'true',
        ...traits.annotations,
      },
    },
    spec: {
      podCIDR: podCidr,
      podCIDRs: [podCidr],
      ...(traits.taints.length ? { taints: [...traits.taints] } : {}),
    },
    status: nodeStatus(facts, previous, now),
  }
}

/** What a node can offer to pods, by what its machine has. */
export function allocatableOf(machine: MachineFacts): Record<string, string> {
  return resources(
    machine,
    machine.memoryBytes - evictionMemoryBytes,
    machine.diskBytes * (1 - evictionDiskShare),
  )
}

export function nodeStatus(
  facts: NodeFacts,
  previous: NodeStatus | undefined,
  now: number,
): NodeStatus {
  const { machine, name, hostIP } = facts
  return {
    capacity: resources(machine, machine.memoryBytes, machine.diskBytes),
    allocatable: allocatableOf(machine),
    conditions: nodeConditions(facts, previous, now),
    addresses: [
      { type: 'InternalIP', address: hostIP },
      { type: 'Hostname', address: name },
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 10250 } },
    nodeInfo: {
      machineID: facts.machineId,
      systemUUID: facts.machineId,
      bootID: facts.bootId,
      kernelVersion: machine.kernelVersion,
      osImage: machine.osImage,
      containerRuntimeVersion: facts.runtimeVersion,
      kubeletVersion: facts.kubeletVersion,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: machine.architecture,
    },
    images: facts.images.slice(0, maxImages),
  }
}

function resources(machine: MachineFacts, memoryBytes: number, diskBytes: number) {
  return {
    cpu: String(machine.cpus),
    'ephemeral-storage': `${Math.floor(diskBytes / 1024)}Ki`,
    'hugepages-1Gi': '0',
    'hugepages-2Mi': '0',
    memory: `${Math.floor(memoryBytes / 1024)}Ki`,
    pods: String(machine.maxPods),
    ...machine.resources,
  }
}

function nodeConditions(
  { engine }: NodeFacts,
  previous: NodeStatus | undefined,
  now: number,
): NodeCondition[] {
  const well = (type: string, reason: string, message: string) => ({
    type,
    status: 'False',
    reason,
    message,
  })
  const conditions = [
    well('MemoryPressure', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'),
    well('DiskPressure', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'),
    well('PIDPressure', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'),
    engine.ready
      ? {
          type: 'Ready',
          status: 'True',
          reason: 'KubeletReady',
          message: 'kubelet is posting ready status',
        }
      : {
          type: 'Ready',
          status: 'False',
          reason: 'KubeletNotReady',
          message: `container runtime is down: ${engine.message}`,
        },
  ]
  return conditions.map(condition => {
    const before = previous?.conditions?.find(({ type }) => type === condition.type)
    const lastTransitionTime =
      before?.status === condition.status && before.lastTransitionTime
        ? before.lastTransitionTime
        : formatTime(now)
    return { ...condition, lastHeartbeatTime: formatTime(now), lastTransitionTime }
  })
}
