import type { Container, ContainerPort, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { occupiedAmounts } from '#kubernetes/pod-resources.ts'
import { claimNames } from '#kubernetes/storage-binding.ts'
import { type AffinityTerm, affinityTerms } from './affinity-terms.ts'
import { parseResources, type Resources } from './resources.ts'

/** What containers without requests are taken to need when nodes are compared, so that they spread too. */
const defaultMilliCpu = 100
const defaultMemory = 200 * 1024 * 1024

/** A pod with what scheduling asks of it, worked out once. */
export interface PodInfo {
  readonly pod: Stored<Pod>
  readonly key: string
  readonly uid: string
  readonly priority: number
  /** What it needs of its node. */
  readonly requests: Resources
  /** CPU and memory with defaults in place of what isn't requested; only for scores. */
  readonly assumedMilliCpu: number
  readonly assumedMemory: number
  readonly affinityTerms: readonly AffinityTerm[]
  /** The claims it uses, as `namespace/name`. */
  readonly claims: readonly string[]
  readonly hostPorts: readonly Required<Pick<ContainerPort, 'hostPort' | 'protocol' | 'hostIP'>>[]
}

export function podInfo(pod: Stored<Pod>): PodInfo {
  const requests = parseResources(occupiedAmounts(pod, 'requests'))
  return {
    pod,
    key: keyOf(pod),
    uid: pod.metadata.uid,
    priority: pod.spec?.priority ?? 0,
    requests,
    ...assumedRequests(pod, requests),
    affinityTerms: affinityTerms(pod),
    claims: claimNames(pod).map(name => `${pod.metadata.namespace}/${name}`),
    hostPorts: hostPortsOf(pod),
  }
}

function assumedRequests({ spec }: Pod, requests: Resources) {
  let assumedMilliCpu = requests['cpu'] ?? 0
  let assumedMemory = requests['memory'] ?? 0
  const ofPod = spec.resources?.requests
  for (const container of runningContainers(spec)) {
    const own = { ...ofPod, ...container.resources?.requests }
    if (own['cpu'] === undefined) assumedMilliCpu += defaultMilliCpu
    if (own['memory'] === undefined) assumedMemory += defaultMemory
  }
  return { assumedMilliCpu, assumedMemory }
}

/** Those that run as long as the pod does: sidecars, too. */
const runningContainers = ({ containers = [], initContainers = [] }: PodSpec): Container[] => [
  ...containers,
  ...initContainers.filter(({ restartPolicy }) => restartPolicy === 'Always'),
]

export function hostPortsOf({ spec }: Pod): PodInfo['hostPorts'] {
  return runningContainers(spec).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, protocol = 'TCP', hostIP = '0.0.0.0' }) =>
      hostPort ? [{ hostPort, protocol, hostIP: hostIP || '0.0.0.0' }] : [],
    ),
  )
}
