import type { PodSandboxConfig } from '../runtimes/container-runtime.ts'
import type { BoundPod } from './pod-facts.ts'

export type DnsSettings = PodSandboxConfig['dns']

export interface ClusterDns {
  ip: string
  /** Such as `cluster.local`. */
  domain: string
}

const maxNameservers = 3
const maxSearches = 32

/** What a pod's `/etc/resolv.conf` says, by its policy and configuration. `host` is what the machine itself uses. */
export function dnsSettings(pod: BoundPod, cluster: ClusterDns, host: DnsSettings): DnsSettings {
  const { spec, metadata } = pod
  const settings = basis()
  const { nameservers = [], searches = [], options = [] } = spec.dnsConfig ?? {}
  const merged = new Map(settings.options.map(option => [option.split(':')[0] ?? '', option]))
  for (const { name = '', value } of options) merged.set(name, value ? `${name}:${value}` : name)
  return {
    nameservers: unique([...settings.nameservers, ...nameservers]).slice(0, maxNameservers),
    searches: unique([...settings.searches, ...searches]).slice(0, maxSearches),
    options: [...merged.values()],
  }

  function basis(): DnsSettings {
    const policy = spec.dnsPolicy ?? 'ClusterFirst'
    if (policy === 'None') return { nameservers: [], searches: [], options: [] }
    if (policy === 'Default' || (policy === 'ClusterFirst' && spec.hostNetwork)) return host
    const { ip, domain } = cluster
    const namespace = metadata.namespace ?? 'default'
    return {
      nameservers: [ip],
      searches: [`${namespace}.svc.${domain}`, `svc.${domain}`, domain, ...host.searches],
      options: ['ndots:5'],
    }
  }
}

/** Reads a resolv.conf. */
export function parseResolvConf(text: string): DnsSettings {
  const settings: DnsSettings = { nameservers: [], searches: [], options: [] }
  for (const line of text.split('\n')) {
    const [word, ...rest] = line.trim().split(/\s+/)
    if (word === 'nameserver' && rest[0]) settings.nameservers.push(rest[0])
    else if (word === 'search') settings.searches = rest
    else if (word === 'options') settings.options = rest
  }
  return settings
}

const unique = (texts: string[]) => [...new Set(texts)]
