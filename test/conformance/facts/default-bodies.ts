import { sampleObject, sampleObjects } from '../../support/sample-objects.ts'

type Body = Record<string, unknown>

/** A body of a kind whose absent fields the server has to fill. */
export interface DefaultsBody {
  kind: string
  body: Body
}

const container = { name: 'app', image: 'registry.example/app:1' }
const service = { namespace: 'default', name: 'hook' }
const rules = [
  { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] },
]
const webhook = {
  name: 'check.hooks.example',
  clientConfig: { service },
  rules,
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}
const iscsi = { targetPortal: '10.0.0.1', iqn: 'iqn.2001-04.com.example:storage', lun: 0 }
const rbd = { monitors: ['10.0.0.1'], image: 'disk' }
const azureDisk = { diskName: 'disk', diskURI: 'https://disks.example/disk' }
const scaleIO = { gateway: 'https://scale.example', system: 's', volumeName: 'v' }
const claim = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } }

const volumes: Body = {
  'azure-disk': { azureDisk },
  'config-map': { configMap: { name: 'any' } },
  downward: { downwardAPI: { items: [{ path: 'a', fieldRef: { fieldPath: 'metadata.name' } }] } },
  'host-path': { hostPath: { path: '/x' } },
  iscsi: { iscsi },
  projected: {
    projected: {
      sources: [
        { serviceAccountToken: { path: 'token' } },
        { downwardAPI: { items: [{ path: 'b', fieldRef: { fieldPath: 'metadata.uid' } }] } },
      ],
    },
  },
  rbd: { rbd },
  'scale-io': { scaleIO: { ...scaleIO, secretRef: { name: 'any' } } },
  secret: { secret: { secretName: 'any' } },
  claim: { ephemeral: { volumeClaimTemplate: { spec: claim } } },
  none: {},
}

const richPod = {
  initContainers: [{ name: 'first', image: 'registry.example/first' }],
  containers: [
    {
      ...container,
      ports: [{ containerPort: 80 }],
      env: [
        { name: 'NODE', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
        {
          name: 'FROM_FILE',
          valueFrom: { fileKeyRef: { volumeName: 'none', path: 'env', key: 'KEY' } },
        },
      ],
      livenessProbe: { httpGet: { port: 80 } },
      readinessProbe: { grpc: { port: 81 }, timeoutSeconds: 0, periodSeconds: 0 },
      startupProbe: { exec: { command: ['true'] }, successThreshold: 0, failureThreshold: 0 },
    },
  ],
  volumes: Object.entries(volumes).map(([name, source]) => ({ name, ...(source as Body) })),
}

const volumeSpec = (source: Body) => ({
  capacity: { storage: '1Gi' },
  accessModes: ['ReadWriteOnce'],
  ...source,
})
const secretRef = { name: 'any', namespace: 'default' }
const group = 'rbac.authorization.k8s.io'

const special: DefaultsBody[] = [
  { kind: 'v1 Pod', body: { spec: richPod } },
  {
    kind: 'apps/v1 Deployment',
    body: {
      spec: {
        selector: { matchLabels: { app: 'rich' } },
        template: { metadata: { labels: { app: 'rich' } }, spec: richPod },
      },
    },
  },
  ...[{ azureDisk }, { iscsi }, { rbd }, { scaleIO: { ...scaleIO, secretRef } }].map(source => ({
    kind: 'v1 PersistentVolume',
    body: { spec: volumeSpec(source) },
  })),
  {
    kind: 'apps/v1 StatefulSet',
    body: {
      spec: {
        selector: { matchLabels: { app: 'rich' } },
        serviceName: 'rich',
        template: { metadata: { labels: { app: 'rich' } }, spec: { containers: [container] } },
        volumeClaimTemplates: [{ metadata: { name: 'data' }, spec: claim }],
      },
    },
  },
  {
    kind: 'batch/v1 Job',
    body: {
      spec: {
        podFailurePolicy: {
          rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
        },
        template: { spec: { containers: [container], restartPolicy: 'Never' } },
      },
    },
  },
  {
    kind: 'v1 Endpoints',
    body: { subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ port: 80 }] }] },
  },
  {
    kind: 'discovery.k8s.io/v1 EndpointSlice',
    body: { addressType: 'IPv4', endpoints: [{ addresses: ['10.1.2.3'] }], ports: [{ port: 80 }] },
  },
  {
    kind: 'networking.k8s.io/v1 NetworkPolicy',
    body: { spec: { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }] } },
  },
  {
    kind: `${group}/v1 RoleBinding`,
    body: { roleRef: { kind: 'Role', name: 'any' }, subjects: [{ kind: 'User', name: 'any' }] },
  },
  {
    kind: `${group}/v1 ClusterRoleBinding`,
    body: { roleRef: { kind: 'ClusterRole', name: 'any' } },
  },
  {
    kind: 'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration',
    body: {
      spec: { type: 'Limited', limited: { limitResponse: { type: 'Queue', queuing: {} } } },
    },
  },
  {
    kind: 'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration',
    body: { webhooks: [webhook] },
  },
  {
    kind: 'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration',
    body: { webhooks: [webhook] },
  },
  {
    kind: 'apiextensions.k8s.io/v1 CustomResourceDefinition',
    body: {
      spec: {
        ...(sampleObjects['apiextensions.k8s.io/v1 CustomResourceDefinition']?.['spec'] as Body),
        conversion: {
          strategy: 'Webhook',
          webhook: { clientConfig: { service }, conversionReviewVersions: ['v1'] },
        },
      },
    },
  },
  {
    kind: 'resource.k8s.io/v1 ResourceClaim',
    body: {
      spec: {
        devices: {
          requests: [
            { name: 'one', exactly: { deviceClassName: 'a.example.com' } },
            { name: 'two', firstAvailable: [{ name: 'sub', deviceClassName: 'a.example.com' }] },
          ],
        },
      },
    },
  },
]

/** Bodies that between them have every struct that has defaults, and leave its defaulted fields out. */
export function defaultsBodies(): DefaultsBody[] {
  const plain = Object.keys(sampleObjects).map(kind => ({ kind, body: {} }))
  return [...plain, ...special].map(({ kind, body }) => ({
    kind,
    body: renamed({ ...sampleObject(kind), ...body }),
  }))
}

/** Under names that no sample has. */
export function renamed(body: Body): Body {
  const text = JSON.stringify(body)
    .replaceAll(/(samples|remote)\.example\.com/g, '$1.defaults.example.com')
    .replaceAll('10.96.77.7', '10.96.77.9')
  const { metadata, ...rest } = JSON.parse(text) as { metadata: { name: string } }
  const name = metadata.name === 'sample' ? 'defaults' : metadata.name
  return { ...rest, metadata: { ...metadata, name } }
}
