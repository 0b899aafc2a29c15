import type { BoundPod } from './pod-facts.ts'

/** The most bytes that Linux takes for a host's name. */
const maxKernelName = 64

/** How a pod calls its own host. */
export interface HostNames {
  /** What the kernel says. */
  hostname: string
  /** What its hosts file says, the full name first: `web-0.web.shop.svc.cluster.local`, `web-0`. */
  names: string[]
}

/**
 * The names of a pod's host: its own or the one it asks for, and below a subdomain that of its headless Service too.
 * Throws when it asks for the full one and Linux can't take that.
 */
export function hostNames({ metadata, spec }: BoundPod, clusterDomain: string): HostNames {
  const { hostnameOverride, subdomain, setHostnameAsFQDN } = spec
  const own = cut(hostnameOverride ?? spec.hostname ?? metadata.name)
  if (hostnameOverride || !subdomain) return { hostname: own, names: [own] }
  const full = `${own}.${subdomain}.${metadata.namespace}.svc.${clusterDomain}`
  if (setHostnameAsFQDN && full.length > maxKernelName)
    throw new Error(
      `failed to construct FQDN from pod hostname and cluster domain, FQDN ${full} is too long (${maxKernelName} is the max, ${full.length} characters requested)`,
    )
  return { hostname: setHostnameAsFQDN ? full : own, names: [full, own] }
}

const cut = (name: string) => name.slice(0, 63).replace(/[-.]+$/, '')
