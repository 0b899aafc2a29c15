import { type FieldError, invalid } from '#kubernetes/status-error.ts'
import { readInteger } from './write-options.ts'

const match = 'resourceVersionMatch'
const forbidden = (field: string, why: string): FieldError => ({
  type: 'FieldValueForbidden',
  field,
  message: `Forbidden: ${why}`,
})
const notSupported = (value: string, known: string[]): FieldError => ({
  type: 'FieldValueNotSupported',
  field: match,
  message: `Unsupported value: ${JSON.stringify(value)}: supported values: ${known.map(one => JSON.stringify(one)).join(', ')}`,
})

/**
 * Throws upstream's 400 for what is no number, asked for or not, and its 422 when parameters of a list or watch
 * don't go together.
 */
export function checkListOptions(query: URLSearchParams, isWatch: boolean): void {
  for (const name of ['timeoutSeconds', 'limit']) readInteger(query, name)
  const errors = isWatch ? watchErrors(query) : listErrors(query)
  if (errors.length) throw invalid({ group: 'meta.k8s.io', kind: 'ListOptions' }, '', errors)
}

function listErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = []
  const wanted = query.get(match)
  const version = query.get('resourceVersion')
  if (wanted) {
    if (!version)
      errors.push(forbidden(match, `${match} is forbidden unless resourceVersion is provided`))
    errors.push(...tokenErrors(query))
    if (wanted !== 'Exact' && wanted !== 'NotOlderThan')
      errors.push(notSupported(wanted, ['', 'Exact', 'NotOlderThan']))
    if (wanted === 'Exact' && version === '0')
      errors.push(forbidden(match, `${match} "exact" is forbidden for resourceVersion "0"`))
  }
  if (query.has('sendInitialEvents'))
    errors.push(forbidden('sendInitialEvents', 'sendInitialEvents is forbidden for list'))
  return errors
}

function watchErrors(query: URLSearchParams): FieldError[] {
  const errors: FieldError[] = []
  const wanted = query.get(match)
  const asksForInitial = query.has('sendInitialEvents')
  if (asksForInitial && wanted !== 'NotOlderThan')
    errors.push(forbidden(match, `sendInitialEvents requires setting ${match} to NotOlderThan`))
  if (!wanted) return errors
  if (!asksForInitial)
    errors.push(
      forbidden(match, `${match} is forbidden for watch unless sendInitialEvents is provided`),
    )
  if (wanted !== 'NotOlderThan') errors.push(notSupported(wanted, ['NotOlderThan']))
  errors.push(...tokenErrors(query))
  return errors
}

const tokenErrors = (query: URLSearchParams): FieldError[] =>
  query.get('continue') ? [forbidden(match, `${match} is forbidden when continue is provided`)] : []
