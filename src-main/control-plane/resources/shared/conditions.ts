import type { FieldError } from '#kubernetes/status-error.ts'
import { duplicate, each, required } from './field-errors.ts'

/** Every condition has a type, and no two have the same. */
export function validateConditionTypes(
  conditions: readonly { type?: string }[] | undefined,
): FieldError[] {
  const types = (conditions ?? []).map(({ type = '' }) => type)
  return each(types, 'status.conditions', (type, path, index) => [
    ...(types.indexOf(type) < index ? [duplicate(`${path}.type`, type)] : []),
    ...(type ? [] : [required(`${path}.type`)]),
  ])
}

/** The condition of a type, where there is one. */
export const conditionOf = <C extends { type?: string }>(
  conditions: readonly C[] | undefined,
  wanted: string,
): C | undefined => conditions?.find(({ type }) => type === wanted)
