import type { Toleration } from '#kubernetes/api/core-v1.ts'
import type { RuntimeClass, Scheduling } from '#kubernetes/api/node-v1.ts'
import { checkLabel } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { asPrinted } from './shared/as-printed.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { deprecatedLabelWarnings } from './shared/deprecated-labels.ts'
import { duplicate, each, immutable, isEqual, malformed } from './shared/field-errors.ts'
import { validateLabels } from './shared/object-meta.ts'
import { canonicalizeAmounts } from './shared/pod-spec/resource-defaults.ts'
import { validateResources } from './shared/pod-spec/validate-resources.ts'
import { validateTolerations } from './shared/pod-spec/validate-scheduling.ts'

const validate = ({ handler = '', overhead, scheduling }: RuntimeClass): FieldError[] => [
  ...malformed('handler', handler, checkLabel(handler)),
  ...(overhead ? validateResources({ limits: overhead.podFixed ?? {} }, 'overhead') : []),
  ...(scheduling ? validateScheduling(scheduling, 'scheduling') : []),
]

const validateScheduling = (
  { nodeSelector, tolerations }: Scheduling,
  path: string,
): FieldError[] => [
  ...validateLabels(nodeSelector, `${path}.nodeSelector`),
  ...validateTolerations(tolerations, `${path}.tolerations`),
  ...validateUnique(tolerations ?? [], `${path}.tolerations`),
]

const validateUnique = (tolerations: Toleration[], path: string): FieldError[] =>
  each(tolerations, path, (toleration, path, index) =>
    tolerations.findIndex(other => isEqual(other, toleration)) < index
      ? [duplicate(path, asPrinted('v1', 'Toleration', toleration))]
      : [],
  )

export const runtimeClasses = defineResource<RuntimeClass>({
  group: 'node.k8s.io',
  version: 'v1',
  kind: 'RuntimeClass',
  plural: 'runtimeclasses',
  singular: 'runtimeclass',
  namespaced: false,
  storagePrefix: '/registry/runtimeclasses',
  createOnUpdate: true,
  columns: [
    nameColumn,
    { name: 'Handler', type: 'string', value: ({ handler }) => handler ?? '' },
    ageColumn,
  ],
  defaults({ overhead }) {
    canonicalizeAmounts(overhead?.podFixed)
  },
  warnings: ({ scheduling }) =>
    deprecatedLabelWarnings(
      Object.keys(scheduling?.nodeSelector ?? {}),
      message => `scheduling.nodeSelector: ${message}`,
    ),
  validate,
  validateUpdate: ({ handler }, old) => immutable('handler', handler, old.handler),
})
