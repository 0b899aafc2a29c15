import type { PriorityClass } from '#kubernetes/api/scheduling-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { forbidden, immutable, oneOf } from './shared/field-errors.ts'

const highestOfUsers = 1_000_000_000
const preemptionPolicies = ['Never', 'PreemptLowerPriority']
/** The classes that Kubernetes itself makes; no others may begin with `system-`. */
const systemClasses: Record<string, number> = {
  'system-node-critical': 2_000_001_000,
  'system-cluster-critical': 2_000_000_000,
}

function validate({
  metadata,
  value,
  globalDefault,
  preemptionPolicy,
}: PriorityClass): FieldError[] {
  const errors = oneOf('preemptionPolicy', preemptionPolicy, preemptionPolicies)
  const name = metadata.name ?? ''
  if (!name.startsWith('system-'))
    return value > highestOfUsers
      ? [
          forbidden(
            'value',
            `maximum allowed value of a user defined priority is ${highestOfUsers}`,
          ),
          ...errors,
        ]
      : errors
  const problem = systemClassProblem(name, value, globalDefault)
  return problem
    ? [
        forbidden(
          'metadata.name',
          `priority class names with 'system-' prefix are reserved for system use only. error: ${problem}`,
        ),
        ...errors,
      ]
    : errors
}

function systemClassProblem(name: string, value: number, globalDefault = false): string {
  const wanted = systemClasses[name]
  if (wanted === undefined) return `${name} is not a known system priority class`
  if (value !== wanted) return `value of ${name} PriorityClass must be ${wanted}`
  return globalDefault ? `globalDefault of ${name} PriorityClass must be false` : ''
}

export const priorityClasses = defineResource<PriorityClass>({
  group: 'scheduling.k8s.io',
  version: 'v1',
  kind: 'PriorityClass',
  plural: 'priorityclasses',
  singular: 'priorityclass',
  shortNames: ['pc'],
  namespaced: false,
  storagePrefix: '/registry/priorityclasses',
  unconditionalUpdate: true,
  generation: true,
  changesGeneration: () => false,
  columns: [
    nameColumn,
    { name: 'Value', type: 'integer', value: ({ value }) => value ?? 0 },
    {
      name: 'Global-Default',
      type: 'boolean',
      value: ({ globalDefault }) => globalDefault ?? false,
    },
    ageColumn,
    {
      name: 'PreemptionPolicy',
      type: 'string',
      value: ({ preemptionPolicy }) => preemptionPolicy ?? '',
    },
  ],
  defaults(priorityClass) {
    priorityClass.value ??= 0
    priorityClass.preemptionPolicy ??= 'PreemptLowerPriority'
  },
  validate,
  validateUpdate: (priorityClass, old) => [
    ...(priorityClass.value === old.value
      ? []
      : [forbidden('value', 'may not be changed in an update.')]),
    ...immutable('preemptionPolicy', priorityClass.preemptionPolicy, old.preemptionPolicy),
  ],
})
