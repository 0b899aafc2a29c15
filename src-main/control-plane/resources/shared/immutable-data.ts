import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, isEqual } from './field-errors.ts'

/** What an update of a ConfigMap or Secret may not do once it says `immutable: true`. */
export function refuseChangeOfImmutable<T extends { immutable?: boolean }>(
  object: T,
  old: T,
  fields: (keyof T & string)[],
): FieldError[] {
  if (!old.immutable) return []
  const changed = fields.filter(field => !isEqual(object[field], old[field]))
  const names = object.immutable ? changed : ['immutable', ...changed]
  return names.map(field => forbidden(field, 'field is immutable when `immutable` is set'))
}
