import { describe, expect, test } from 'vitest'
import type { Container, PodSpec } from '#kubernetes/api/core-v1.ts'
import { detailsText, evaluatePod } from './evaluate-pod.ts'
import { type Level, policyText, readPolicy } from './security-policy.ts'

/** What a level says of a pod of one container `c`. */
function judged(
  level: Level,
  container: Partial<Container> = {},
  spec: Partial<PodSpec> = {},
  { minor = Infinity, annotations = {} }: { minor?: number; annotations?: object } = {},
): string {
  const metadata = { annotations: annotations as Record<string, string> }
  const whole = { containers: [{ name: 'c', image: 'i', ...container }], ...spec }
  return detailsText(evaluatePod({ level, minor }, metadata, whole))
}

const careful: Partial<Container> = {
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ['ALL'], add: ['NET_BIND_SERVICE'] },
    runAsNonRoot: true,
    seccompProfile: { type: 'RuntimeDefault' },
  },
}

describe('baseline', () => {
  test('lets a plain pod be', () => {
    expect(judged('baseline')).toBe('')
    expect(judged('privileged', { securityContext: { privileged: true } })).toBe('')
  })

  test.each<[string, Partial<Container>, Partial<PodSpec>]>([
    [
      'privileged (container "c" must not set securityContext.privileged=true)',
      { securityContext: { privileged: true } },
      {},
    ],
    [
      'non-default capabilities (container "c" must not include "NET_ADMIN", "SYS_TIME" in securityContext.capabilities.add)',
      { securityContext: { capabilities: { add: ['SYS_TIME', 'CHOWN', 'NET_ADMIN'] } } },
      {},
    ],
    ['host namespaces (hostNetwork=true, hostPID=true)', {}, { hostPID: true, hostNetwork: true }],
    [
      'hostPath volumes (volumes "a", "b")',
      {},
      {
        volumes: [
          { name: 'a', hostPath: { path: '/' } },
          { name: 'b', hostPath: { path: '/' } },
        ],
      },
    ],
    [
      'hostPort (container "c" uses hostPorts 443, 80)',
      {
        ports: [
          { containerPort: 80, hostPort: 80 },
          { containerPort: 443, hostPort: 443 },
        ],
      },
      {},
    ],
    [
      'probe or lifecycle host (container "c" uses probe or lifecycle host "10.0.0.1")',
      { livenessProbe: { httpGet: { port: 80, host: '10.0.0.1' } } },
      {},
    ],
    [
      'procMount (container "c" must not set securityContext.procMount to "Unmasked")',
      { securityContext: { procMount: 'Unmasked' } },
      {},
    ],
    [
      'seLinuxOptions (pod and container "c" set forbidden securityContext.seLinuxOptions: type "spc_t"; user may not be set)',
      { securityContext: { seLinuxOptions: { type: 'spc_t' } } },
      { securityContext: { seLinuxOptions: { user: 'u' } } },
    ],
    [
      'seccompProfile (pod must not set securityContext.seccompProfile.type to "Unconfined")',
      {},
      { securityContext: { seccompProfile: { type: 'Unconfined' } } },
    ],
    [
      'forbidden sysctls (kernel.msgmax)',
      {},
      {
        securityContext: {
          sysctls: [
            { name: 'kernel.msgmax', value: '1' },
            { name: 'net.ipv4.tcp_rmem', value: '1' },
          ],
        },
      },
    ],
    [
      'hostProcess (container "c" must not set securityContext.windowsOptions.hostProcess=true)',
      { securityContext: { windowsOptions: { hostProcess: true } } },
      {},
    ],
    [
      'forbidden AppArmor profile (container "c" must not set AppArmor profile type to "Unconfined")',
      { securityContext: { appArmorProfile: { type: 'Unconfined' } } },
      {},
    ],
  ])('forbids %s', (text, container, spec) => {
    expect(judged('baseline', container, spec)).toBe(text)
  })

  test('looks at containers of every kind', () => {
    const bad = { image: 'i', securityContext: { privileged: true } }
    const spec = {
      initContainers: [{ name: 'a', ...bad }],
      ephemeralContainers: [{ name: 'z', ...bad }],
    }
    expect(judged('baseline', {}, spec)).toBe(
      'privileged (containers "a", "z" must not set securityContext.privileged=true)',
    )
  })

  test('forbids less as of an older version', () => {
    const probe = { livenessProbe: { tcpSocket: { port: 80, host: 'a' } } }
    expect(judged('baseline', probe, {}, { minor: 33 })).toBe('')
    const sysctl = { name: 'net.ipv4.tcp_rmem', value: '1' }
    const spec = { securityContext: { sysctls: [sysctl] } }
    expect(judged('baseline', {}, spec, { minor: 31 })).toContain('net.ipv4.tcp_rmem')
  })
})

describe('restricted', () => {
  test('asks of a plain pod what everyone who met it knows by heart', () => {
    expect(judged('restricted')).toBe(
      'allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false), ' +
        'unrestricted capabilities (container "c" must set securityContext.capabilities.drop=["ALL"]), ' +
        'runAsNonRoot != true (pod or container "c" must set securityContext.runAsNonRoot=true), ' +
        'seccompProfile (pod or container "c" must set securityContext.seccompProfile.type to "RuntimeDefault" or "Localhost")',
    )
  })

  test('lets a careful pod be', () => {
    expect(judged('restricted', careful)).toBe('')
  })

  test('takes of a pod as a whole what its containers don’t say', () => {
    const own = { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } }
    const ofPod = {
      runAsNonRoot: true,
      seccompProfile: { type: 'Localhost' as const, localhostProfile: 'p' },
    }
    expect(judged('restricted', { securityContext: own }, { securityContext: ofPod })).toBe('')
  })

  test.each<[string, Partial<Container>['securityContext'], Partial<PodSpec>]>([
    [
      'restricted volume types (volumes "a", "b" use restricted volume types "hostPath", "nfs")',
      {},
      {
        volumes: [
          { name: 'a', nfs: { server: 's', path: '/' } },
          { name: 'b', hostPath: { path: '/' } },
          { name: 'd', emptyDir: {} },
        ],
      },
    ],
    [
      'runAsNonRoot != true (container "c" must not set securityContext.runAsNonRoot=false)',
      { runAsNonRoot: false },
      {},
    ],
    ['runAsUser=0 (pod must not set runAsUser=0)', {}, { securityContext: { runAsUser: 0 } }],
    [
      'unrestricted capabilities (container "c" must not include "CHOWN" in securityContext.capabilities.add)',
      { capabilities: { drop: ['ALL'], add: ['CHOWN'] } },
      {},
    ],
  ])('forbids %s', (text, securityContext, spec) => {
    const container = { securityContext: { ...careful.securityContext, ...securityContext } }
    expect(judged('restricted', container, spec)).toBe(text)
  })

  test('spares pods of Windows what Windows doesn’t have', () => {
    const windows = { os: { name: 'windows' as const }, securityContext: { runAsNonRoot: true } }
    expect(judged('restricted', {}, windows)).toBe('')
    expect(judged('restricted', {}, windows, { minor: 24 })).toContain('allowPrivilegeEscalation')
  })
})

describe('labels of a namespace', () => {
  const read = (labels: Record<string, string>) => {
    const prefixed = Object.entries(labels).map(([key, value]) => [
      `pod-security.kubernetes.io/${key}`,
      value,
    ])
    const { policy, errors } = readPolicy(Object.fromEntries(prefixed))
    return { enforce: policyText(policy.enforce), warn: policyText(policy.warn), errors }
  }

  test('allow everything when there are none, and warn of what they enforce', () => {
    expect(read({})).toMatchObject({ enforce: 'privileged:latest', warn: 'privileged:latest' })
    expect(read({ enforce: 'restricted', 'enforce-version': 'v1.30' })).toMatchObject({
      enforce: 'restricted:v1.30',
      warn: 'restricted:v1.30',
    })
    expect(read({ enforce: 'restricted', warn: 'baseline' }).warn).toBe('baseline:latest')
  })

  test('that can’t be read enforce the strictest, and are told', () => {
    expect(read({ enforce: 'strict', 'warn-version': '1.30' })).toEqual({
      enforce: 'restricted:latest',
      warn: 'privileged:latest',
      errors: [
        {
          type: 'FieldValueInvalid',
          field: 'metadata.labels[pod-security.kubernetes.io/enforce]',
          message: 'Invalid value: "strict": must be one of privileged, baseline, restricted',
        },
        {
          type: 'FieldValueInvalid',
          field: 'metadata.labels[pod-security.kubernetes.io/warn-version]',
          message: 'Invalid value: "1.30": must be "latest" or "v1.x"',
        },
      ],
    })
  })
})
