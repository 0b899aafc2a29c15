import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import type { Rejection } from './rejection.ts'

/** What pods may set of the kernel, since it is their namespace's own (kubernetes.io/docs: Using sysctls). */
const safeSysctls: Readonly<Record<string, 'ipc' | 'net'>> = {
  'kernel.shm_rmid_forced': 'ipc',
  'net.ipv4.ip_local_port_range': 'net',
  'net.ipv4.ip_local_reserved_ports': 'net',
  'net.ipv4.ip_unprivileged_port_start': 'net',
  'net.ipv4.ping_group_range': 'net',
  'net.ipv4.tcp_fin_timeout': 'net',
  'net.ipv4.tcp_keepalive_intvl': 'net',
  'net.ipv4.tcp_keepalive_probes': 'net',
  'net.ipv4.tcp_keepalive_time': 'net',
  'net.ipv4.tcp_rmem': 'net',
  'net.ipv4.tcp_syncookies': 'net',
  'net.ipv4.tcp_wmem': 'net',
}

/** What no Linux node without special settings runs, whatever room it has; in the kubelet's words. */
export function refuseSpec({ os, securityContext, ...spec }: PodSpec): Rejection | undefined {
  if (os && os.name !== 'linux')
    return {
      reason: 'PodOSNotSupported',
      message: "Failed to admit pod as the OS field doesn't match node OS",
    }
  if (securityContext?.supplementalGroupsPolicy === 'Strict')
    return {
      reason: 'SupplementalGroupsPolicyNotSupported',
      message: 'SupplementalGroupsPolicy=Strict is not supported in this node',
    }
  for (const { name } of securityContext?.sysctls ?? []) {
    const problem = refuseSysctl(name, spec)
    if (problem) return { reason: 'SysctlForbidden', message: `forbidden sysctl: ${problem}` }
  }
  return undefined
}

function refuseSysctl(
  name: string,
  { hostNetwork, hostIPC }: Pick<PodSpec, 'hostNetwork' | 'hostIPC'>,
): string | undefined {
  const dotted = name.replaceAll('/', '.')
  const namespace = safeSysctls[dotted]
  if (!namespace) return `${JSON.stringify(dotted)} not allowlisted`
  const isShared = namespace === 'net' ? hostNetwork : hostIPC
  return isShared
    ? `${JSON.stringify(dotted)} not allowed with host ${namespace} enabled`
    : undefined
}
