import { findType } from '../schema/find-object-type.ts'
import type { FieldSchema, TypeSchema } from '../schema/type-schema.ts'

const text = (name: string): FieldSchema => ({
  name,
  type: { kind: 'string', goName: 'string' },
  required: false,
  omitEmpty: true,
  pointer: false,
})

/** The type of objects without a schema: maps are owned by key, lists as a whole, metadata as everywhere. */
export const untypedObject: TypeSchema = {
  name: 'Object',
  group: '',
  version: '',
  openApiName: 'Object',
  isObject: true,
  atomic: false,
  keepsUnknownFields: true,
  members: [],
  get fields() {
    return new Map([text('apiVersion'), text('kind'), metadata()].map(field => [field.name, field]))
  },
}

function metadata(): FieldSchema {
  const type = findType('meta.k8s.io/v1', 'ObjectMeta')
  if (!type) throw new Error('schema tables: meta.k8s.io/v1.ObjectMeta is not there')
  return { ...text('metadata'), type: { kind: 'object', type } }
}
