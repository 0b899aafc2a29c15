import type { CSIStorageCapacity } from '#kubernetes/api/storage-v1.ts'
import { checkSubdomain } from '#kubernetes/names.ts'
import { canonicalQuantity, compareQuantities, quantityProblem } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { defaultColumns } from './shared/columns.ts'
import { deprecatedLabelWarnings } from './shared/deprecated-labels.ts'
import { immutable, invalid, malformed } from './shared/field-errors.ts'
import { validateLabelSelector } from './shared/label-selector.ts'

function validate({
  storageClassName = '',
  capacity,
  nodeTopology,
}: CSIStorageCapacity): FieldError[] {
  return [
    ...malformed('storageClassName', storageClassName, checkSubdomain(storageClassName)),
    ...(capacity !== undefined && !quantityProblem(capacity) && compareQuantities(capacity, '0') < 0
      ? [invalid('capacity', canonicalQuantity(capacity), 'must be greater than or equal to 0')]
      : []),
    ...validateLabelSelector(nodeTopology, 'nodeTopology'),
  ]
}

export const csiStorageCapacities = defineResource<CSIStorageCapacity>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSIStorageCapacity',
  plural: 'csistoragecapacities',
  singular: 'csistoragecapacity',
  namespaced: true,
  storagePrefix: '/registry/csistoragecapacities',
  columns: defaultColumns,
  warnings: ({ nodeTopology: { matchExpressions = [], matchLabels = {} } = {} }) => [
    ...deprecatedLabelWarnings(
      matchExpressions.map(({ key }) => key),
      (message, key, index) => `nodeTopology.matchExpressions[${index}].key: ${key} is ${message}`,
    ),
    ...deprecatedLabelWarnings(
      Object.keys(matchLabels),
      (message, key) => `nodeTopology.matchLabels.${key}: ${message}`,
    ),
  ],
  validate,
  validateUpdate: (object, old) => [
    ...immutable('nodeTopology', object.nodeTopology, old.nodeTopology),
    ...immutable('storageClassName', object.storageClassName, old.storageClassName),
  ],
})
