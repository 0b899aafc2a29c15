import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import { isRecord } from '#kubernetes/json.ts'
import { checkLabel1035, checkPathSegment } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid, required } from '../field-errors.ts'
import { validateObjectMeta } from '../object-meta.ts'

/** What is wrong with an object within another one, as far as every object has to be right. */
export function embeddedErrors(
  value: Record<string, unknown>,
  at: (name: string) => string,
): FieldError[] {
  const { apiVersion, kind, metadata } = value
  return [
    ...(apiVersion ? versionErrors(apiVersion, at('apiVersion')) : [missing(at('apiVersion'))]),
    ...(kind ? kindErrors(kind, at('kind')) : [missing(at('kind'))]),
    ...(isRecord(metadata) ? metadataErrors(metadata as ObjectMeta, at('metadata')) : []),
  ]
}

const missing = (field: string) => required(field, 'must not be empty')

function versionErrors(apiVersion: unknown, field: string): FieldError[] {
  const text = String(apiVersion)
  return text.split('/').length > 2
    ? [invalid(field, text, `unexpected GroupVersion string: ${text}`)]
    : []
}

function kindErrors(kind: unknown, field: string): FieldError[] {
  const text = String(kind)
  const problems = checkLabel1035(text.toLowerCase())
  if (!problems.length) return []
  const detail = `may have mixed case, but should otherwise match: ${problems.join(',')}`
  return [invalid(field, text, detail)]
}

/** A name may be missing; one that is there is any that a URL can hold. */
function metadataErrors(metadata: ObjectMeta, field: string): FieldError[] {
  const named = metadata.name ? metadata : { ...metadata, name: 'fakename' }
  const rules = { namespaced: Boolean(metadata.namespace), validateName: checkPathSegment }
  return validateObjectMeta(named, rules).map(error => ({
    ...error,
    field: error.field.replace(/^metadata/, field),
  }))
}
