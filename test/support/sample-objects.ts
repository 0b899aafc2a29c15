/** A kind as the samples are named by: `apps/v1 Deployment`, `v1 Pod`. */
export type KindName = string

type Body = Record<string, unknown>

const container = { name: 'app', image: 'registry.example/app:1' }
const template = {
  metadata: { labels: { app: 'sample' } },
  spec: { containers: [container] },
}
const selector = { matchLabels: { app: 'sample' } }
const rbac = 'rbac.authorization.k8s.io'
const clientConfig = { url: 'https://hooks.example/check' }
const rule = { apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE'], resources: ['pods'] }
const webhook = {
  name: 'check.hooks.example',
  clientConfig,
  rules: [rule],
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
}
const claim = {
  accessModes: ['ReadWriteOnce'],
  resources: { requests: { storage: '1Gi' } },
  storageClassName: 'sample',
}
const deviceRequest = { name: 'gpu', exactly: { deviceClassName: 'gpu.example.com' } }
/** Base64 of a PEM certificate request for `CN=sample`. */
const certificateRequest = [
  'LS0tLS1CRUdJTiBDRVJUSUZJQ0FURSBSRVFVRVNULS0tLS0KTUlITE1ITUNBUUF3RVRFUE1BMEdBMVVFQXd3R2MyRn',
  'RjR3hsTUZrd0V3WUhLb1pJemowQ0FRWUlLb1pJemowRApBUWNEUWdBRWJBamlTTmF6VmdUM2twU3dGZE1WdkZnNmJQ',
  'QUNVQjg3cG1MVGgyam1FSzRrMThNaXQydjFGeFM4CmlGZEhxNkttd2l4QUM5cW9CN2hXTndEOGk0YUtrS0FBTUFvR0',
  'NDcUdTTTQ5QkFNQ0EwZ0FNRVVDSURPOFpFVHAKZXZKMENLZG5PTjd5bVk4cGRhbXd4TU1iVWtPZjJ0aG9pSWpSQWlF',
  'QXh2WGNaWUp2M2ExL2VoTXcyY1VNa01ydApWZGxXVEJLVVFKLzNGTXNWeFlVPQotLS0tLUVORCBDRVJUSUZJQ0FURS',
  'BSRVFVRVNULS0tLS0K',
].join('')

/**
 * A small valid body of every stable kind that is kept, without name and namespace, by `apiVersion kind`. What it
 * refers to need not be there.
 */
export const sampleObjects: Readonly<Record<KindName, Body>> = {
  'v1 ConfigMap': { data: { key: 'value' } },
  'v1 Endpoints': {
    subsets: [{ addresses: [{ ip: '10.1.2.3' }], ports: [{ name: 'http', port: 80 }] }],
  },
  'v1 Event': {
    involvedObject: { kind: 'Pod', name: 'sample', namespace: 'default', apiVersion: 'v1' },
    reason: 'Tested',
    message: 'a sample',
    type: 'Normal',
    source: { component: 'test' },
    firstTimestamp: '2026-01-01T00:00:00Z',
    lastTimestamp: '2026-01-01T00:00:00Z',
    count: 1,
  },
  'v1 LimitRange': { spec: { limits: [{ type: 'Container', max: { cpu: '2' } }] } },
  'v1 Namespace': {},
  'v1 Node': { spec: { podCIDR: '10.244.9.0/24' } },
  'v1 PersistentVolumeClaim': { spec: claim },
  'v1 PersistentVolume': {
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteOnce'],
      hostPath: { path: '/var/sample' },
    },
  },
  'v1 Pod': { metadata: { labels: { app: 'sample' } }, spec: { containers: [container] } },
  'v1 PodTemplate': { template },
  'v1 ReplicationController': { spec: { selector: { app: 'sample' }, template } },
  'v1 ResourceQuota': { spec: { hard: { 'count/widgets.example.com': '10' } } },
  'v1 Secret': { stringData: { key: 'value' } },
  'v1 ServiceAccount': {},
  'v1 Service': { spec: { selector: { app: 'sample' }, ports: [{ port: 80 }] } },
  'apps/v1 ControllerRevision': { data: { spec: { a: 1 } }, revision: 1 },
  'apps/v1 DaemonSet': { spec: { selector, template } },
  'apps/v1 Deployment': { spec: { selector, template } },
  'apps/v1 ReplicaSet': { spec: { selector, template } },
  'apps/v1 StatefulSet': { spec: { selector, template, serviceName: 'sample' } },
  'autoscaling/v1 HorizontalPodAutoscaler': {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample' },
      maxReplicas: 3,
    },
  },
  'autoscaling/v2 HorizontalPodAutoscaler': {
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'sample' },
      maxReplicas: 3,
    },
  },
  'batch/v1 CronJob': {
    spec: {
      schedule: '*/5 * * * *',
      jobTemplate: {
        spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } },
      },
    },
  },
  'batch/v1 Job': {
    spec: { template: { spec: { containers: [container], restartPolicy: 'Never' } } },
  },
  'certificates.k8s.io/v1 CertificateSigningRequest': {
    spec: {
      request: certificateRequest,
      signerName: 'example.com/sample',
      usages: ['client auth'],
    },
  },
  'coordination.k8s.io/v1 Lease': { spec: { holderIdentity: 'me', leaseDurationSeconds: 40 } },
  'discovery.k8s.io/v1 EndpointSlice': {
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.1.2.3'] }],
    ports: [{ name: 'http', port: 80 }],
  },
  'events.k8s.io/v1 Event': {
    regarding: { kind: 'Pod', name: 'sample', namespace: 'default', apiVersion: 'v1' },
    reason: 'Tested',
    action: 'Testing',
    note: 'a sample',
    type: 'Normal',
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'example.com/test',
    reportingInstance: 'test-1',
  },
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': {
    spec: {
      priorityLevelConfiguration: { name: 'sample' },
      rules: [
        {
          subjects: [{ kind: 'User', user: { name: 'sample' } }],
          resourceRules: [
            { verbs: ['get'], apiGroups: [''], resources: ['pods'], namespaces: ['*'] },
          ],
        },
      ],
    },
  },
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': {
    spec: { type: 'Limited', limited: { limitResponse: { type: 'Reject' } } },
  },
  'networking.k8s.io/v1 IngressClass': { spec: { controller: 'example.com/controller' } },
  'networking.k8s.io/v1 Ingress': {
    spec: { defaultBackend: { service: { name: 'sample', port: { number: 80 } } } },
  },
  'networking.k8s.io/v1 IPAddress': {
    spec: {
      parentRef: { group: '', resource: 'services', namespace: 'default', name: 'sample' },
    },
  },
  'networking.k8s.io/v1 NetworkPolicy': { spec: { podSelector: {} } },
  'networking.k8s.io/v1 ServiceCIDR': { spec: { cidrs: ['10.201.0.0/24'] } },
  'node.k8s.io/v1 RuntimeClass': { handler: 'sample' },
  'policy/v1 PodDisruptionBudget': { spec: { selector, minAvailable: 1 } },
  [`${rbac}/v1 ClusterRoleBinding`]: {
    roleRef: { apiGroup: rbac, kind: 'ClusterRole', name: 'view' },
    subjects: [{ kind: 'User', name: 'sample', apiGroup: rbac }],
  },
  [`${rbac}/v1 ClusterRole`]: {
    rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }],
  },
  [`${rbac}/v1 RoleBinding`]: {
    roleRef: { apiGroup: rbac, kind: 'Role', name: 'sample' },
    subjects: [{ kind: 'ServiceAccount', name: 'default', namespace: 'default' }],
  },
  [`${rbac}/v1 Role`]: { rules: [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }] },
  'resource.k8s.io/v1 DeviceClass': {
    spec: { selectors: [{ cel: { expression: 'device.driver == "gpu.example.com"' } }] },
  },
  'resource.k8s.io/v1 ResourceClaim': { spec: { devices: { requests: [deviceRequest] } } },
  'resource.k8s.io/v1 ResourceClaimTemplate': {
    spec: { spec: { devices: { requests: [deviceRequest] } } },
  },
  'resource.k8s.io/v1 ResourceSlice': {
    spec: {
      driver: 'gpu.example.com',
      nodeName: 'sample',
      pool: { name: 'sample', generation: 1, resourceSliceCount: 1 },
      devices: [{ name: 'gpu-0' }],
    },
  },
  'scheduling.k8s.io/v1 PriorityClass': { value: 10 },
  'storage.k8s.io/v1 CSIDriver': { spec: {} },
  'storage.k8s.io/v1 CSINode': {
    spec: { drivers: [{ name: 'disk.example.com', nodeID: 'sample' }] },
  },
  'storage.k8s.io/v1 CSIStorageCapacity': { storageClassName: 'sample' },
  'storage.k8s.io/v1 StorageClass': { provisioner: 'example.com/disk' },
  'storage.k8s.io/v1 VolumeAttachment': {
    spec: {
      attacher: 'disk.example.com',
      nodeName: 'sample',
      source: { persistentVolumeName: 'sample' },
    },
  },
  'storage.k8s.io/v1 VolumeAttributesClass': {
    driverName: 'example.com',
    parameters: { iops: '100' },
  },
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': { webhooks: [webhook] },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': {
    spec: {
      matchConstraints: {
        resourceRules: [{ ...rule, resources: ['widgets'], apiGroups: ['example.com'] }],
      },
      validations: [{ expression: 'true' }],
    },
  },
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': {
    spec: { policyName: 'sample', validationActions: ['Deny'] },
  },
  'apiextensions.k8s.io/v1 CustomResourceDefinition': {
    spec: {
      group: 'samples.example.com',
      names: { plural: 'samples', kind: 'Sample' },
      scope: 'Namespaced',
      versions: [
        {
          name: 'v1',
          served: true,
          storage: true,
          schema: { openAPIV3Schema: { type: 'object' } },
        },
      ],
    },
  },
  'apiregistration.k8s.io/v1 APIService': {
    spec: {
      group: 'aggregated.samples.example.com',
      version: 'v1',
      groupPriorityMinimum: 100,
      versionPriority: 10,
      insecureSkipTLSVerify: true,
      service: { namespace: 'default', name: 'sample' },
    },
  },
}

/** Names that a kind insists on; the others take any. */
const fixedNames: Readonly<Record<KindName, string>> = {
  'apiextensions.k8s.io/v1 CustomResourceDefinition': 'samples.samples.example.com',
  'apiregistration.k8s.io/v1 APIService': 'v1.aggregated.samples.example.com',
  'networking.k8s.io/v1 IPAddress': '10.96.77.7',
}

/** A sample of a kind with its name, in a namespace where one is given. */
export function sampleObject(
  kindName: KindName,
  { name = 'sample', namespace }: { name?: string; namespace?: string | undefined } = {},
): Body & { metadata: { name: string } & Body } {
  const [apiVersion = '', kind = ''] = kindName.split(' ')
  const body = sampleObjects[kindName]
  if (!body) throw new Error(`there is no sample of ${kindName}`)
  const { metadata, ...rest } = structuredClone(body) as { metadata?: Body }
  return {
    apiVersion,
    kind,
    metadata: {
      ...metadata,
      name: fixedNames[kindName] ?? name,
      ...(namespace === undefined ? {} : { namespace }),
    },
    ...rest,
  }
}
