import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { refuseSpec } from './refuse-spec.ts'

const withSysctl = (name: string, more: Partial<PodSpec> = {}): Partial<PodSpec> => ({
  securityContext: { sysctls: [{ name, value: '1' }] },
  ...more,
})

test.each<[string, Partial<PodSpec>, string | undefined]>([
  ['nothing special', {}, undefined],
  ['for Linux', { os: { name: 'linux' } }, undefined],
  ['for Windows', { os: { name: 'windows' } }, 'PodOSNotSupported'],
  [
    'with strict groups',
    { securityContext: { supplementalGroupsPolicy: 'Strict' } },
    'SupplementalGroupsPolicyNotSupported',
  ],
  ['with merged groups', { securityContext: { supplementalGroupsPolicy: 'Merge' } }, undefined],
  ['with a safe sysctl', withSysctl('net/ipv4/tcp_syncookies'), undefined],
  [
    'with a sysctl of the host’s network',
    withSysctl('net.ipv4.tcp_syncookies', { hostNetwork: true }),
    'SysctlForbidden: forbidden sysctl: "net.ipv4.tcp_syncookies" not allowed with host net enabled',
  ],
  [
    'with a sysctl of the host’s memory',
    withSysctl('kernel.shm_rmid_forced', { hostIPC: true }),
    'SysctlForbidden: forbidden sysctl: "kernel.shm_rmid_forced" not allowed with host ipc enabled',
  ],
  [
    'with another sysctl',
    withSysctl('net/core/somaxconn'),
    'SysctlForbidden: forbidden sysctl: "net.core.somaxconn" not allowlisted',
  ],
])('a pod %s', (_what, spec, said) => {
  const { reason, message } = refuseSpec({ containers: [], ...spec }) ?? {}
  expect(said?.includes(':') ? `${reason}: ${message}` : reason).toBe(said)
})
