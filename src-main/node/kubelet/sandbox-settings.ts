import { type PodSandboxConfig, runtimeLabels } from '../runtimes/container-runtime.ts'
import { type ClusterDns, type DnsSettings, dnsSettings } from './dns-settings.ts'
import { hostNames } from './host-names.ts'
import { allContainers, type BoundPod } from './pod-facts.ts'
import type { ResolvedVolumes } from './volumes/pod-volumes.ts'

/** What the engine has to make for a pod as a whole. Throws on a host name that no host can have. */
export function sandboxSettings(
  pod: BoundPod,
  attempt: number,
  volumes: ResolvedVolumes,
  dns: { cluster: ClusterDns; host: DnsSettings },
): PodSandboxConfig {
  const { metadata, spec } = pod
  const namespace = metadata.namespace ?? ''
  const { hostname, names } = hostNames(pod, dns.cluster.domain)
  return {
    name: metadata.name,
    namespace,
    uid: metadata.uid,
    attempt,
    hostname,
    hostNames: names,
    hostNetwork: spec.hostNetwork ?? false,
    hostPID: spec.hostPID ?? false,
    hostIPC: spec.hostIPC ?? false,
    dns: dnsSettings(pod, dns.cluster, dns.host),
    hostAliases: (spec.hostAliases ?? []).map(({ ip, hostnames = [] }) => ({ ip, hostnames })),
    portMappings: spec.hostNetwork ? [] : portMappings(pod),
    sysctls: Object.fromEntries(
      (spec.securityContext?.sysctls ?? []).map(({ name, value }) => [name, value]),
    ),
    labels: {
      ...metadata.labels,
      [runtimeLabels.podName]: metadata.name,
      [runtimeLabels.podNamespace]: namespace,
      [runtimeLabels.podUid]: metadata.uid,
    },
    annotations: metadata.annotations ?? {},
    volumes: volumes.engine,
    files: volumes.files,
    containerNames: allContainers(pod).map(({ name }) => name),
  }
}

function portMappings(pod: BoundPod): PodSandboxConfig['portMappings'] {
  return allContainers(pod).flatMap(({ ports = [] }) =>
    ports.flatMap(({ hostPort, containerPort, protocol = 'TCP', hostIP }) =>
      hostPort ? [{ hostPort, containerPort, protocol, ...(hostIP ? { hostIP } : {}) }] : [],
    ),
  )
}
