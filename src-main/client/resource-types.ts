import type { ValidatingAdmissionPolicy } from '#kubernetes/api/admissionregistration-v1.ts'
import type { CustomResourceDefinition } from '#kubernetes/api/apiextensions-v1.ts'
import type { APIService } from '#kubernetes/api/apiregistration-v1.ts'
import type {
  ControllerRevision,
  DaemonSet,
  Deployment,
  ReplicaSet,
  StatefulSet,
} from '#kubernetes/api/apps-v1.ts'
import type { SubjectAccessReview } from '#kubernetes/api/authorization-v1.ts'
import type { HorizontalPodAutoscaler } from '#kubernetes/api/autoscaling-v2.ts'
import type { CronJob, Job } from '#kubernetes/api/batch-v1.ts'
import type { CertificateSigningRequest } from '#kubernetes/api/certificates-v1.ts'
import type { Lease } from '#kubernetes/api/coordination-v1.ts'
import type {
  Binding,
  ConfigMap,
  Endpoints,
  Event,
  LimitRange,
  Namespace,
  Node,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  ReplicationController,
  ResourceQuota,
  Secret,
  Service,
  ServiceAccount,
} from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { Ingress, IngressClass, NetworkPolicy } from '#kubernetes/api/networking-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import type { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from '#kubernetes/api/rbac-v1.ts'
import type {
  DeviceClass,
  ResourceClaim,
  ResourceClaimTemplate,
  ResourceSlice,
} from '#kubernetes/api/resource-v1.ts'
import type { PriorityClass } from '#kubernetes/api/scheduling-v1.ts'
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttributesClass,
} from '#kubernetes/api/storage-v1.ts'
import type { GroupVersionResource, KubernetesObject } from '#kubernetes/objects.ts'

/** How to reach objects of type `T` in the API. */
export interface ResourceType<T extends KubernetesObject = KubernetesObject>
  extends GroupVersionResource {
  kind: string
  namespaced: boolean
  /** Carries the type only; never set. */
  readonly object?: T
}

/** Describes a kind by its `apiVersion`, plural and kind. */
export function resourceType<T extends KubernetesObject>(
  apiVersion: string,
  resource: string,
  kind: string,
  scope: 'Cluster' | 'Namespaced' = 'Namespaced',
): ResourceType<T> {
  const [first = '', second] = apiVersion.split('/')
  const names =
    second === undefined ? { group: '', version: first } : { group: first, version: second }
  return { ...names, resource, kind, namespaced: scope === 'Namespaced' }
}

export const configMaps = resourceType<ConfigMap>('v1', 'configmaps', 'ConfigMap')
export const endpoints = resourceType<Endpoints>('v1', 'endpoints', 'Endpoints')
export const events = resourceType<Event>('v1', 'events', 'Event')
export const limitRanges = resourceType<LimitRange>('v1', 'limitranges', 'LimitRange')
export const namespaces = resourceType<Namespace>('v1', 'namespaces', 'Namespace', 'Cluster')
export const nodes = resourceType<Node>('v1', 'nodes', 'Node', 'Cluster')
export const persistentVolumeClaims = resourceType<PersistentVolumeClaim>(
  'v1',
  'persistentvolumeclaims',
  'PersistentVolumeClaim',
)
export const persistentVolumes = resourceType<PersistentVolume>(
  'v1',
  'persistentvolumes',
  'PersistentVolume',
  'Cluster',
)
export const pods = resourceType<Pod>('v1', 'pods', 'Pod')
export const replicationControllers = resourceType<ReplicationController>(
  'v1',
  'replicationcontrollers',
  'ReplicationController',
)
export const resourceQuotas = resourceType<ResourceQuota>('v1', 'resourcequotas', 'ResourceQuota')
export const secrets = resourceType<Secret>('v1', 'secrets', 'Secret')
export const serviceAccounts = resourceType<ServiceAccount>(
  'v1',
  'serviceaccounts',
  'ServiceAccount',
)
export const services = resourceType<Service>('v1', 'services', 'Service')

export const controllerRevisions = resourceType<ControllerRevision>(
  'apps/v1',
  'controllerrevisions',
  'ControllerRevision',
)
export const daemonSets = resourceType<DaemonSet>('apps/v1', 'daemonsets', 'DaemonSet')
export const deployments = resourceType<Deployment>('apps/v1', 'deployments', 'Deployment')
export const replicaSets = resourceType<ReplicaSet>('apps/v1', 'replicasets', 'ReplicaSet')
export const statefulSets = resourceType<StatefulSet>('apps/v1', 'statefulsets', 'StatefulSet')
export const cronJobs = resourceType<CronJob>('batch/v1', 'cronjobs', 'CronJob')
export const jobs = resourceType<Job>('batch/v1', 'jobs', 'Job')
export const certificateSigningRequests = resourceType<CertificateSigningRequest>(
  'certificates.k8s.io/v1',
  'certificatesigningrequests',
  'CertificateSigningRequest',
  'Cluster',
)
export const subjectAccessReviews = resourceType<SubjectAccessReview>(
  'authorization.k8s.io/v1',
  'subjectaccessreviews',
  'SubjectAccessReview',
  'Cluster',
)
export const leases = resourceType<Lease>('coordination.k8s.io/v1', 'leases', 'Lease')
export const endpointSlices = resourceType<EndpointSlice>(
  'discovery.k8s.io/v1',
  'endpointslices',
  'EndpointSlice',
)
export const horizontalPodAutoscalers = resourceType<HorizontalPodAutoscaler>(
  'autoscaling/v2',
  'horizontalpodautoscalers',
  'HorizontalPodAutoscaler',
)
export const ingressClasses = resourceType<IngressClass>(
  'networking.k8s.io/v1',
  'ingressclasses',
  'IngressClass',
  'Cluster',
)
export const ingresses = resourceType<Ingress>('networking.k8s.io/v1', 'ingresses', 'Ingress')
export const networkPolicies = resourceType<NetworkPolicy>(
  'networking.k8s.io/v1',
  'networkpolicies',
  'NetworkPolicy',
)
export const podDisruptionBudgets = resourceType<PodDisruptionBudget>(
  'policy/v1',
  'poddisruptionbudgets',
  'PodDisruptionBudget',
)
const rbac = 'rbac.authorization.k8s.io/v1'
export const clusterRoleBindings = resourceType<ClusterRoleBinding>(
  rbac,
  'clusterrolebindings',
  'ClusterRoleBinding',
  'Cluster',
)
export const clusterRoles = resourceType<ClusterRole>(
  rbac,
  'clusterroles',
  'ClusterRole',
  'Cluster',
)
export const roleBindings = resourceType<RoleBinding>(rbac, 'rolebindings', 'RoleBinding')
export const roles = resourceType<Role>(rbac, 'roles', 'Role')
export const priorityClasses = resourceType<PriorityClass>(
  'scheduling.k8s.io/v1',
  'priorityclasses',
  'PriorityClass',
  'Cluster',
)
export const storageClasses = resourceType<StorageClass>(
  'storage.k8s.io/v1',
  'storageclasses',
  'StorageClass',
  'Cluster',
)
export const volumeAttributesClasses = resourceType<VolumeAttributesClass>(
  'storage.k8s.io/v1',
  'volumeattributesclasses',
  'VolumeAttributesClass',
  'Cluster',
)
export const customResourceDefinitions = resourceType<CustomResourceDefinition>(
  'apiextensions.k8s.io/v1',
  'customresourcedefinitions',
  'CustomResourceDefinition',
  'Cluster',
)
export const apiServices = resourceType<APIService>(
  'apiregistration.k8s.io/v1',
  'apiservices',
  'APIService',
  'Cluster',
)
/** For `create(podBindings, binding, { subresource: 'binding' })`: gives a pod its node. */
export const podBindings = resourceType<Binding>('v1', 'pods', 'Binding')
export const validatingAdmissionPolicies = resourceType<ValidatingAdmissionPolicy>(
  'admissionregistration.k8s.io/v1',
  'validatingadmissionpolicies',
  'ValidatingAdmissionPolicy',
  'Cluster',
)
export const csiDrivers = resourceType<CSIDriver>(
  'storage.k8s.io/v1',
  'csidrivers',
  'CSIDriver',
  'Cluster',
)
export const csiStorageCapacities = resourceType<CSIStorageCapacity>(
  'storage.k8s.io/v1',
  'csistoragecapacities',
  'CSIStorageCapacity',
)
export const csiNodes = resourceType<CSINode>('storage.k8s.io/v1', 'csinodes', 'CSINode', 'Cluster')
export const resourceClaims = resourceType<ResourceClaim>(
  'resource.k8s.io/v1',
  'resourceclaims',
  'ResourceClaim',
)
export const resourceClaimTemplates = resourceType<ResourceClaimTemplate>(
  'resource.k8s.io/v1',
  'resourceclaimtemplates',
  'ResourceClaimTemplate',
)
export const resourceSlices = resourceType<ResourceSlice>(
  'resource.k8s.io/v1',
  'resourceslices',
  'ResourceSlice',
  'Cluster',
)
export const deviceClasses = resourceType<DeviceClass>(
  'resource.k8s.io/v1',
  'deviceclasses',
  'DeviceClass',
  'Cluster',
)
