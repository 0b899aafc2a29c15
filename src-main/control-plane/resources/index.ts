import { apiServices } from './apiservices/apiservices.ts'
import { bindings } from './bindings.ts'
import { certificateSigningRequests } from './certificatesigningrequests/certificatesigningrequests.ts'
import { clusterRoleBindings } from './clusterrolebindings.ts'
import { clusterRoles } from './clusterroles.ts'
import { componentStatuses } from './componentstatuses.ts'
import { configMaps } from './configmaps.ts'
import { controllerRevisions } from './controllerrevisions.ts'
import { cronJobs } from './cronjobs/cronjobs.ts'
import { csiDrivers } from './csidrivers.ts'
import { csiNodes } from './csinodes.ts'
import { csiStorageCapacities } from './csistoragecapacities.ts'
import { customResourceDefinitions } from './customresourcedefinitions/customresourcedefinitions.ts'
import { daemonSets } from './daemonsets/daemonsets.ts'
import type { ResourceDefinition } from './define-resource.ts'
import { deployments } from './deployments/deployments.ts'
import { deviceClasses } from './deviceclasses.ts'
import { endpoints } from './endpoints.ts'
import { endpointSlices } from './endpointslices/endpointslices.ts'
import { events } from './events/events.ts'
import { eventsV1 } from './events/events-v1.ts'
import { flowSchemas } from './flowschemas/flowschemas.ts'
import { horizontalPodAutoscalers } from './horizontalpodautoscalers/horizontalpodautoscalers.ts'
import { horizontalPodAutoscalersV1 } from './horizontalpodautoscalers/horizontalpodautoscalers-v1.ts'
import { ingressClasses } from './ingressclasses.ts'
import { ingresses } from './ingresses/ingresses.ts'
import { ipAddresses } from './ipaddresses.ts'
import { jobs } from './jobs/jobs.ts'
import { leases } from './leases.ts'
import { limitRanges } from './limitranges/limitranges.ts'
import { localSubjectAccessReviews } from './localsubjectaccessreviews.ts'
import { mutatingWebhookConfigurations } from './mutatingwebhookconfigurations.ts'
import { namespaces } from './namespaces.ts'
import { networkPolicies } from './networkpolicies/networkpolicies.ts'
import { nodes } from './nodes/nodes.ts'
import { persistentVolumeClaims } from './persistentvolumeclaims/persistentvolumeclaims.ts'
import { persistentVolumes } from './persistentvolumes/persistentvolumes.ts'
import { podDisruptionBudgets } from './poddisruptionbudgets/poddisruptionbudgets.ts'
import { pods } from './pods/pods.ts'
import { podTemplates } from './podtemplates.ts'
import { priorityClasses } from './priorityclasses.ts'
import { priorityLevelConfigurations } from './prioritylevelconfigurations/prioritylevelconfigurations.ts'
import { replicaSets } from './replicasets.ts'
import { replicationControllers } from './replicationcontrollers.ts'
import { resourceClaims } from './resourceclaims/resourceclaims.ts'
import { resourceClaimTemplates } from './resourceclaimtemplates.ts'
import { resourceQuotas } from './resourcequotas/resourcequotas.ts'
import { resourceSlices } from './resourceslices/resourceslices.ts'
import { roleBindings } from './rolebindings.ts'
import { roles } from './roles.ts'
import { runtimeClasses } from './runtimeclasses.ts'
import { secrets } from './secrets.ts'
import { selfSubjectAccessReviews } from './selfsubjectaccessreviews.ts'
import { selfSubjectReviews } from './selfsubjectreviews.ts'
import { selfSubjectRulesReviews } from './selfsubjectrulesreviews.ts'
import { serviceAccounts } from './serviceaccounts.ts'
import { serviceCidrs } from './servicecidrs.ts'
import { services } from './services/services.ts'
import { nodeMetrics, podMetrics } from './shared/usage-metrics.ts'
import { statefulSets } from './statefulsets/statefulsets.ts'
import { storageClasses } from './storageclasses.ts'
import { subjectAccessReviews } from './subjectaccessreviews.ts'
import { tokenReviews } from './tokenreviews.ts'
import { validatingAdmissionPolicies } from './validatingadmissionpolicies/validatingadmissionpolicies.ts'
import { validatingAdmissionPolicyBindings } from './validatingadmissionpolicybindings.ts'
import { validatingWebhookConfigurations } from './validatingwebhookconfigurations.ts'
import { volumeAttachments } from './volumeattachments.ts'
import { volumeAttributesClasses } from './volumeattributesclasses.ts'

/** Every built-in kind, in the order of discovery within its group. */
export const resources: ResourceDefinition[] = [
  bindings,
  componentStatuses,
  configMaps,
  endpoints,
  events,
  limitRanges,
  namespaces,
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  pods,
  podTemplates,
  replicationControllers,
  resourceQuotas,
  secrets,
  serviceAccounts,
  services,
  apiServices,
  controllerRevisions,
  daemonSets,
  deployments,
  replicaSets,
  statefulSets,
  mutatingWebhookConfigurations,
  validatingAdmissionPolicies,
  validatingAdmissionPolicyBindings,
  validatingWebhookConfigurations,
  customResourceDefinitions,
  selfSubjectReviews,
  tokenReviews,
  localSubjectAccessReviews,
  selfSubjectAccessReviews,
  selfSubjectRulesReviews,
  subjectAccessReviews,
  horizontalPodAutoscalers,
  horizontalPodAutoscalersV1,
  cronJobs,
  jobs,
  certificateSigningRequests,
  leases,
  endpointSlices,
  eventsV1,
  flowSchemas,
  priorityLevelConfigurations,
  ingressClasses,
  ingresses,
  ipAddresses,
  networkPolicies,
  serviceCidrs,
  runtimeClasses,
  podDisruptionBudgets,
  clusterRoleBindings,
  clusterRoles,
  roleBindings,
  roles,
  deviceClasses,
  resourceClaims,
  resourceClaimTemplates,
  resourceSlices,
  priorityClasses,
  csiDrivers,
  csiNodes,
  csiStorageCapacities,
  storageClasses,
  volumeAttachments,
  volumeAttributesClasses,
  nodeMetrics,
  podMetrics,
]
