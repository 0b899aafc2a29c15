import { addCustomKind, addKind } from '#control-plane/apiserver/openapi/kind-schemas.ts'
import { type Schema, SchemaCollection } from '#control-plane/apiserver/openapi/schemas.ts'
import { typeOfSchema } from '#control-plane/resources/shared/custom-resource/type-of-schema.ts'
import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import { untypedObject } from '#kubernetes/apply/untyped-object.ts'
import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import type { TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { libraryTypes } from './library-schema.ts'

/** A kind whose objects both sides write. */
export interface Subject {
  apiVersion: string
  kind: string
  /** How we know it. */
  type: TypeSchema
  isCustom: boolean
  /** How the library knows it: the name of its type, and all types. */
  typeName: string
  types: readonly object[]
  /** Fields that are not written. */
  leftOut?: readonly string[]
  /** Fields that nobody comes to own, as those of the status through the main endpoint. */
  resetFields?: readonly (readonly string[])[]
  /** What else the API server does to an object before it stores it. */
  complete?: (object: object) => void
}

/** A kind that is built in, from the schema that we publish of it. */
export function builtIn(apiVersion: string, kind: string): Subject {
  const [version = '', group = ''] = apiVersion.split('/').reverse()
  const type = findObjectType({ group, version, kind })
  if (!type) throw new Error(`there is no ${apiVersion} ${kind}`)
  const collection = new SchemaCollection(() => undefined)
  const schema = addKind(collection, { group, version, kind })
  return subject({ group, version, kind }, { type, isCustom: false, schema, collection })
}

/** A custom resource of some schema. */
export function custom(kind: string, schema: JSONSchemaProps): Subject {
  const names: GroupVersionKind = { group: 'test.example.com', version: 'v1', kind }
  const collection = new SchemaCollection(() => undefined)
  const published = addCustomKind(collection, names, schema as Schema)
  const type = typeOfSchema(schema, names)
  return subject(names, { type, isCustom: true, schema: published, collection })
}

/** A kind without a schema. */
export const untyped = (): Subject => ({
  ...custom('Untyped', { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }),
  type: untypedObject,
})

function subject(
  { group, version, kind }: GroupVersionKind,
  {
    type,
    isCustom,
    schema,
    collection,
  }: { type: TypeSchema; isCustom: boolean; schema: Schema; collection: SchemaCollection },
): Subject {
  return {
    apiVersion: group ? `${group}/${version}` : version,
    kind,
    type,
    isCustom,
    typeName: String(schema['$ref']).split('/').at(-1) ?? '',
    types: libraryTypes(collection.schemas),
  }
}
