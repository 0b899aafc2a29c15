import type {
  AppArmorProfile,
  Container,
  LifecycleHandler,
  SELinuxOptions,
  SeccompProfile,
} from '#kubernetes/api/core-v1.ts'
import { appArmorPrefix, localProfilePrefix } from '#kubernetes/profile-annotations.ts'
import {
  type Check,
  containersText,
  distinct,
  namesOf,
  plural,
  quotedList,
  settersText,
  uses,
} from './violations.ts'

export const appArmorProfile: Check = pod => {
  const { annotations = {} } = pod.metadata
  const isBad = (profile: AppArmorProfile | undefined) => profile?.type === 'Unconfined'
  const ofPod = isBad(pod.spec.securityContext?.appArmorProfile)
  const bad = namesOf(pod, one => isBad(one.securityContext?.appArmorProfile))
  const marked = Object.entries(annotations).filter(
    ([key, value]) =>
      key.startsWith(appArmorPrefix) &&
      value !== '' &&
      value !== 'runtime/default' &&
      !value.startsWith(localProfilePrefix),
  )
  const values = new Set([
    ...(ofPod || bad.length ? ['Unconfined'] : []),
    ...marked.map(([, value]) => value),
  ])
  if (!values.size) return undefined
  const keys = marked.map(([key]) => key).sort()
  const annotationText = keys.length
    ? [`${plural('annotation', keys.length)} ${quotedList(keys)}`]
    : []
  const setters = [settersText(ofPod, bad), ...annotationText].filter(Boolean).join(' and ')
  return {
    reason: plural('forbidden AppArmor profile', values.size),
    detail: `${setters} must not set AppArmor profile type to ${quotedList([...values].sort())}`,
  }
}

const defaultCapabilities = new Set([
  'AUDIT_WRITE',
  'CHOWN',
  'DAC_OVERRIDE',
  'FOWNER',
  'FSETID',
  'KILL',
  'MKNOD',
  'NET_BIND_SERVICE',
  'SETFCAP',
  'SETGID',
  'SETPCAP',
  'SETUID',
  'SYS_CHROOT',
])

export const defaultCapabilitiesOnly: Check = pod => {
  const others = (one: Container) =>
    (one.securityContext?.capabilities?.add ?? []).filter(name => !defaultCapabilities.has(name))
  const bad = namesOf(pod, one => others(one).length > 0)
  if (!bad.length) return undefined
  const added = distinct(pod.containers.flatMap(others))
  return {
    reason: 'non-default capabilities',
    detail: `${containersText(bad)} must not include ${quotedList(added)} in securityContext.capabilities.add`,
  }
}

export const hostNamespaces: Check = ({ spec }) => {
  const shared = (['hostNetwork', 'hostPID', 'hostIPC'] as const).filter(name => spec[name])
  if (!shared.length) return undefined
  return { reason: 'host namespaces', detail: shared.map(name => `${name}=true`).join(', ') }
}

export const hostPathVolumes: Check = ({ spec }) => {
  const bad = (spec.volumes ?? []).filter(({ hostPath }) => hostPath).map(({ name }) => name)
  if (!bad.length) return undefined
  return {
    reason: 'hostPath volumes',
    detail: `${plural('volume', bad.length)} ${quotedList(bad)}`,
  }
}

export const hostPorts: Check = pod => {
  const ports = (one: Container) =>
    (one.ports ?? []).flatMap(({ hostPort }) => (hostPort ? `${hostPort}` : []))
  const bad = namesOf(pod, one => ports(one).length > 0)
  if (!bad.length) return undefined
  const used = distinct(pod.containers.flatMap(ports))
  return {
    reason: 'hostPort',
    detail: `${containersText(bad)} ${uses(bad.length)} ${plural('hostPort', used.length)} ${used.join(', ')}`,
  }
}

/** Since 1.34: probes and hooks ask the pod itself, and no other host. */
export const hostProbes: Check = pod => {
  const hosts = ({ livenessProbe, readinessProbe, startupProbe, lifecycle }: Container) => {
    const handlers: (LifecycleHandler | undefined)[] = [
      livenessProbe,
      readinessProbe,
      startupProbe,
      lifecycle?.postStart,
      lifecycle?.preStop,
    ]
    return handlers.flatMap(one => [one?.httpGet?.host || [], one?.tcpSocket?.host || []].flat())
  }
  const bad = namesOf(pod, one => hosts(one).length > 0).sort()
  if (!bad.length) return undefined
  const named = distinct(pod.containers.flatMap(hosts))
  return {
    reason: 'probe or lifecycle host',
    detail: `${containersText(bad)} ${uses(bad.length)} ${plural('probe or lifecycle host', named.length)} ${quotedList(named)}`,
  }
}

export const privileged: Check = pod => {
  const bad = namesOf(pod, ({ securityContext }) => !!securityContext?.privileged)
  if (!bad.length) return undefined
  return {
    reason: 'privileged',
    detail: `${containersText(bad)} must not set securityContext.privileged=true`,
  }
}

export const procMount: Check = pod => {
  const mounted = ({ securityContext }: Container) => securityContext?.procMount ?? 'Default'
  const bad = namesOf(pod, one => mounted(one) !== 'Default')
  if (!bad.length) return undefined
  const kinds = distinct(pod.containers.map(mounted)).filter(one => one !== 'Default')
  return {
    reason: 'procMount',
    detail: `${containersText(bad)} must not set securityContext.procMount to ${quotedList(kinds)}`,
  }
}

export const seLinuxOptions: Check = pod => {
  const allowed = ['', 'container_t', 'container_init_t', 'container_kvm_t']
  if (pod.minor >= 31) allowed.push('container_engine_t')
  const set: SELinuxOptions[] = []
  const isBad = (options: SELinuxOptions | undefined) => {
    if (!options) return false
    const { type = '', user, role } = options
    const bad = !allowed.includes(type) || !!user || !!role
    if (bad) set.push(options)
    return bad
  }
  const ofPod = isBad(pod.spec.securityContext?.seLinuxOptions)
  const bad = namesOf(pod, one => isBad(one.securityContext?.seLinuxOptions))
  if (!set.length) return undefined
  const types = distinct(set.map(({ type = '' }) => type)).filter(type => !allowed.includes(type))
  const what = [
    ...(types.length ? [`${plural('type', types.length)} ${quotedList(types)}`] : []),
    ...(set.some(({ user }) => user) ? ['user may not be set'] : []),
    ...(set.some(({ role }) => role) ? ['role may not be set'] : []),
  ]
  return {
    reason: 'seLinuxOptions',
    detail: `${settersText(ofPod, bad)} set forbidden securityContext.seLinuxOptions: ${what.join('; ')}`,
  }
}

/** Whether a profile is one that takes the protection away. */
export const isUnconfined = (profile: SeccompProfile | undefined): boolean =>
  profile !== undefined && profile.type !== 'RuntimeDefault' && profile.type !== 'Localhost'

export const confinedSeccomp: Check = pod => {
  const ofPod = isUnconfined(pod.spec.securityContext?.seccompProfile)
  const bad = namesOf(pod, one => isUnconfined(one.securityContext?.seccompProfile))
  if (!ofPod && !bad.length) return undefined
  return {
    reason: 'seccompProfile',
    detail: `${settersText(ofPod, bad)} must not set securityContext.seccompProfile.type to "Unconfined"`,
  }
}

/** Safe kernel parameters, by the minor version since which they count as such. */
const safeSysctls: readonly (readonly [since: number, names: readonly string[]])[] = [
  [
    0,
    [
      'kernel.shm_rmid_forced',
      'net.ipv4.ip_local_port_range',
      'net.ipv4.ip_unprivileged_port_start',
      'net.ipv4.tcp_syncookies',
      'net.ipv4.ping_group_range',
    ],
  ],
  [27, ['net.ipv4.ip_local_reserved_ports']],
  [
    29,
    [
      'net.ipv4.tcp_keepalive_time',
      'net.ipv4.tcp_fin_timeout',
      'net.ipv4.tcp_keepalive_intvl',
      'net.ipv4.tcp_keepalive_probes',
    ],
  ],
  [32, ['net.ipv4.tcp_rmem', 'net.ipv4.tcp_wmem']],
]

export const sysctls: Check = ({ spec, minor }) => {
  const safe = safeSysctls.flatMap(([since, names]) => (since <= minor ? names : []))
  const set = (spec.securityContext?.sysctls ?? []).map(({ name }) => name)
  const bad = set.filter(name => !safe.includes(name))
  return bad.length ? { reason: 'forbidden sysctls', detail: bad.join(', ') } : undefined
}

export const windowsHostProcess: Check = pod => {
  const ofPod = !!pod.spec.securityContext?.windowsOptions?.hostProcess
  const bad = namesOf(pod, one => !!one.securityContext?.windowsOptions?.hostProcess)
  if (!ofPod && !bad.length) return undefined
  return {
    reason: 'hostProcess',
    detail: `${settersText(ofPod, bad)} must not set securityContext.windowsOptions.hostProcess=true`,
  }
}
