import type { DaemonSet, DaemonSetSpec } from '#kubernetes/api/apps-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, containersAndImages, labelsText, nameColumn } from '../shared/columns.ts'
import { isEqual } from '../shared/field-errors.ts'
import { selectorText } from '../shared/label-selector.ts'
import { defaultPodTemplate } from '../shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from '../shared/pod-spec/pod-warnings.ts'
import { keepStatus } from '../shared/status.ts'
import {
  validateDaemonSet,
  validateDaemonSetStatus,
  validateDaemonSetUpdate,
} from './daemonset-validation.ts'

/** Where `apps/v1` keeps what older versions called `spec.templateGeneration`. */
const templateGenerationKey = 'deprecated.daemonset.template.generation'

function defaultSpec(spec: DaemonSetSpec): void {
  spec.template ??= {}
  defaultPodTemplate(spec.template)
  spec.updateStrategy ??= {}
  spec.updateStrategy.type ||= 'RollingUpdate'
  if (spec.updateStrategy.type === 'RollingUpdate') {
    spec.updateStrategy.rollingUpdate ??= {}
    spec.updateStrategy.rollingUpdate.maxUnavailable ??= 1
    spec.updateStrategy.rollingUpdate.maxSurge ??= 0
  }
  spec.revisionHistoryLimit ??= 10
}

const templateGeneration = ({ metadata }: DaemonSet): number =>
  Number(metadata.annotations?.[templateGenerationKey] ?? 0) || 0

function setTemplateGeneration({ metadata }: DaemonSet, generation: number): void {
  metadata.annotations = {
    ...metadata.annotations,
    [templateGenerationKey]: String(generation),
  }
}

export const daemonSets = defineResource<DaemonSet>({
  group: 'apps',
  version: 'v1',
  kind: 'DaemonSet',
  plural: 'daemonsets',
  singular: 'daemonset',
  shortNames: ['ds'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/daemonsets',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'Desired',
      type: 'integer',
      value: ({ status }) => status?.desiredNumberScheduled ?? 0,
    },
    {
      name: 'Current',
      type: 'integer',
      value: ({ status }) => status?.currentNumberScheduled ?? 0,
    },
    { name: 'Ready', type: 'integer', value: ({ status }) => status?.numberReady ?? 0 },
    {
      name: 'Up-to-date',
      type: 'integer',
      value: ({ status }) => status?.updatedNumberScheduled ?? 0,
    },
    { name: 'Available', type: 'integer', value: ({ status }) => status?.numberAvailable ?? 0 },
    {
      name: 'Node Selector',
      type: 'string',
      value: ({ spec }) => labelsText(spec.template.spec?.nodeSelector),
    },
    ageColumn,
    ...containersAndImages<DaemonSet>(({ spec }) => spec.template),
    {
      name: 'Selector',
      type: 'string',
      priority: 1,
      value: ({ spec }) => selectorText(spec.selector),
    },
  ],
  defaults(daemonSet) {
    daemonSet.spec ??= {} as DaemonSetSpec
    defaultSpec(daemonSet.spec)
  },
  prepareForCreate(daemonSet) {
    daemonSet.status = {
      currentNumberScheduled: 0,
      numberMisscheduled: 0,
      desiredNumberScheduled: 0,
      numberReady: 0,
    }
    setTemplateGeneration(daemonSet, 1)
  },
  prepareForUpdate(daemonSet, old) {
    keepStatus(daemonSet, old)
    const grows = isEqual(daemonSet.spec.template, old.spec.template) ? 0 : 1
    setTemplateGeneration(daemonSet, templateGeneration(old) + grows)
  },
  warnings: templateWarnings,
  validate: validateDaemonSet,
  validateUpdate: validateDaemonSetUpdate,
  status: { validateUpdate: validateDaemonSetStatus },
})
