import type { CSINode, CSINodeDriver, CSINodeSpec } from '#kubernetes/api/storage-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { asPrinted } from './shared/as-printed.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { validateDriverName } from './shared/csi-driver-name.ts'
import {
  duplicate,
  each,
  immutable,
  invalid,
  malformed,
  nonNegative,
  required,
} from './shared/field-errors.ts'
import { byteLength } from './shared/object-meta.ts'

const maxNodeIdBytes = 256

function validate({ spec }: CSINode): FieldError[] {
  const names = (spec.drivers ?? []).map(({ name }) => name)
  return each(spec.drivers, 'spec.drivers', (driver, path, index) => [
    ...validateDriverName(driver.name, `${path}.name`),
    ...validateNodeId(driver.nodeID ?? '', `${path}.nodeID`),
    ...nonNegative(`${path}.allocatable.count`, driver.allocatable?.count),
    ...(names.indexOf(driver.name) < index ? [duplicate(`${path}.name`, driver.name)] : []),
    ...validateTopology(driver.topologyKeys ?? [], path),
  ])
}

function validateNodeId(id: string, path: string): FieldError[] {
  if (!id) return [required(path)]
  return byteLength(id) > maxNodeIdBytes
    ? [invalid(path, id, `must be ${maxNodeIdBytes} characters or less`)]
    : []
}

const validateTopology = (keys: string[], path: string): FieldError[] =>
  keys.flatMap((key, index) => [
    ...(key ? [] : [required(path)]),
    ...(keys.indexOf(key) < index ? [duplicate(path, key)] : []),
    ...malformed(path, key, checkQualifiedName(key)),
  ])

/** A driver stays as it registered; only how many volumes it takes may change. */
function validateUpdate({ spec }: CSINode, old: CSINode): FieldError[] {
  const fixed = ({ allocatable: _, ...driver }: CSINodeDriver) => driver
  return (old.spec.drivers ?? []).flatMap(before => {
    const now = spec.drivers?.find(({ name }) => name === before.name)
    return now
      ? immutable(
          'spec.drivers',
          fixed(now),
          fixed(before),
          asPrinted('storage.k8s.io/v1', 'CSINodeDriver', fixed(now)),
        )
      : []
  })
}

export const csiNodes = defineResource<CSINode>({
  group: 'storage.k8s.io',
  version: 'v1',
  kind: 'CSINode',
  plural: 'csinodes',
  answersDeleted: true,
  singular: 'csinode',
  namespaced: false,
  storagePrefix: '/registry/csinodes',
  columns: [
    nameColumn,
    { name: 'Drivers', type: 'integer', value: ({ spec }) => spec.drivers?.length ?? 0 },
    ageColumn,
  ],
  defaults(node) {
    node.spec ??= {} as CSINodeSpec
    node.spec.drivers ??= []
  },
  validate,
  validateUpdate,
})
