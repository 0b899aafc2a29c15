import type { StatefulSet, StatefulSetSpec } from '#kubernetes/api/apps-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import { defineResource } from '../define-resource.ts'
import { defaultClaim } from '../persistentvolumeclaims/persistentvolumeclaims.ts'
import { claimSizeWarnings } from '../shared/amount-warnings.ts'
import { ageColumn, containersAndImages, nameColumn } from '../shared/columns.ts'
import { defaultPodTemplate } from '../shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from '../shared/pod-spec/pod-warnings.ts'
import { keepStatus } from '../shared/status.ts'
import { scaleByReplicas } from '../shared/workload.ts'
import {
  validateStatefulSet,
  validateStatefulSetCreate,
  validateStatefulSetStatus,
  validateStatefulSetUpdate,
} from './statefulset-validation.ts'

function defaultSpec(spec: StatefulSetSpec): void {
  spec.template ??= {}
  defaultPodTemplate(spec.template)
  spec.podManagementPolicy ??= 'OrderedReady'
  spec.updateStrategy ??= {}
  if (!spec.updateStrategy.type) {
    spec.updateStrategy.type = 'RollingUpdate'
    spec.updateStrategy.rollingUpdate ??= {}
  }
  if (spec.updateStrategy.type === 'RollingUpdate' && spec.updateStrategy.rollingUpdate) {
    spec.updateStrategy.rollingUpdate.partition ??= 0
  }
  spec.persistentVolumeClaimRetentionPolicy ??= {}
  spec.persistentVolumeClaimRetentionPolicy.whenDeleted ??= 'Retain'
  spec.persistentVolumeClaimRetentionPolicy.whenScaled ??= 'Retain'
  spec.replicas ??= 1
  spec.revisionHistoryLimit ??= 10
  for (const claim of spec.volumeClaimTemplates ?? []) {
    claim.apiVersion = 'v1'
    claim.kind = 'PersistentVolumeClaim'
    defaultClaim(claim)
  }
}

function statefulSetWarnings(statefulSet: StatefulSet, old?: Readonly<StatefulSet>): string[] {
  const { revisionHistoryLimit = 0, volumeClaimTemplates = [] } = statefulSet.spec
  const claimsAt = (index: number) => `spec.volumeClaimTemplates[${index}]${old ? '.Spec' : ''}`
  return [
    ...templateWarnings(statefulSet, old),
    ...volumeClaimTemplates.flatMap(({ spec }, index) =>
      claimSizeWarnings(spec?.resources, claimsAt(index)),
    ),
    ...(revisionHistoryLimit < 0
      ? [
          'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
        ]
      : []),
  ]
}

export const statefulSets = defineResource<StatefulSet>({
  group: 'apps',
  version: 'v1',
  kind: 'StatefulSet',
  plural: 'statefulsets',
  singular: 'statefulset',
  shortNames: ['sts'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/statefulsets',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    },
    ageColumn,
    ...containersAndImages<StatefulSet>(({ spec }) => spec.template),
  ],
  defaults(statefulSet) {
    statefulSet.spec ??= {} as StatefulSetSpec
    defaultSpec(statefulSet.spec)
  },
  prepareForCreate(statefulSet) {
    statefulSet.status = { replicas: 0 }
  },
  prepareForUpdate: keepStatus,
  validateName: (name, prefix) => checkLabel(prefix ? name.replace(/-+$/, '') : name),
  warnings: statefulSetWarnings,
  validate: validateStatefulSet,
  validateCreate: validateStatefulSetCreate,
  validateUpdate: validateStatefulSetUpdate,
  status: { validateUpdate: validateStatefulSetStatus },
  scale: scaleByReplicas,
})
