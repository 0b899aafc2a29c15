import { checkPathSegment, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { optionalForm, requiredForm } from './field-errors.ts'

/** A reference to an object of any kind, of the same namespace or of none: group, kind and name must be fit for a path. */
export const validateNamedReference = (
  reference: { apiGroup?: string; kind?: string; name?: string },
  path: string,
): FieldError[] => [
  ...optionalForm(`${path}.apiGroup`, reference.apiGroup, checkSubdomain),
  ...requiredForm(`${path}.kind`, reference.kind, checkPathSegment),
  ...requiredForm(`${path}.name`, reference.name, checkPathSegment),
]
