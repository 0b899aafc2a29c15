import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { inEveryVersion } from './registered-versions.ts'
import { reference, type Schema, type SchemaCollection } from './schemas.ts'

const meta = 'io.k8s.apimachinery.pkg.apis.meta.v1'
const metaKind = (kind: string) => ({ group: '', version: 'v1', kind })

/** Adds a kind that is built in, and returns a reference to it. */
export function addKind(collection: SchemaCollection, kind: GroupVersionKind): Schema {
  const type = findObjectType(kind)
  if (!type) return collection.addSchema(`${meta}.Object`, { type: 'object' })
  return collection.add(type, [kind])
}

/** Adds a kind of `meta.k8s.io/v1` as it goes by plain `v1`: `Status`, `APIGroup`, … */
export const addMetaKind = (collection: SchemaCollection, kind: string): Schema =>
  addKind(collection, metaKind(kind))

/** Adds a kind of `meta.k8s.io/v1` that every version of every group has. */
export function addSharedKind(collection: SchemaCollection, kind: string): Schema {
  const type = findObjectType(metaKind(kind))
  return type ? collection.add(type, inEveryVersion(kind)) : addMetaKind(collection, kind)
}

/** Adds what patches are: anything. */
export const addPatch = (collection: SchemaCollection): Schema =>
  collection.addSchema(`${meta}.Patch`, {
    description:
      'Patch is provided to give a concrete name and type to the Kubernetes PATCH request body.',
    type: 'object',
  })

/** Adds a custom resource by its own schema; what every kind has is described as it is of any built-in one. */
export function addCustomKind(
  collection: SchemaCollection,
  kind: GroupVersionKind,
  schema: Schema,
): Schema {
  const anyKind = findObjectType(metaKind('Pod'))
  const properties = (schema['properties'] ?? {}) as Schema
  const common = anyKind
    ? collection.fieldsOf(anyKind, ['apiVersion', 'kind', 'metadata'])
    : undefined
  return collection.addSchema(customName(kind), {
    ...schema,
    type: 'object',
    properties: { ...properties, ...common },
    'x-kubernetes-group-version-kind': [kind],
  })
}

/** Adds the list of a custom resource. */
export function addCustomList(
  collection: SchemaCollection,
  { group, version, kind }: GroupVersionKind,
  listKind: string,
): Schema {
  const list = { group, version, kind: listKind }
  const anyList = findObjectType(metaKind('PodList'))
  return collection.addSchema(customName(list), {
    description: `${listKind} is a list of ${kind}`,
    type: 'object',
    required: ['items'],
    properties: {
      items: { type: 'array', items: reference(customName({ group, version, kind })) },
      ...(anyList && collection.fieldsOf(anyList, ['apiVersion', 'kind', 'metadata'])),
    },
    'x-kubernetes-group-version-kind': [list],
  })
}

/** `com.example.v1.Foo`: the group's labels reversed, as upstream names custom resources. */
const customName = ({ group, version, kind }: GroupVersionKind) =>
  [...group.split('.').reverse(), version, kind].join('.')
