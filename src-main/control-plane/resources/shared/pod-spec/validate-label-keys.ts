import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import { checkQualifiedName } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, forbidden, invalid, malformed } from '../field-errors.ts'

interface WithLabelKeys {
  labelSelector?: LabelSelector
  matchLabelKeys?: string[]
  mismatchLabelKeys?: string[]
}

/** What is wrong with the keys whose values are taken from the pod itself. */
export function validateLabelKeys(term: WithLabelKeys, path: string): FieldError[] {
  const { labelSelector, matchLabelKeys, mismatchLabelKeys = [] } = term
  const validate = (keys: string[] | undefined, field: string) =>
    keys?.length && !labelSelector
      ? [forbidden(`${path}.${field}`, 'must not be specified when labelSelector is not set')]
      : each(keys, `${path}.${field}`, (key, path) => malformed(path, key, checkQualifiedName(key)))
  return [
    ...validate(matchLabelKeys, 'matchLabelKeys'),
    ...validate(mismatchLabelKeys, 'mismatchLabelKeys'),
    ...each(matchLabelKeys, `${path}.matchLabelKeys`, (key, path) =>
      mismatchLabelKeys.includes(key)
        ? [invalid(path, key, 'exists in both matchLabelKeys and mismatchLabelKeys')]
        : [],
    ),
  ]
}
