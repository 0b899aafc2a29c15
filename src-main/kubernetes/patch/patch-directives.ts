import { isRecord } from '../json.ts'
import type { FieldType } from '../schema/type-schema.ts'
import { type StatusError, statusError } from '../status-error.ts'

/** Merges a patch's map into a map of the given type; without one, as plain data. */
export type MergeRecords = (
  original: Record<string, unknown>,
  patch: Record<string, unknown>,
  type: FieldType | undefined,
) => Record<string, unknown>

export const badPatch = (problem: string): StatusError => statusError('BadRequest', problem)

/** What a patch value becomes where nothing was: without its directives and nulls. */
export function dropDirectives(value: unknown): unknown {
  if (Array.isArray(value))
    return value
      .filter(item => !(isRecord(item) && '$patch' in item))
      .map(item => (isRecord(item) ? dropDirectives(item) : item))
  if (!isRecord(value)) return value
  if (value['$patch'] === 'delete') return {}
  const kept = Object.entries(value).filter(([key, item]) => item !== null && !isDirective(key))
  return Object.fromEntries(kept.map(([key, item]) => [key, dropDirectives(item)]))
}

/** Whether a patch's key is an instruction and no field. */
export const isDirective = (key: string) =>
  key === '$patch' ||
  key === '$retainKeys' ||
  key.startsWith('$setElementOrder/') ||
  key.startsWith('$deleteFromPrimitiveList/')
