import type { ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, containersAndImages, nameColumn } from './shared/columns.ts'
import { selectorText } from './shared/label-selector.ts'
import { defaultPodTemplate } from './shared/pod-spec-defaults.ts'
import { keepStatus } from './shared/status.ts'
import { scaleByReplicas } from './shared/workload.ts'

export const replicaSets = defineResource<ReplicaSet>({
  group: 'apps',
  version: 'v1',
  kind: 'ReplicaSet',
  plural: 'replicasets',
  singular: 'replicaset',
  shortNames: ['rs'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/replicasets',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
    { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
    ageColumn,
    ...containersAndImages<ReplicaSet>(({ spec }) => spec.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      value: ({ spec }) => selectorText(spec.selector),
    },
  ],
  defaults(replicaSet) {
    replicaSet.spec ??= { selector: {} }
    replicaSet.spec.selector ??= {}
    replicaSet.spec.template ??= {}
    defaultPodTemplate(replicaSet.spec.template)
    replicaSet.spec.replicas ??= 1
  },
  prepareForCreate(replicaSet) {
    replicaSet.status = { replicas: 0 }
  },
  prepareForUpdate: keepStatus,
  status: {},
  scale: scaleByReplicas,
})
