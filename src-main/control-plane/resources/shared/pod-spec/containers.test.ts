import { expect, test } from 'vitest'
import type { Container, Pod, PodSpec } from '#kubernetes/api/core-v1.ts'
import { pods } from '../../pods/pods.ts'
import { failuresOf } from '../testing.ts'

const data = { name: 'data', emptyDir: {} }

function failures(rest: Partial<Container>, spec: Partial<PodSpec> = {}): string[] {
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'nginx:1', ...rest }], volumes: [data], ...spec },
  }
  return failuresOf(pods, pod).map(text => text.replace('spec.containers[0]', '*'))
}

type Case = [what: string, container: Partial<Container>, error: string, spec?: Partial<PodSpec>]

const label =
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
const env = (valueFrom: NonNullable<Container['env']>[number]['valueFrom']) => ({
  env: [valueFrom ? { name: 'A', valueFrom } : { name: 'A' }],
})
const mount = (rest: object) => ({ volumeMounts: [{ name: 'data', mountPath: '/d', ...rest }] })
const valueFrom = '*.env[0].valueFrom'

const cases: Case[] = [
  ['no name', { name: '' }, '*.name: Required value'],
  ['a bad name', { name: 'A' }, `*.name: Invalid value: "A": ${label}`],
  ['no image', { image: '' }, '*.image: Required value'],
  [
    'space around the image',
    { image: ' nginx:1' },
    '*.image: Invalid value: " nginx:1": must not have leading or trailing whitespace',
  ],
  [
    'a bad pull policy',
    { imagePullPolicy: 'X' as 'Never' },
    '*.imagePullPolicy: Unsupported value: "X": supported values: "Always", "IfNotPresent", "Never"',
  ],
  [
    'a bad message policy',
    { terminationMessagePolicy: 'X' as 'File' },
    '*.terminationMessagePolicy: Unsupported value: "X": supported values: "FallbackToLogsOnError", "File"',
  ],
  ['no port', { ports: [{ containerPort: 0 }] }, '*.ports[0].containerPort: Required value'],
  [
    'a port too high',
    { ports: [{ containerPort: 65_536 }] },
    '*.ports[0].containerPort: Invalid value: 65536: must be between 1 and 65535, inclusive',
  ],
  [
    'a host port too high',
    { ports: [{ containerPort: 1, hostPort: 70_000 }] },
    '*.ports[0].hostPort: Invalid value: 70000: must be between 1 and 65535, inclusive',
  ],
  [
    'a long port name',
    { ports: [{ containerPort: 1, name: 'abcdefghijklmnop' }] },
    '*.ports[0].name: Invalid value: "abcdefghijklmnop": must be no more than 15 characters',
  ],
  [
    'a port name of digits',
    { ports: [{ containerPort: 1, name: '80' }] },
    '*.ports[0].name: Invalid value: "80": must contain at least one letter (a-z)',
  ],
  [
    'a port name twice',
    {
      ports: [
        { containerPort: 1, name: 'a' },
        { containerPort: 2, name: 'a' },
      ],
    },
    '*.ports[1].name: Duplicate value: "a"',
  ],
  [
    'a bad protocol',
    { ports: [{ containerPort: 1, protocol: 'X' as 'TCP' }] },
    '*.ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
  [
    'a host port twice',
    {
      ports: [
        { containerPort: 1, hostPort: 9 },
        { containerPort: 2, hostPort: 9 },
      ],
    },
    '*.ports[1].hostPort: Duplicate value: "TCP//9"',
  ],
  [
    'another host port on the host network',
    { ports: [{ containerPort: 1, hostPort: 9 }] },
    '*.ports[0].hostPort: Invalid value: 9: must match `containerPort` when `hostNetwork` is true',
    { hostNetwork: true },
  ],
  ['no variable name', { env: [{ name: '' }] }, '*.env[0].name: Required value'],
  [
    'a variable name with =',
    { env: [{ name: 'A=B' }] },
    '*.env[0].name: Invalid value: "A=B": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
  ],
  [
    'no source',
    env({}),
    `${valueFrom}: Invalid value: "": must specify one of: \`fieldRef\`, \`resourceFieldRef\`, \`configMapKeyRef\`, \`secretKeyRef\` or \`fileKeyRef\``,
  ],
  [
    'value and source',
    { env: [{ name: 'A', value: 'x', valueFrom: { secretKeyRef: { name: 's', key: 'k' } } }] },
    `${valueFrom}: Invalid value: "": may not be specified when \`value\` is not empty`,
  ],
  [
    'two sources',
    env({ secretKeyRef: { name: 's', key: 'k' }, configMapKeyRef: { name: 's', key: 'k' } }),
    `${valueFrom}: Invalid value: "": may not have more than one field specified at a time`,
  ],
  [
    'no key',
    env({ configMapKeyRef: { name: 'c', key: '' } }),
    `${valueFrom}.configMapKeyRef.key: Required value`,
  ],
  [
    'a bad key',
    env({ secretKeyRef: { name: 's', key: '..' } }),
    `${valueFrom}.secretKeyRef.key: Invalid value: "..": must not be '..'`,
  ],
  [
    'a field that is not offered',
    env({ fieldRef: { fieldPath: 'status.phase' } }),
    `${valueFrom}.fieldRef.fieldPath: Unsupported value: "status.phase": supported values: "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs"`,
  ],
  [
    'an unknown field',
    env({ fieldRef: { fieldPath: 'spec.x' } }),
    `${valueFrom}.fieldRef.fieldPath: Invalid value: "spec.x": error converting fieldPath: field label not supported: spec.x`,
  ],
  [
    'no field',
    env({ fieldRef: { fieldPath: '' } }),
    `${valueFrom}.fieldRef.fieldPath: Required value`,
  ],
  [
    'a subscript where none goes',
    env({ fieldRef: { fieldPath: "metadata.name['x']" } }),
    `${valueFrom}.fieldRef: Invalid value: "metadata.name": does not support subscript`,
  ],
  [
    'an unknown resource',
    env({ resourceFieldRef: { resource: 'limits.x' } }),
    `${valueFrom}.resourceFieldRef.resource: Unsupported value: "limits.x": supported values: "limits.cpu", "limits.ephemeral-storage", "limits.memory", "requests.cpu", "requests.ephemeral-storage", "requests.memory"`,
  ],
  [
    'no resource',
    env({ resourceFieldRef: { resource: '' } }),
    `${valueFrom}.resourceFieldRef.resource: Required value`,
  ],
  [
    'a divisor of CPU',
    env({ resourceFieldRef: { resource: 'limits.cpu', divisor: '2' } }),
    `${valueFrom}.resourceFieldRef.divisor: Invalid value: "limits.cpu": only divisor's values 1m and 1 are supported with the cpu resource`,
  ],
  [
    'a file of no volume',
    env({ fileKeyRef: { volumeName: 'x', path: 'f', key: 'K' } }),
    `${valueFrom}.fileKeyRef.volumeName: Not found: "x"`,
  ],
  [
    'no environment source',
    { envFrom: [{}] },
    '*.envFrom: Invalid value: "": must specify one of: `configMapRef` or `secretRef`',
  ],
  [
    'two environment sources',
    { envFrom: [{ configMapRef: { name: 'c' }, secretRef: { name: 's' } }] },
    '*.envFrom: Invalid value: "": may not have more than one field specified at a time',
  ],
  [
    'a nameless environment source',
    { envFrom: [{ configMapRef: {} }] },
    '*.envFrom[0].configMapRef.name: Required value',
  ],
  [
    'a bad prefix',
    { envFrom: [{ prefix: 'a=', secretRef: { name: 's' } }] },
    '*.envFrom[0].prefix: Invalid value: "a=": a valid environment variable name must consist only of printable ASCII characters other than \'=\'',
  ],
  ['an unknown volume', mount({ name: 'x' }), '*.volumeMounts[0].name: Not found: "x"'],
  ['no mount path', mount({ mountPath: '' }), '*.volumeMounts[0].mountPath: Required value'],
  [
    'a mount path twice',
    {
      volumeMounts: [
        { name: 'data', mountPath: '/d' },
        { name: 'data', mountPath: '/d' },
      ],
    },
    '*.volumeMounts[1].mountPath: Invalid value: "/d": must be unique',
  ],
  [
    'an absolute sub-path',
    mount({ subPath: '/x' }),
    '*.volumeMounts.subPath: Invalid value: "/x": must be a relative path',
  ],
  [
    'a sub-path upwards',
    mount({ subPath: 'a/../b' }),
    '*.volumeMounts.subPath: Invalid value: "a/../b": must not contain \'..\'',
  ],
  [
    'two sub-paths',
    mount({ subPath: 'a', subPathExpr: 'b' }),
    '*.volumeMounts[0].subPathExpr: Invalid value: "b": subPathExpr and subPath are mutually exclusive',
  ],
  [
    'an unknown propagation',
    mount({ mountPropagation: 'X' }),
    '*.volumeMounts.mountPropagation: Unsupported value: "X": supported values: "Bidirectional", "HostToContainer", "None"',
  ],
  [
    'propagation without privilege',
    mount({ mountPropagation: 'Bidirectional' }),
    '*.volumeMounts.mountPropagation: Forbidden: Bidirectional mount propagation is available only to privileged containers',
  ],
  [
    'recursion without read-only',
    mount({ recursiveReadOnly: 'Enabled' }),
    '*.volumeMounts.recursiveReadOnly: Forbidden: may only be specified when readOnly is true',
  ],
  [
    'an unknown recursion',
    mount({ recursiveReadOnly: 'X' }),
    '*.volumeMounts.recursiveReadOnly: Unsupported value: "X": supported values: "Disabled", "Enabled", "IfPossible"',
  ],
  [
    'a directory as device',
    { volumeDevices: [{ name: 'data', devicePath: '/dev/x' }] },
    '*.volumeDevices[0].name: Invalid value: "data": can only use volume source type of PersistentVolumeClaim or Ephemeral for block mode',
  ],
  [
    'a device of no volume',
    { volumeDevices: [{ name: 'x', devicePath: '/dev/x' }] },
    '*.volumeDevices[0].name: Not found: "x"',
  ],
  [
    'more than the limit',
    { resources: { limits: { cpu: '1' }, requests: { cpu: '1500m' } } },
    '*.resources.requests: Invalid value: "1500m": must be less than or equal to cpu limit of 1',
  ],
  [
    'less than a device limit',
    { resources: { limits: { 'a.io/gpu': '2' }, requests: { 'a.io/gpu': '1' } } },
    '*.resources.requests: Invalid value: "1": must be equal to a.io/gpu limit of 2',
  ],
  [
    'a device without a limit',
    { resources: { requests: { 'a.io/gpu': '1' } } },
    '*.resources.limits: Required value: Limit must be set for non overcommitable resources',
  ],
  [
    'a negative amount',
    { resources: { requests: { cpu: '-1' } } },
    '*.resources.requests[cpu]: Invalid value: "-1": must be greater than or equal to 0',
  ],
  [
    'no quantity',
    { resources: { requests: { cpu: 'x' } } },
    '*.resources.requests[cpu]: Invalid value: "x": quantities must match the regular expression \'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$\'',
  ],
  [
    'a resource that containers have not',
    { resources: { requests: { pods: '1' } } },
    '*.resources.requests[pods]: Invalid value: "pods": must be a standard resource for containers',
  ],
  [
    'huge pages alone',
    { resources: { limits: { 'hugepages-2Mi': '2Mi' } } },
    '*.resources: Forbidden: HugePages require cpu or memory',
  ],
  [
    'a resize policy twice',
    {
      resizePolicy: [
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
        { resourceName: 'cpu', restartPolicy: 'NotRequired' },
      ],
    },
    '*.resizePolicy[1]: Duplicate value: "cpu"',
  ],
  [
    'an unknown resize policy',
    { resizePolicy: [{ resourceName: 'cpu', restartPolicy: 'X' }] },
    '*.resizePolicy: Unsupported value: "X": supported values: "NotRequired", "RestartContainer"',
  ],
  [
    'a probe without a way',
    { livenessProbe: {} },
    '*.livenessProbe: Required value: must specify a handler type',
  ],
  [
    'a probe with two ways',
    { livenessProbe: { exec: { command: ['x'] }, tcpSocket: { port: 1 } } },
    '*.livenessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type',
  ],
  [
    'a probe without a command',
    { livenessProbe: { exec: {} } },
    '*.livenessProbe.exec.command: Required value',
  ],
  [
    'a probe of a bad port',
    { readinessProbe: { httpGet: { port: 0 } } },
    '*.readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'a probe of a bad scheme',
    { readinessProbe: { httpGet: { port: 1, scheme: 'X' as 'HTTP' } } },
    '*.readinessProbe.httpGet.scheme: Unsupported value: "X": supported values: "HTTP", "HTTPS"',
  ],
  [
    'a probe with a bad header',
    { readinessProbe: { httpGet: { port: 1, httpHeaders: [{ name: 'a b', value: '' }] } } },
    "*.readinessProbe.httpGet.httpHeaders: Invalid value: \"a b\": a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for validation is '[-A-Za-z0-9]+')",
  ],
  [
    'a bad gRPC port',
    { readinessProbe: { grpc: { port: 0 } } },
    '*.readinessProbe.grpc.port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'a negative delay',
    { readinessProbe: { tcpSocket: { port: 1 }, initialDelaySeconds: -1 } },
    '*.readinessProbe.initialDelaySeconds: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'two successes to be alive',
    { livenessProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } },
    '*.livenessProbe.successThreshold: Invalid value: 2: must be 1',
  ],
  [
    'two successes to have started',
    { startupProbe: { tcpSocket: { port: 1 }, successThreshold: 2 } },
    '*.startupProbe.successThreshold: Invalid value: 2: must be 1',
  ],
  [
    'grace for readiness',
    { readinessProbe: { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 1 } },
    '*.readinessProbe.terminationGracePeriodSeconds: Invalid value: 1: must not be set for readinessProbes',
  ],
  [
    'no grace',
    { livenessProbe: { tcpSocket: { port: 1 }, terminationGracePeriodSeconds: 0 } },
    '*.livenessProbe.terminationGracePeriodSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    'a hook that sleeps too long',
    { lifecycle: { preStop: { sleep: { seconds: 31 } } } },
    '*.lifecycle.preStop.sleep: Invalid value: 31: must be non-negative and less than terminationGracePeriodSeconds (30)',
  ],
  [
    'a bad user',
    { securityContext: { runAsUser: -1 } },
    '*.securityContext.runAsUser: Invalid value: -1: must be between 0 and 2147483647, inclusive',
  ],
  [
    'privilege that may not grow',
    { securityContext: { privileged: true, allowPrivilegeEscalation: false } },
    '*.securityContext: Invalid value: {"Capabilities":null,"Privileged":true,"SELinuxOptions":null,"WindowsOptions":null,"RunAsUser":null,"RunAsGroup":null,"RunAsNonRoot":null,"ReadOnlyRootFilesystem":null,"AllowPrivilegeEscalation":false,"ProcMount":null,"SeccompProfile":null,"AppArmorProfile":null}: cannot set `allowPrivilegeEscalation` to false and `privileged` to true',
  ],
  [
    'a bad proc mount',
    { securityContext: { procMount: 'X' as 'Default' } },
    '*.securityContext.procMount: Unsupported value: "X": supported values: "Default", "Unmasked"',
  ],
  [
    'an unmasked proc mount',
    { securityContext: { procMount: 'Unmasked' } },
    '*.securityContext.procMount: Invalid value: "Unmasked": `hostUsers` must be false to use `Unmasked`',
  ],
  [
    'no local seccomp profile',
    { securityContext: { seccompProfile: { type: 'Localhost' } } },
    '*.securityContext.seccompProfile.localhostProfile: Required value: must be set when seccomp type is Localhost',
  ],
  [
    'a seccomp profile not local',
    { securityContext: { seccompProfile: { type: 'Unconfined', localhostProfile: 'x' } } },
    '*.securityContext.seccompProfile.localhostProfile: Invalid value: "x": can only be set when seccomp type is Localhost',
  ],
  [
    'an unknown seccomp type',
    { securityContext: { seccompProfile: { type: 'X' as 'Localhost' } } },
    '*.securityContext.seccompProfile.type: Unsupported value: "X": supported values: "Localhost", "RuntimeDefault", "Unconfined"',
  ],
  [
    'no local AppArmor profile',
    { securityContext: { appArmorProfile: { type: 'Localhost' } } },
    '*.securityContext.appArmorProfile.localhostProfile: Required value: must be set when AppArmor type is Localhost',
  ],
  [
    'a padded AppArmor profile',
    { securityContext: { appArmorProfile: { type: 'Localhost', localhostProfile: ' x' } } },
    '*.securityContext.appArmorProfile.localhostProfile: Invalid value: " x": must not be padded with whitespace',
  ],
  [
    'an AppArmor profile not local',
    { securityContext: { appArmorProfile: { type: 'Unconfined', localhostProfile: 'x' } } },
    '*.securityContext.appArmorProfile.localhostProfile: Invalid value: "x": can only be set when AppArmor type is Localhost',
  ],
  [
    'Windows options',
    { securityContext: { windowsOptions: {} } },
    '*.securityContext.windowsOptions: Forbidden: windows options cannot be set for a linux pod',
    { os: { name: 'linux' } },
  ],
  [
    'restart rules without a policy',
    { restartPolicyRules: [{ action: 'Restart', exitCodes: { operator: 'In', values: [1] } }] },
    '*.restartPolicy: Required value: must specify restartPolicy when restart rules are used',
  ],
  [
    'an unknown restart policy',
    { restartPolicy: 'X' },
    '*.restartPolicy: Unsupported value: "X": supported values: "Always", "Never", "OnFailure"',
  ],
]

test.each(cases)('a container with %s is refused', (_what, container, error, spec) => {
  expect(failures(container, spec)).toEqual([error])
})

test('half a device is refused as limit and as the request that follows from it', () => {
  const amount = 'Invalid value: "500m": must be an integer'
  expect(failures({ resources: { limits: { 'a.io/gpu': '500m' } } })).toEqual([
    `*.resources.limits[a.io/gpu]: ${amount}`,
    `*.resources.requests[a.io/gpu]: ${amount}`,
  ])
})
