import type { Pod } from '#kubernetes/api/core-v1.ts'
import { defineResource } from '../define-resource.ts'
import { defaultHostPorts, defaultPodSpec } from '../shared/pod-spec/pod-spec-defaults.ts'
import { nameWarnings, podWarnings } from '../shared/pod-spec/pod-warnings.ts'
import { defaultRequests } from '../shared/pod-spec/resource-defaults.ts'
import { validatePodSpec } from '../shared/pod-spec/validate-pod-spec.ts'
import { keepStatus } from '../shared/status.ts'
import { takeAppArmorAnnotations } from './app-armor.ts'
import { mergeLabelKeys } from './label-keys.ts'
import { podColumns } from './pod-columns.ts'
import {
  alignPodIPs,
  initialStatus,
  podStatusWarnings,
  prepareStatusUpdate,
  validatePodStatus,
} from './pod-status.ts'
import { podSubresources } from './pod-subresources.ts'
import { validatePodCreate, validatePodOnly, validatePodUpdate } from './pod-update.ts'

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
  answersDeleted: true,
  singular: 'pod',
  shortNames: ['po'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/pods',
  unconditionalUpdate: true,
  columns: podColumns,
  selectableFields: {
    'spec.nodeName': ({ spec }) => spec.nodeName ?? '',
    'spec.host': ({ spec }) => spec.nodeName ?? '',
    'spec.restartPolicy': ({ spec }) => spec.restartPolicy ?? '',
    'spec.schedulerName': ({ spec }) => spec.schedulerName ?? '',
    'spec.serviceAccountName': ({ spec }) => spec.serviceAccountName ?? '',
    'spec.hostNetwork': ({ spec }) => String(spec.hostNetwork ?? false),
    'status.phase': ({ status }) => status?.phase ?? '',
    'status.podIP': ({ status }) => status?.podIPs?.[0]?.ip ?? '',
    'status.podIPs': () => '',
    'status.nominatedNodeName': ({ status }) => status?.nominatedNodeName ?? '',
  },
  defaults(pod) {
    pod.spec ??= { containers: [] }
    pod.status ??= {}
    defaultPodSpec(pod.spec)
    pod.spec.enableServiceLinks ??= true
    defaultRequests(pod.spec)
    defaultHostPorts(pod.spec)
    alignPodIPs(pod.status)
  },
  prepareForCreate(pod, { warn }) {
    takeAppArmorAnnotations(pod, warn)
    pod.status = initialStatus(pod.spec)
    mergeLabelKeys(pod)
  },
  prepareForUpdate: keepStatus,
  validate: pod => [...validatePodSpec(pod.spec, 'spec'), ...validatePodOnly(pod)],
  validateCreate: validatePodCreate,
  warnings: (pod, old) => [
    ...(old ? [] : nameWarnings(pod.metadata.name, "in the Pod's hostname")),
    ...podWarnings(pod),
  ],
  validateUpdate: validatePodUpdate,
  status: {
    prepareForUpdate: prepareStatusUpdate,
    resetFields: [
      ['metadata', 'deletionTimestamp'],
      ['metadata', 'ownerReferences'],
    ],
    validateUpdate: validatePodStatus,
    warnings: podStatusWarnings,
  },
  gracePeriodSeconds({ spec, status }, asked) {
    if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0
    const seconds = asked ?? spec.terminationGracePeriodSeconds ?? 30
    return seconds < 0 ? 1 : seconds
  },
  subresources: podSubresources,
})
