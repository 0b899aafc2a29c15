import { type ContainerConfig, type PodSandboxConfig, runtimeLabels } from '../container-runtime.ts'

let serial = 0

/** A pod's sandbox as the kubelet asks for it. */
export function sandboxConfig(change: Partial<PodSandboxConfig> = {}): PodSandboxConfig {
  serial++
  const uid = change.uid ?? crypto.randomUUID()
  const name = change.name ?? `pod-${serial}`
  return {
    name,
    namespace: 'default',
    uid,
    attempt: 0,
    hostname: name,
    hostNames: [change.hostname ?? name],
    hostNetwork: false,
    hostPID: false,
    hostIPC: false,
    dns: {
      nameservers: ['10.96.0.10'],
      searches: ['default.svc.cluster.local'],
      options: ['ndots:5'],
    },
    hostAliases: [],
    portMappings: [],
    sysctls: {},
    labels: {},
    annotations: {},
    volumes: [],
    files: new Map(),
    containerNames: [],
    ...change,
  }
}

/** A container as the kubelet asks for it. */
export function containerConfig(
  pod: PodSandboxConfig,
  change: Partial<ContainerConfig> & { image: string },
): ContainerConfig {
  const name = change.name ?? 'app'
  return {
    name,
    attempt: 0,
    command: undefined,
    args: undefined,
    workingDir: undefined,
    env: [],
    mounts: [],
    labels: {
      [runtimeLabels.podName]: pod.name,
      [runtimeLabels.podNamespace]: pod.namespace,
      [runtimeLabels.podUid]: pod.uid,
      [runtimeLabels.containerName]: name,
    },
    annotations: {},
    processes: 'container',
    stdin: false,
    stdinOnce: false,
    tty: false,
    resources: {},
    security: {},
    terminationMessagePath: '/dev/termination-log',
    ...change,
  }
}
