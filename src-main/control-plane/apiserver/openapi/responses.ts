import type { Schema } from './schemas.ts'

/** What every answer may be encoded as. */
export const mediaTypes = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
]

const statusTexts: Record<string, string> = { 200: 'OK', 201: 'Created', 202: 'Accepted' }

/** The answers of an operation by status code, and the 401 that every operation has. */
export function answers(
  schemas: Record<number, Schema>,
  types: readonly string[] = mediaTypes,
): Schema {
  const found = Object.entries(schemas).map(([code, schema]) => [
    code,
    {
      description: statusTexts[code] ?? '',
      content: Object.fromEntries(types.map(type => [type, { schema }])),
    },
  ])
  return { ...Object.fromEntries(found), 401: { description: 'Unauthorized' } }
}
