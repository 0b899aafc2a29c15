import type { FlowSchema, FlowSchemaSpec } from '#kubernetes/api/flowcontrol-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { conditionOf, validateConditionTypes } from '../shared/conditions.ts'
import { keepStatus } from '../shared/status.ts'
import { validateFlowSchema } from './flow-schema-validation.ts'

const defaultPrecedence = 1000

export const flowSchemas = defineResource<FlowSchema>({
  group: 'flowcontrol.apiserver.k8s.io',
  version: 'v1',
  kind: 'FlowSchema',
  plural: 'flowschemas',
  singular: 'flowschema',
  namespaced: false,
  storagePrefix: '/registry/flowschemas',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    {
      name: 'PriorityLevel',
      type: 'string',
      value: ({ spec }) => spec.priorityLevelConfiguration.name,
    },
    {
      name: 'MatchingPrecedence',
      type: 'string',
      value: ({ spec }) => spec.matchingPrecedence ?? 0,
    },
    {
      name: 'DistinguisherMethod',
      type: 'string',
      value: ({ spec }) => spec.distinguisherMethod?.type ?? '<none>',
    },
    ageColumn,
    {
      name: 'MissingPL',
      type: 'string',
      value: ({ status }) => conditionOf(status?.conditions, 'Dangling')?.status ?? '?',
    },
  ],
  defaults(schema) {
    schema.spec ??= {} as FlowSchemaSpec
    schema.spec.priorityLevelConfiguration ??= { name: '' }
    schema.spec.matchingPrecedence ||= defaultPrecedence
  },
  prepareForCreate(schema) {
    schema.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: validateFlowSchema,
  status: { validateUpdate: ({ status }) => validateConditionTypes(status?.conditions) },
})
