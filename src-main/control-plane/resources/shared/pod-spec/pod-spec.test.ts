import { expect, test } from 'vitest'
import type { Pod, PodSpec, Volume } from '#kubernetes/api/core-v1.ts'
import { pods } from '../../pods/pods.ts'
import { failuresOf } from '../testing.ts'

const failures = (spec: Partial<PodSpec>): string[] => {
  const pod: Pod = {
    metadata: { name: 'web', namespace: 'default' },
    spec: { containers: [{ name: 'a', image: 'nginx:1' }], ...spec },
  }
  return failuresOf(pods, pod)
}

type Case = [what: string, spec: Partial<PodSpec>, error: string]

const init = (rest: object) => ({ initContainers: [{ name: 'i', image: 'x:1', ...rest }] })
const volume = (rest: Partial<Volume>) => ({ volumes: [{ name: 'v', ...rest }] })
const nodeTerm = (matchExpressions: object[], matchFields: object[] = []) =>
  ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions, matchFields }],
        },
      },
    },
  }) as Partial<PodSpec>
const nodeTerms =
  'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
const podTerm = (term: object) =>
  ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  }) as Partial<PodSpec>
const podTerms = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]'
const spread = (rest: object) =>
  ({
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...rest },
    ],
  }) as Partial<PodSpec>
const label = (text: string) =>
  `Invalid value: ${JSON.stringify(text)}: a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')`
const subdomain = (text: string) =>
  `Invalid value: ${JSON.stringify(text)}: a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`
const mode = 'must be a number between 0 and 0777 (octal), both inclusive'
const address = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)'

const cases: Case[] = [
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
    'an unknown restart policy',
    { restartPolicy: 'X' as 'Always' },
    'spec.restartPolicy: Unsupported value: "X": supported values: "Always", "Never", "OnFailure"',
  ],
  ['a nameless volume', { volumes: [{ name: '' }] }, 'spec.volumes[0].name: Required value'],
  [
    'a volume twice',
    { volumes: [{ name: 'v' }, { name: 'v' }] },
    'spec.volumes[1].name: Duplicate value: "v"',
  ],
  [
    'two sources of a volume',
    volume({ emptyDir: {}, hostPath: { path: '/x' } }),
    'spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type',
  ],
  [
    'no host path',
    volume({ hostPath: { path: '' } }),
    'spec.volumes[0].hostPath.path: Required value',
  ],
  [
    'a host path upwards',
    volume({ hostPath: { path: '/a/../b' } }),
    'spec.volumes[0].hostPath.path: Invalid value: "/a/../b": must not contain \'..\'',
  ],
  [
    'an unknown host path type',
    volume({ hostPath: { path: '/a', type: 'X' as '' } }),
    'spec.volumes[0].hostPath.type: Unsupported value: "X": supported values: "", "BlockDevice", "CharDevice", "Directory", "DirectoryOrCreate", "File", "FileOrCreate", "Socket"',
  ],
  [
    'a negative size',
    volume({ emptyDir: { sizeLimit: '-1' } }),
    'spec.volumes[0].emptyDir.sizeLimit: Forbidden: SizeLimit field must be a valid resource quantity',
  ],
  ['no secret name', volume({ secret: {} }), 'spec.volumes[0].secret.secretName: Required value'],
  [
    'bad permissions',
    volume({ secret: { secretName: 's', defaultMode: 0o1000 } }),
    `spec.volumes[0].secret.defaultMode: Invalid value: 512: ${mode}`,
  ],
  [
    'no ConfigMap name',
    volume({ configMap: {} }),
    'spec.volumes[0].configMap.name: Required value',
  ],
  [
    'a file without a key',
    volume({ configMap: { name: 'c', items: [{ key: '', path: 'p' }] } }),
    'spec.volumes[0].configMap.items[0].key: Required value',
  ],
  [
    'a file beyond the volume',
    volume({ configMap: { name: 'c', items: [{ key: 'k', path: '/p' }] } }),
    'spec.volumes[0].configMap.items[0].path: Invalid value: "/p": must be a relative path',
  ],
  [
    'a file of a reserved name',
    volume({ configMap: { name: 'c', items: [{ key: 'k', path: '..p' }] } }),
    'spec.volumes[0].configMap.items[0].path: Invalid value: "..p": must not start with \'..\'',
  ],
  [
    'no claim',
    volume({ persistentVolumeClaim: { claimName: '' } }),
    'spec.volumes[0].persistentVolumeClaim.claimName: Required value',
  ],
  [
    'no NFS server',
    volume({ nfs: { server: '', path: '/' } }),
    'spec.volumes[0].nfs.server: Required value',
  ],
  [
    'two files in one place',
    volume({
      projected: {
        sources: [
          { secret: { name: 'a', items: [{ key: 'x', path: 'f' }] } },
          { configMap: { name: 'b', items: [{ key: 'x', path: 'f' }] } },
        ],
      },
    }),
    'spec.volumes[0].projected: Invalid value: "b": conflicting duplicate paths',
  ],
  [
    'a token of nobody',
    volume({ projected: { sources: [{ serviceAccountToken: { path: 'token' } }] } }),
    'spec.volumes[0].projected.sources[0].serviceAccountToken: Forbidden: must not be specified when serviceAccountName is not set',
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
    'a long CSI driver',
    volume({ csi: { driver: 'a'.repeat(64) } }),
    'spec.volumes[0].csi.driver: Too long: may not be more than 63 bytes',
  ],
  [
    'an iSCSI disk of no name',
    volume({ iscsi: { targetPortal: 'a', iqn: 'disk', lun: 0 } }),
    'spec.volumes[0].iscsi.iqn: Invalid value: "disk": must be valid format starting with iqn, eui, or naa',
  ],
  [
    'a fibre channel disk without a number',
    volume({ fc: { targetWWNs: ['50060e801049cfd1'] } }),
    'spec.volumes[0].fc.lun: Required value: lun is required if targetWWNs is specified',
  ],
  [
    'an RBD disk of no image',
    volume({ rbd: { monitors: ['a'], image: '' } }),
    'spec.volumes[0].rbd.image: Required value',
  ],
  [
    'a claim template without a mode',
    volume({
      ephemeral: {
        volumeClaimTemplate: { spec: { resources: { requests: { storage: '1Gi' } } } },
      },
    }),
    'spec.volumes[0].ephemeral.volumeClaimTemplate.spec.accessModes: Required value: at least 1 access mode is required',
  ],
  [
    'a claim that is made for another volume',
    {
      volumes: [
        {
          name: 'made',
          ephemeral: {
            volumeClaimTemplate: {
              spec: {
                accessModes: ['ReadWriteOnce'],
                resources: { requests: { storage: '1Gi' } },
              },
            },
          },
        },
        { name: 'other', persistentVolumeClaim: { claimName: 'web-made' } },
      ],
    },
    'spec.volumes[1].persistentVolumeClaim.claimName: Invalid value: "web-made": must not reference a PVC that gets created for an ephemeral volume',
  ],
  [
    'a claim of devices that is not said',
    { resourceClaims: [{ name: 'gpu' }] },
    'spec.resourceClaims[0]: Invalid value: {"name":"gpu"}: must specify one of: `resourceClaimName`, `resourceClaimTemplateName`',
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
    'no volume image',
    volume({ image: { pullPolicy: 'Never' } }),
    'spec.volumes[0].image.reference: Required value',
  ],
  [
    'no repository',
    volume({ gitRepo: { repository: '' } }),
    'spec.volumes[0].gitRepo.repository: Required value',
  ],
  [
    'no claim template',
    volume({ ephemeral: {} }),
    'spec.volumes[0].ephemeral.volumeClaimTemplate: Required value',
  ],
  [
    'two sources in one',
    volume({ projected: { sources: [{ secret: { name: 's' }, configMap: { name: 'c' } }] } }),
    'spec.volumes[0].projected.sources[0]: Forbidden: may not specify more than 1 volume type per source',
  ],
  [
    'a token of a minute',
    {
      serviceAccountName: 'a',
      ...volume({
        projected: { sources: [{ serviceAccountToken: { path: 't', expirationSeconds: 60 } }] },
      }),
    },
    'spec.volumes[0].projected.sources[0].serviceAccountToken.expirationSeconds: Invalid value: 60: may not specify a duration less than 10 minutes',
  ],
  [
    'a downward file of nothing',
    volume({ downwardAPI: { items: [{ path: 'p' }] } }),
    'spec.volumes[0].downwardAPI: Required value: one of fieldRef and resourceFieldRef is required',
  ],
  [
    'a downward file of no container',
    volume({
      downwardAPI: { items: [{ path: 'p', resourceFieldRef: { resource: 'limits.cpu' } }] },
    }),
    'spec.volumes[0].downwardAPI.resourceFieldRef.containerName: Required value',
  ],
  [
    'a downward file of a late field',
    volume({ downwardAPI: { items: [{ path: 'p', fieldRef: { fieldPath: 'status.podIP' } }] } }),
    'spec.volumes[0].downwardAPI.fieldRef.fieldPath: Unsupported value: "status.podIP": supported values: "metadata.annotations", "metadata.labels", "metadata.name", "metadata.namespace", "metadata.uid"',
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
  [
    'a gate twice',
    { schedulingGates: [{ name: 'a.io/x' }, { name: 'a.io/x' }] },
    'spec.schedulingGates[1]: Duplicate value: "a.io/x"',
  ],
  [
    'a toleration of everything by value',
    { tolerations: [{ operator: 'Equal' }] },
    'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  [
    'a toleration of any value with a value',
    { tolerations: [{ key: 'k', operator: 'Exists', value: 'v' }] },
    `spec.tolerations[0].operator: Invalid value: {"Key":"k","Operator":"Exists","Value":"v","Effect":"","TolerationSeconds":null}: value must be empty when \`operator\` is 'Exists'`,
  ],
  [
    'an unknown operator',
    { tolerations: [{ key: 'k', operator: 'Gt', value: '1' }] },
    'spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists"',
  ],
  [
    'seconds without NoExecute',
    { tolerations: [{ key: 'k', effect: 'NoSchedule', tolerationSeconds: 1 }] },
    'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ],
  [
    'an unknown effect',
    { tolerations: [{ key: 'k', effect: 'X' as 'NoExecute' }] },
    'spec.tolerations[0].effect: Unsupported value: "X": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"',
  ],
  [
    'no skew',
    spread({ maxSkew: 0 }),
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
  ],
  [
    'no topology',
    spread({ topologyKey: '' }),
    'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
  ],
  [
    'an unknown way out',
    spread({ whenUnsatisfiable: 'X' }),
    'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "X": supported values: "DoNotSchedule", "ScheduleAnyway"',
  ],
  [
    'domains to be hoped for',
    spread({ whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1 }),
    'spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
  ],
  [
    'keys without a selector',
    spread({ matchLabelKeys: ['a'] }),
    'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
  ],
  [
    'no node terms',
    {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    },
    `${nodeTerms}: Required value: must have at least one node selector term`,
  ],
  [
    'an unknown node operator',
    nodeTerm([{ key: 'a', operator: 'X' }]),
    `${nodeTerms}[0].matchExpressions[0].operator: Invalid value: "X": not a valid selector operator`,
  ],
  [
    'a node operator without values',
    nodeTerm([{ key: 'a', operator: 'In' }]),
    `${nodeTerms}[0].matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
  ],
  [
    'a comparison with two values',
    nodeTerm([{ key: 'a', operator: 'Gt', values: ['1', '2'] }]),
    `${nodeTerms}[0].matchExpressions[0].values: Required value: must be specified single value when \`operator\` is 'Lt' or 'Gt'`,
  ],
  [
    'an unknown node field',
    nodeTerm([], [{ key: 'x', operator: 'In', values: ['a'] }]),
    `${nodeTerms}[0].matchFields[0].key: Invalid value: "x": not a valid field selector key`,
  ],
  [
    'no weight',
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
        },
      },
    },
    'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
  ],
  [
    'no topology of pods',
    podTerm({ topologyKey: '' }),
    `${podTerms}.topologyKey: Required value: can not be empty`,
  ],
  [
    'a bad namespace',
    podTerm({ topologyKey: 'zone', namespaces: ['A'] }),
    `${podTerms}.namespace: ${label('A')}`,
  ],
  [
    'a bad selector of pods',
    podTerm({
      topologyKey: 'zone',
      labelSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] },
    }),
    `${podTerms}.labelSelector.matchExpressions[0].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
  ],
  [
    'a key both wanted and not',
    podTerm({
      topologyKey: 'zone',
      labelSelector: {},
      matchLabelKeys: ['a'],
      mismatchLabelKeys: ['a'],
    }),
    `${podTerms}.matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys`,
  ],
]

test.each(cases)('a pod with %s is refused', (_what, spec, error) => {
  expect(failures(spec)).toEqual([error])
})
