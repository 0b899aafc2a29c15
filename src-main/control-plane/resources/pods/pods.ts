import type { Pod } from '#kubernetes/api/core-v1.ts'
import { defineResource, type Verb } from '../define-resource.ts'
import { defaultPodSpec } from '../shared/pod-spec-defaults.ts'
import { keepStatus } from '../shared/status.ts'
import { podColumns } from './pod-columns.ts'

const connect: Verb[] = ['create', 'get']
const readWrite: Verb[] = ['get', 'patch', 'update']

export const pods = defineResource<Pod>({
  group: '',
  version: 'v1',
  kind: 'Pod',
  plural: 'pods',
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
    defaultPodSpec(pod.spec)
    pod.spec.enableServiceLinks ??= true
  },
  prepareForCreate(pod) {
    pod.status = { phase: 'Pending' }
  },
  prepareForUpdate: keepStatus,
  status: {
    prepareForUpdate(pod, old) {
      if (old.metadata.ownerReferences) pod.metadata.ownerReferences = old.metadata.ownerReferences
      else delete pod.metadata.ownerReferences
    },
  },
  gracePeriodSeconds({ spec, status }, asked) {
    if (!spec.nodeName || status?.phase === 'Succeeded' || status?.phase === 'Failed') return 0
    const seconds = asked ?? spec.terminationGracePeriodSeconds ?? 30
    return seconds < 0 ? 1 : seconds
  },
  subresources: {
    attach: { kind: 'PodAttachOptions', verbs: connect },
    binding: { kind: 'Binding', verbs: ['create'] },
    ephemeralcontainers: { kind: 'Pod', verbs: readWrite },
    eviction: { group: 'policy', version: 'v1', kind: 'Eviction', verbs: ['create'] },
    exec: { kind: 'PodExecOptions', verbs: connect },
    log: { kind: 'Pod', verbs: ['get'] },
    portforward: { kind: 'PodPortForwardOptions', verbs: connect },
    proxy: { kind: 'PodProxyOptions', verbs: ['create', 'delete', 'get', 'patch', 'update'] },
    resize: { kind: 'Pod', verbs: readWrite },
  },
})
