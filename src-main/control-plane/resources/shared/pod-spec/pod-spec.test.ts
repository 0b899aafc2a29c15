import { expect, test } from 'vitest'
import { label, type PodCase, podFailures, subdomain } from './testing.ts'

const init = (rest: object) => ({ initContainers: [{ name: 'i', image: 'x:1', ...rest }] })
const address = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

const cases: PodCase[] = [
  ['no containers', { containers: [] }, 'spec.containers: Required value'],
  [
    'a container twice',
    {
      containers: [
        { name: 'a', image: 'x:1' },
        { name: 'a', image: 'x:1' },
      ],
    },
    'spec.containers[1].name: Duplicate value: "a"',
  ],
  [
    'an init container of the same name',
    init({ name: 'a' }),
    'spec.initContainers[0].name: Duplicate value: "a"',
  ],
  [
    'a probe of an init container',
    init({ livenessProbe: { tcpSocket: { port: 1 } } }),
    'spec.initContainers[0].livenessProbe: Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  [
    'hooks of an init container',
    init({ lifecycle: { preStop: { sleep: { seconds: 1 } } } }),
    'spec.initContainers[0].lifecycle: Forbidden: may not be set for init containers without restartPolicy=Always',
  ],
  [
    'a bad probe of a sidecar',
    init({ restartPolicy: 'Always', startupProbe: {} }),
    'spec.initContainers[0].startupProbe: Required value: must specify a handler type',
  ],
  [
    'ports of an ephemeral container',
    { ephemeralContainers: [{ name: 'e', image: 'x:1', ports: [{ containerPort: 1 }] }] },
    'spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral Container',
  ],
  [
    'an ephemeral container of the same name',
    { ephemeralContainers: [{ name: 'a', image: 'x:1' }] },
    'spec.ephemeralContainers[0].name: Duplicate value: "a"',
  ],
  [
    'an ephemeral container beside nothing',
    { ephemeralContainers: [{ name: 'e', image: 'x:1', targetContainerName: 'x' }] },
    'spec.ephemeralContainers[0].targetContainerName: Not found: "x"',
  ],
  [
    'a negative overhead',
    { overhead: { memory: '-1' } },
    'spec.overhead.limits[memory]: Invalid value: "-1": must be greater than or equal to 0',
  ],
  [
    'a policy of SELinux that is not there yet',
    { securityContext: { seLinuxChangePolicy: 'MountOption' } },
    'spec.securityContext.seLinuxChangePolicy: Unsupported value: "MountOption": supported values: "Recursive"',
  ],
  [
    'an unknown restart policy',
    { restartPolicy: 'X' as 'Always' },
    'spec.restartPolicy: Unsupported value: "X": supported values: "Always", "Never", "OnFailure"',
  ],
  [
    'rules for a sidecar',
    init({
      restartPolicy: 'Always',
      restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }],
    }),
    'spec.initContainers[0].restartPolicyRules: Forbidden: restartPolicyRules are not allowed for init containers with restart policy Always',
  ],
  [
    'a rule without codes',
    init({ restartPolicy: 'Never', restartPolicyRules: [{ action: 'Restart' }] }),
    'spec.initContainers[0].restartPolicyRules[0].exitCodes: Required value: must be specified',
  ],
  [
    'a claim of devices that is not said',
    { resourceClaims: [{ name: 'gpu' }] },
    'spec.resourceClaims[0]: Invalid value: {"Name":"gpu","ResourceClaimName":null,"ResourceClaimTemplateName":null}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
  ],
  [
    'a container that uses a claim of nobody',
    {
      resourceClaims: [{ name: 'gpu', resourceClaimName: 'gpu' }],
      containers: [{ name: 'a', image: 'x:1', resources: { claims: [{ name: 'tpu' }] } }],
    },
    'spec.containers[0].resources.claims[0]: Not found: "tpu": must be one of the names in pod.spec.resourceClaims: gpu',
  ],
  [
    'less than its containers ask for',
    {
      resources: { requests: { cpu: '1' } },
      containers: [
        { name: 'a', image: 'x:1', resources: { requests: { cpu: '800m' } } },
        { name: 'b', image: 'x:1', resources: { requests: { cpu: '800m' } } },
      ],
    },
    'spec.resources.requests[cpu]: Invalid value: "1": must be greater than or equal to aggregate container requests of 1600m',
  ],
  [
    'an unknown DNS policy',
    { dnsPolicy: 'X' as 'None' },
    'spec.dnsPolicy: Unsupported value: "X": supported values: "ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"',
  ],
  [
    'no DNS config',
    { dnsPolicy: 'None' },
    'spec.dnsConfig: Required value: must provide `dnsConfig` when `dnsPolicy` is None',
  ],
  [
    'no name server',
    { dnsPolicy: 'None', dnsConfig: {} },
    'spec.dnsConfig.nameservers: Required value: must provide at least one DNS nameserver when `dnsPolicy` is None',
  ],
  [
    'four name servers',
    { dnsConfig: { nameservers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] } },
    'spec.dnsConfig.nameservers: Invalid value: ["1.1.1.1","1.1.1.2","1.1.1.3","1.1.1.4"]: must not have more than 3 nameservers',
  ],
  [
    'a bad name server',
    { dnsConfig: { nameservers: ['x'] } },
    `spec.dnsConfig.nameservers[0]: Invalid value: "x": ${address}`,
  ],
  [
    'a bad search',
    { dnsConfig: { searches: ['A'] } },
    `spec.dnsConfig.searches[0]: ${subdomain('A')}`,
  ],
  [
    'a nameless DNS option',
    { dnsConfig: { options: [{}] } },
    'spec.dnsConfig.options[0]: Required value: must not be empty',
  ],
  [
    'a bad alias',
    { hostAliases: [{ ip: 'x' }] },
    `spec.hostAliases[0].ip: Invalid value: "x": ${address}`,
  ],
  [
    'a bad alias name',
    { hostAliases: [{ ip: '1.1.1.1', hostnames: ['A'] }] },
    `spec.hostAliases[0].hostnames[0]: ${subdomain('A')}`,
  ],
  ['a bad host name', { hostname: 'a.b' }, `spec.hostname: ${label('a.b')}`],
  ['a bad subdomain', { subdomain: 'A' }, `spec.subdomain: ${label('A')}`],
  [
    'an override on the host network',
    { hostNetwork: true, hostnameOverride: 'a' },
    'spec.hostnameOverride: Forbidden: may not be specified when hostNetwork is true',
  ],
  ['a bad account', { serviceAccountName: 'A' }, `spec.serviceAccountName: ${subdomain('A')}`],
  ['a bad node', { nodeName: 'A' }, `spec.nodeName: ${subdomain('A')}`],
  ['a bad priority class', { priorityClassName: 'A' }, `spec.priorityClassName: ${subdomain('A')}`],
  ['a bad runtime class', { runtimeClassName: 'A' }, `spec.runtimeClassName: ${subdomain('A')}`],
  [
    'no deadline left',
    { activeDeadlineSeconds: 0 },
    'spec.activeDeadlineSeconds: Invalid value: 0: must be between 1 and 2147483647, inclusive',
  ],
  [
    'an unknown system',
    { os: { name: 'x' } },
    'spec.os.name: Unsupported value: "x": supported values: "linux", "windows"',
  ],
  [
    'shared and host processes',
    { hostPID: true, shareProcessNamespace: true },
    'spec.securityContext.shareProcessNamespace: Invalid value: true: ShareProcessNamespace and HostPID cannot both be enabled',
  ],
  [
    'its own users on the host network',
    { hostUsers: false, hostNetwork: true },
    'spec.hostNetwork: Forbidden: when `hostUsers` is false',
  ],
  [
    'a bad group',
    { securityContext: { fsGroup: -1 } },
    'spec.securityContext.fsGroup: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ],
  [
    'a bad sysctl',
    { securityContext: { sysctls: [{ name: 'A', value: '' }] } },
    'spec.securityContext.sysctls[0].name: Invalid value: "A": must have at most 253 characters and match regex ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$',
  ],
  [
    'a sysctl twice',
    {
      securityContext: {
        sysctls: [
          { name: 'a', value: '' },
          { name: 'a', value: '' },
        ],
      },
    },
    'spec.securityContext.sysctls[1].name: Duplicate value: "a"',
  ],
  [
    'a network sysctl on the host network',
    { hostNetwork: true, securityContext: { sysctls: [{ name: 'net.x', value: '' }] } },
    'spec.securityContext.sysctls[0].name: Invalid value: "net.x": may not be specified when \'hostNetwork\' is true',
  ],
  [
    'a bad change policy',
    { securityContext: { fsGroupChangePolicy: 'X' as 'Always' } },
    'spec.securityContext.fsGroupChangePolicy: Unsupported value: "X": supported values: "Always", "OnRootMismatch"',
  ],
]

test.each(cases)('a pod with %s is refused', (_what, spec, error) => {
  expect(podFailures(spec)).toEqual([error])
})
