import type { ControllerRevision } from '#kubernetes/api/apps-v1.ts'
import { parseApiVersion } from '#kubernetes/objects.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { immutable, nonNegative, required } from './shared/field-errors.ts'

function controllerText({ metadata }: ControllerRevision): string {
  const owner = metadata.ownerReferences?.find(({ controller }) => controller)
  if (!owner) return '<none>'
  const { group } = parseApiVersion(owner.apiVersion)
  return `${(group ? `${owner.kind}.${group}` : owner.kind).toLowerCase()}/${owner.name}`
}

export const controllerRevisions = defineResource<ControllerRevision>({
  group: 'apps',
  version: 'v1',
  kind: 'ControllerRevision',
  plural: 'controllerrevisions',
  singular: 'controllerrevision',
  namespaced: true,
  storagePrefix: '/registry/controllerrevisions',
  unconditionalUpdate: true,
  columns: [
    nameColumn,
    { name: 'Controller', type: 'string', value: controllerText },
    { name: 'Revision', type: 'string', value: ({ revision }) => revision ?? 0 },
    ageColumn,
  ],
  defaults(controllerRevision) {
    controllerRevision.revision ??= 0
  },
  validate: ({ data, revision }) => [
    ...(data === undefined || data === null ? [required('data', 'data is mandatory')] : []),
    ...nonNegative('revision', revision),
  ],
  validateCreate: ({ data }) =>
    data && (typeof data !== 'object' || Array.isArray(data))
      ? [required('data', 'data must be a valid JSON object')]
      : [],
  validateUpdate: (controllerRevision, old) => immutable('data', controllerRevision.data, old.data),
})
