import { expect } from 'vitest'
import { sampleObject } from '../../support/sample-objects.ts'

/** A row whose default depends on more than a field's absence: where it is seen, and what has to be there. */
export interface ConditionalDefault {
  /** How the row begins. */
  row: string
  kind: string
  /** What is created; of a subresource what is sent to that of the sample. */
  body: Record<string, unknown>
  subresource?: { method: 'POST' | 'PATCH'; name: string }
  /** `spec/containers/0/image`, in the answer. */
  /** It is there already, and replaced. */
  replaces?: boolean
  path: string
  expected: unknown
}

const deployment = 'apps/v1 Deployment'
const pod = 'v1 Pod'
const image = 'registry.example/app:1'
const rbac = 'rbac.authorization.k8s.io/v1'

const podOf = (container: object, spec: object = {}) => ({
  spec: { containers: [{ name: 'app', image, ...container }], ...spec },
})
const pullPolicy = (row: string, image: string, expected: string): ConditionalDefault => ({
  row: `core/v1.Container imagePullPolicy ${row}`,
  kind: deployment,
  body: withTemplate({ containers: [{ name: 'app', image }] }),
  path: 'spec/template/spec/containers/0/imagePullPolicy',
  expected,
})
const imageVolume = (row: string, reference: string, expected: string): ConditionalDefault => ({
  row: `core/v1.Volume image.pullPolicy ${row}`,
  kind: pod,
  body: podOf({}, { volumes: [{ name: 'v', image: { reference } }] }),
  path: 'spec/volumes/0/image/pullPolicy',
  expected,
})
const limitRange = (row: string, limits: object, path: string): ConditionalDefault => ({
  row: `core/v1.LimitRangeItem ${row}`,
  kind: 'v1 LimitRange',
  body: { spec: { limits: [{ type: 'Container', ...limits }] } },
  path: `spec/limits/0/${path}`,
  expected: '2',
})

function withTemplate(spec: object): Record<string, unknown> {
  const labels = { app: 'sample' }
  return { spec: { selector: { matchLabels: labels }, template: { metadata: { labels }, spec } } }
}

/** The sample's body of a kind, with some of its spec changed. */
function withSpec(kind: string, spec: object): Record<string, unknown> {
  return { spec: { ...(sampleObject(kind)['spec'] as object), ...spec } }
}

const autoscaler = (part: string, row: string, expected: unknown): ConditionalDefault => ({
  row: `autoscaling/v2.HorizontalPodAutoscaler spec.behavior.${part}.${row} ${JSON.stringify(expected)}`,
  kind: 'autoscaling/v2 HorizontalPodAutoscaler',
  body: withSpec('autoscaling/v2 HorizontalPodAutoscaler', { behavior: {} }),
  path: `spec/behavior/${part}/${row}`,
  expected,
})
const job = (row: string, spec: object, path: string, expected: unknown): ConditionalDefault => ({
  row: `batch/v1.Job ${row}`,
  kind: 'batch/v1 Job',
  body: withSpec('batch/v1 Job', spec),
  path,
  expected,
})
const service = (
  row: string,
  spec: object,
  path: string,
  expected: unknown,
): ConditionalDefault => ({
  row: `core/v1.Service ${row}`,
  kind: 'v1 Service',
  body: withSpec('v1 Service', spec),
  path,
  expected,
})
const ofSample = (
  struct: string,
  path: string,
  kind: string,
  expected: unknown,
  condition = '',
): ConditionalDefault => ({
  row: `${struct} ${path} ${condition}`.trimEnd(),
  kind,
  body: {},
  path: path.replaceAll('.', '/'),
  expected,
})
const ephemeral = (field: string, expected: string): ConditionalDefault => ({
  row: `core/v1.EphemeralContainer ${field}`,
  kind: pod,
  body: { spec: { ephemeralContainers: [{ name: 'debug', image }] } },
  subresource: { method: 'PATCH', name: 'ephemeralcontainers' },
  path: `spec/ephemeralContainers/0/${field}`,
  expected,
})
const device = (struct: string, request: object, path: string): ConditionalDefault => ({
  row: `resource.k8s.io/v1.${struct} count`,
  kind: 'resource.k8s.io/v1 ResourceClaim',
  body: { spec: { devices: { requests: [{ name: 'one', ...request }] } } },
  path: `spec/devices/requests/0/${path}/count`,
  expected: 1,
})
const policyTypes = (row: string, spec: object, expected: string[]): ConditionalDefault => ({
  row: `networking.k8s.io/v1.NetworkPolicy spec.policyTypes ${row}`,
  kind: 'networking.k8s.io/v1 NetworkPolicy',
  body: { spec: { podSelector: {}, ...spec } },
  path: 'spec/policyTypes',
  expected,
})

const labels = { app: 'sample' }
const podLevel = {
  resources: { limits: { cpu: '2', memory: '1Gi', 'hugepages-2Mi': '4Mi' } },
}
const crd = 'apiextensions.k8s.io/v1.CustomResourceDefinition'
const crdKind = 'apiextensions.k8s.io/v1 CustomResourceDefinition'

/** Every such row that an answer of the server can show. */
export const conditionalDefaults: readonly ConditionalDefault[] = [
  pullPolicy('"Always"', 'registry.example/app', 'Always'),
  pullPolicy('"IfNotPresent"', image, 'IfNotPresent'),
  imageVolume('"Always"', 'registry.example/data:latest', 'Always'),
  imageVolume('"IfNotPresent"', 'registry.example/data:1', 'IfNotPresent'),
  {
    row: 'core/v1.Container resources.requests[k]',
    kind: pod,
    body: podOf({ resources: { limits: { cpu: '2', memory: '1Gi' }, requests: { memory: '1' } } }),
    path: 'spec/containers/0/resources/requests',
    expected: { cpu: '2', memory: '1' },
  },
  {
    row: 'core/v1.Container ports[].hostPort',
    kind: pod,
    body: podOf({ ports: [{ containerPort: 80 }] }, { hostNetwork: true }),
    path: 'spec/containers/0/ports/0/hostPort',
    expected: 80,
  },
  {
    row: 'core/v1.ResourceList values',
    kind: deployment,
    body: withTemplate({
      containers: [{ name: 'app', image, resources: { limits: { cpu: '100u' } } }],
    }),
    path: 'spec/template/spec/containers/0/resources/limits/cpu',
    expected: '1m',
  },
  limitRange('default[k]', { max: { cpu: '2' } }, 'default/cpu'),
  limitRange('defaultRequest[k] "default[k]"', { default: { cpu: '2' } }, 'defaultRequest/cpu'),
  limitRange('defaultRequest[k] "min[k]"', { min: { cpu: '2' } }, 'defaultRequest/cpu'),
  {
    row: 'core/v1.NodeStatus allocatable',
    kind: 'v1 Node',
    body: { status: { capacity: { cpu: '4' } } },
    path: 'status/allocatable',
    expected: { cpu: '4' },
  },
  {
    row: 'core/v1.PodSpec enableServiceLinks',
    kind: pod,
    body: podOf({}),
    path: 'spec/enableServiceLinks',
    expected: true,
  },
  {
    row: 'core/v1.PodSpec serviceAccount ',
    kind: deployment,
    body: withTemplate({ containers: [{ name: 'app', image }], serviceAccountName: 'other' }),
    path: 'spec/template/spec/serviceAccount',
    expected: 'other',
  },
  {
    row: 'core/v1.PodSpec resources.requests[k] "sum',
    kind: pod,
    body: podOf({ resources: { requests: { cpu: '500m' } } }, podLevel),
    path: 'spec/resources/requests/cpu',
    expected: '500m',
  },
  {
    row: 'core/v1.PodSpec resources.requests[k] "resources',
    kind: pod,
    body: podOf({}, podLevel),
    path: 'spec/resources/requests/memory',
    expected: '1Gi',
  },
  {
    row: 'core/v1.PodSpec resources.limits[hugepages-*]',
    kind: pod,
    body: podOf(
      { resources: { limits: { cpu: '1', 'hugepages-2Mi': '4Mi' } } },
      { resources: { limits: { cpu: '2' } } },
    ),
    path: 'spec/resources/limits/hugepages-2Mi',
    expected: '4Mi',
  },
  {
    row: 'core/v1.Volume emptyDir',
    kind: deployment,
    body: withTemplate({ containers: [{ name: 'app', image }], volumes: [{ name: 'v' }] }),
    path: 'spec/template/spec/volumes/0/emptyDir',
    expected: {},
  },
  ephemeral('imagePullPolicy', 'IfNotPresent'),
  ephemeral('terminationMessagePath', '/dev/termination-log'),
  ephemeral('terminationMessagePolicy', 'File'),
  {
    row: 'authentication.k8s.io/v1.TokenRequestSpec expirationSeconds',
    kind: 'v1 ServiceAccount',
    body: { spec: {} },
    subresource: { method: 'POST', name: 'token' },
    path: 'spec/expirationSeconds',
    expected: 3600,
  },
  {
    row: 'rbac.authorization.k8s.io/v1.Subject apiGroup ""',
    kind: `${rbac} RoleBinding`,
    body: {
      roleRef: { kind: 'Role', name: 'any' },
      subjects: [{ kind: 'ServiceAccount', name: 'any', namespace: 'default' }],
    },
    path: 'subjects/0/apiGroup',
    expected: undefined,
  },
  {
    row: 'rbac.authorization.k8s.io/v1.Subject apiGroup "rbac',
    kind: `${rbac} RoleBinding`,
    body: { roleRef: { kind: 'Role', name: 'any' }, subjects: [{ kind: 'Group', name: 'any' }] },
    path: 'subjects/0/apiGroup',
    expected: 'rbac.authorization.k8s.io',
  },
  {
    row: 'core/v1.NamespaceStatus phase',
    kind: 'v1 Namespace',
    body: {},
    path: 'status/phase',
    expected: 'Active',
  },
  ...['nominalConcurrencyShares', 'lendablePercent'].map(name => ({
    row: `flowcontrol.apiserver.k8s.io/v1.ExemptPriorityLevelConfiguration ${name}`,
    kind: 'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration',
    body: { metadata: { name: 'exempt' }, spec: { type: 'Exempt', exempt: {} } },
    replaces: true,
    path: `spec/exempt/${name}`,
    expected: 0,
  })),
  // Of features whose gates are off.
  {
    row: 'resource.k8s.io/v1.DeviceTaint timeAdded',
    kind: 'resource.k8s.io/v1 ResourceSlice',
    body: {
      spec: {
        driver: 'gpu.example.com',
        nodeName: 'sample',
        pool: { name: 'sample', generation: 1, resourceSliceCount: 1 },
        devices: [{ name: 'one', taints: [{ key: 'broken', effect: 'NoSchedule' }] }],
      },
    },
    path: 'spec/devices/0/taints',
    expected: undefined,
  },
  {
    row: 'resource.k8s.io/v1.DeviceToleration operator',
    kind: 'resource.k8s.io/v1 ResourceClaim',
    body: {
      spec: {
        devices: {
          requests: [
            { name: 'one', exactly: { deviceClassName: 'a.b', tolerations: [{ key: 'a.b/c' }] } },
          ],
        },
      },
    },
    path: 'spec/devices/requests/0/exactly/tolerations',
    expected: undefined,
  },
  device(
    'DeviceSubRequest',
    { firstAvailable: [{ name: 's', deviceClassName: 'a.b' }] },
    'firstAvailable/0',
  ),
  device('ExactDeviceRequest', { exactly: { deviceClassName: 'a.b' } }, 'exactly'),
  ofSample(crd, 'spec.names.singular', crdKind, 'sample'),
  ofSample(crd, 'spec.names.listKind', crdKind, 'SampleList'),
  ofSample(crd, 'status.storedVersions', crdKind, ['v1']),
  ...['maxUnavailable', 'maxSurge'].map((name, index) =>
    ofSample(
      'apps/v1.DaemonSet',
      `spec.updateStrategy.rollingUpdate.${name}`,
      'apps/v1 DaemonSet',
      1 - index,
    ),
  ),
  ofSample(
    'apps/v1.Deployment',
    'spec.strategy.rollingUpdate',
    deployment,
    { maxUnavailable: '25%', maxSurge: '25%' },
    '{}',
  ),
  ofSample('apps/v1.Deployment', 'spec.strategy.rollingUpdate.maxUnavailable', deployment, '25%'),
  ofSample('apps/v1.Deployment', 'spec.strategy.rollingUpdate.maxSurge', deployment, '25%'),
  ofSample(
    'apps/v1.StatefulSet',
    'spec.updateStrategy.rollingUpdate',
    'apps/v1 StatefulSet',
    { partition: 0 },
    '{}',
  ),
  ofSample(
    'apps/v1.StatefulSet',
    'spec.updateStrategy.rollingUpdate.partition',
    'apps/v1 StatefulSet',
    0,
  ),
  // Its feature gate is off.
  ofSample(
    'apps/v1.StatefulSet',
    'spec.updateStrategy.rollingUpdate.maxUnavailable',
    'apps/v1 StatefulSet',
    undefined,
  ),
  {
    row: 'apps/v1.StatefulSet spec.volumeClaimTemplates[].apiVersion/kind',
    kind: 'apps/v1 StatefulSet',
    body: withSpec('apps/v1 StatefulSet', {
      volumeClaimTemplates: [
        { metadata: { name: 'data' }, spec: sampleObject('v1 PersistentVolumeClaim')['spec'] },
      ],
    }),
    path: 'spec/volumeClaimTemplates/0',
    expected: expect.objectContaining({ apiVersion: 'v1', kind: 'PersistentVolumeClaim' }),
  },
  ofSample(
    'autoscaling/v2.HorizontalPodAutoscaler',
    'spec.metrics',
    'autoscaling/v2 HorizontalPodAutoscaler',
    [
      {
        type: 'Resource',
        resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
      },
    ],
  ),
  autoscaler('scaleUp', 'stabilizationWindowSeconds', 0),
  autoscaler('scaleUp', 'selectPolicy', 'Max'),
  autoscaler('scaleUp', 'policies', [
    { type: 'Pods', value: 4, periodSeconds: 15 },
    { type: 'Percent', value: 100, periodSeconds: 15 },
  ]),
  autoscaler('scaleDown', 'selectPolicy', 'Max'),
  autoscaler('scaleDown', 'policies', [{ type: 'Percent', value: 100, periodSeconds: 15 }]),
  job('spec.completions', {}, 'spec/completions', 1),
  job(
    'spec.backoffLimit 2147483647',
    { completionMode: 'Indexed', completions: 2, backoffLimitPerIndex: 1 },
    'spec/backoffLimit',
    2147483647,
  ),
  job('spec.backoffLimit 6', {}, 'spec/backoffLimit', 6),
  {
    ...job('metadata.labels', {}, 'metadata/labels', expect.objectContaining(labels)),
    body: withSpec('batch/v1 Job', {
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'app', image }], restartPolicy: 'Never' },
      },
    }),
  },
  job(
    'spec.podReplacementPolicy "Failed"',
    {
      podFailurePolicy: {
        rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [1] } }],
      },
    },
    'spec/podReplacementPolicy',
    'Failed',
  ),
  job('spec.podReplacementPolicy "Term', {}, 'spec/podReplacementPolicy', 'TerminatingOrFailed'),
  {
    row: 'core/v1.Namespace metadata.labels',
    kind: 'v1 Namespace',
    body: {},
    path: 'metadata/labels',
    expected: { 'kubernetes.io/metadata.name': 'defaults' },
  },
  ...['spec.selector', 'metadata.labels'].map(path => ({
    row: `core/v1.ReplicationController ${path}`,
    kind: 'v1 ReplicationController',
    body: {
      spec: { template: { metadata: { labels }, spec: { containers: [{ name: 'app', image }] } } },
    },
    path: path.replace('.', '/'),
    expected: labels,
  })),
  service(
    'spec.sessionAffinityConfig null',
    { sessionAffinityConfig: {} },
    'spec/sessionAffinityConfig',
    undefined,
  ),
  service(
    'spec.sessionAffinityConfig.clientIP',
    { sessionAffinity: 'ClientIP' },
    'spec/sessionAffinityConfig/clientIP/timeoutSeconds',
    10800,
  ),
  service('spec.ports[].targetPort', {}, 'spec/ports/0/targetPort', 80),
  service(
    'spec.externalTrafficPolicy',
    { type: 'NodePort' },
    'spec/externalTrafficPolicy',
    'Cluster',
  ),
  service('spec.internalTrafficPolicy', {}, 'spec/internalTrafficPolicy', 'Cluster'),
  service(
    'spec.allocateLoadBalancerNodePorts',
    { type: 'LoadBalancer' },
    'spec/allocateLoadBalancerNodePorts',
    true,
  ),
  {
    row: 'networking.k8s.io/v1.IngressClass spec.parameters.scope',
    kind: 'networking.k8s.io/v1 IngressClass',
    body: withSpec('networking.k8s.io/v1 IngressClass', {
      parameters: { kind: 'Any', name: 'any' },
    }),
    path: 'spec/parameters/scope',
    expected: 'Cluster',
  },
  policyTypes('["Ingress"]', {}, ['Ingress']),
  policyTypes('["Ingress","Egress"]', { egress: [{}] }, ['Ingress', 'Egress']),
  ofSample(
    'storage.k8s.io/v1.CSIDriver',
    'spec.seLinuxMount',
    'storage.k8s.io/v1 CSIDriver',
    false,
  ),
]
