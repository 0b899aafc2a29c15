import type { FieldSchema, FieldType } from './type-schema.ts'

const zero: Partial<Record<FieldType['kind'], unknown>> = {
  string: '',
  integer: 0,
  number: 0,
  boolean: false,
}

/**
 * The default that OpenAPI documents give a field: the declared one, or the zero value of what Go always writes.
 * Undefined for a field that may be absent.
 */
export function publishedDefault(field: FieldSchema): unknown {
  const { type, default: declared, pointer, omitEmpty } = field
  if (declared !== undefined) return declared
  if (pointer) return undefined
  if (type.kind === 'object') return {}
  return omitEmpty ? undefined : zero[type.kind]
}
