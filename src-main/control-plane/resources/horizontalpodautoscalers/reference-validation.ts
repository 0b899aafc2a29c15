import type { CrossVersionObjectReference } from '#kubernetes/api/autoscaling-v2.ts'
import { checkPathSegment } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, requiredForm } from '../shared/field-errors.ts'

/** What is wrong with a reference to an object of any kind. */
export function validateReference(
  reference: CrossVersionObjectReference | undefined,
  path: string,
): FieldError[] {
  const { kind, name, apiVersion = '' } = reference ?? {}
  return [
    ...requiredForm(`${path}.kind`, kind, checkPathSegment),
    ...requiredForm(`${path}.name`, name, checkPathSegment),
    ...(apiVersion.split('/').length > 2
      ? [invalid(`${path}.apiVersion`, apiVersion, `unexpected GroupVersion string: ${apiVersion}`)]
      : []),
  ]
}
