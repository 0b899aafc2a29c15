import type { Schema } from './schemas.ts'

/** What answers may be encoded as. */
export const mediaTypes = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
]

/** What lists and watches may be encoded as. */
export const streamedMediaTypes = [
  ...mediaTypes,
  'application/json;stream=watch',
  'application/vnd.kubernetes.protobuf;stream=watch',
]

const statusTexts: Record<string, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

/** The answers of an operation by status code, and the 401 that every operation has. */
export function answers(
  schemas: Record<number, Schema>,
  types: readonly string[] = mediaTypes,
): Schema {
  const found = Object.entries(schemas).map(([code, schema]) => [
    code,
    { description: statusTexts[code] ?? '', content: contentOf(types, schema) },
  ])
  return { ...Object.fromEntries(found), 401: { description: 'Unauthorized' } }
}

/** The same schema in each of the types. */
export const contentOf = (types: readonly string[], schema: Schema): Schema =>
  Object.fromEntries(types.map(type => [type, { schema }]))
