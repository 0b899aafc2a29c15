import type { Deployment, DeploymentSpec } from '#kubernetes/api/apps-v1.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, containersAndImages, nameColumn } from '../shared/columns.ts'
import { defaultPodTemplate } from '../shared/pod-spec/pod-spec-defaults.ts'
import { templateWarnings } from '../shared/pod-spec/pod-warnings.ts'
import { keepStatus } from '../shared/status.ts'
import { scaleByReplicas } from '../shared/workload.ts'
import {
  validateDeployment,
  validateDeploymentStatus,
  validateDeploymentUpdate,
} from './deployment-validation.ts'

function selectorText({ spec }: Deployment): string {
  try {
    return labelSelectorOf(spec.selector).toString()
  } catch {
    return '<invalid>'
  }
}

function defaultSpec(spec: DeploymentSpec): void {
  spec.template ??= {}
  defaultPodTemplate(spec.template)
  spec.replicas ??= 1
  spec.strategy ??= {}
  spec.strategy.type ||= 'RollingUpdate'
  if (spec.strategy.type === 'RollingUpdate') {
    spec.strategy.rollingUpdate ??= {}
    spec.strategy.rollingUpdate.maxUnavailable ??= '25%'
    spec.strategy.rollingUpdate.maxSurge ??= '25%'
  }
  spec.revisionHistoryLimit ??= 10
  spec.progressDeadlineSeconds ??= 600
}

export const deployments = defineResource<Deployment>({
  group: 'apps',
  version: 'v1',
  kind: 'Deployment',
  plural: 'deployments',
  singular: 'deployment',
  shortNames: ['deploy'],
  categories: ['all'],
  namespaced: true,
  storagePrefix: '/registry/deployments',
  unconditionalUpdate: true,
  changesGeneration: ({ metadata, spec }, old) =>
    JSON.stringify([spec, metadata.annotations]) !==
    JSON.stringify([old.spec, old.metadata.annotations]),
  columns: [
    nameColumn,
    {
      name: 'Ready',
      type: 'string',
      value: ({ spec, status }) => `${status?.readyReplicas ?? 0}/${spec.replicas ?? 0}`,
    },
    { name: 'Up-to-date', type: 'string', value: ({ status }) => status?.updatedReplicas ?? 0 },
    { name: 'Available', type: 'string', value: ({ status }) => status?.availableReplicas ?? 0 },
    ageColumn,
    ...containersAndImages<Deployment>(({ spec }) => spec.template),
    { name: 'Selector', type: 'string', priority: 1, value: selectorText },
  ],
  defaults(deployment) {
    deployment.spec ??= {} as DeploymentSpec
    defaultSpec(deployment.spec)
  },
  prepareForCreate(deployment) {
    deployment.status = {}
  },
  prepareForUpdate: keepStatus,
  warnings: templateWarnings,
  validate: validateDeployment,
  validateUpdate: validateDeploymentUpdate,
  status: {
    prepareForUpdate(deployment, old) {
      if (old.metadata.labels) deployment.metadata.labels = old.metadata.labels
      else delete deployment.metadata.labels
    },
    resetFields: [['metadata', 'labels']],
    validateUpdate: validateDeploymentStatus,
  },
  scale: scaleByReplicas,
})
