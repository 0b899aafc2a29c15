import { goQuoted } from '#kubernetes/go-text.ts'
import { type FieldErrorType, statusError } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'
import { isTrue } from '../request-info.ts'
import type { ServerRequest } from '../server-request.ts'

export type FieldValidation = 'Ignore' | 'Warn' | 'Strict'

/** What the query of a write asks for. */
export interface WriteOptions {
  dryRun: boolean
  /** Who is written into managedFields. */
  fieldManager: string
  fieldValidation: FieldValidation
  force: boolean
}

/** Reads the query of a write; throws upstream's 422 for values it doesn't know. */
export function readWriteOptions(request: ServerRequest, kind = 'CreateOptions'): WriteOptions {
  const { query } = request
  const fieldManager = query.get('fieldManager') ?? ''
  checkFieldManager(fieldManager, kind)
  const fieldValidation = query.get('fieldValidation') || 'Warn'
  if (!isFieldValidation(fieldValidation)) {
    const value = JSON.stringify(fieldValidation)
    const message = `Unsupported value: ${value}: supported values: "", "Ignore", "Strict", "Warn"`
    throw invalidOption(kind, 'fieldValidation', message, 'FieldValueNotSupported')
  }
  return {
    dryRun: readDryRun(query.getAll('dryRun'), kind),
    fieldManager: fieldManager || defaultManager(request),
    fieldValidation,
    force: isTrue(query.get('force')),
  }
}

/** The same for an apply, which has to name its manager. */
export function readApplyOptions(request: ServerRequest): WriteOptions {
  if (request.query.get('fieldManager')) return readWriteOptions(request, 'PatchOptions')
  const message = 'Required value: is required for apply patch'
  throw invalidOption('PatchOptions', 'fieldManager', message, 'FieldValueRequired')
}

/** Whether nothing may be stored; only `All` is known. */
export function readDryRun(values: readonly string[], kind: string): boolean {
  const wanted = values.filter(Boolean)
  if (!wanted.length) return false
  if (wanted.every(value => value === 'All')) return true
  const shown = JSON.stringify(wanted)
  const message = `Unsupported value: ${shown}: supported values: "All"`
  throw invalidOption(kind, 'dryRun', message, 'FieldValueNotSupported')
}

function checkFieldManager(manager: string, kind: string): void {
  if (Buffer.byteLength(manager) > 128) {
    const message = 'Too long: may not be more than 128 bytes'
    throw invalidOption(kind, 'fieldManager', message, 'FieldValueTooLong')
  }
  const strange = /(?! )[\p{C}\p{Z}]/u.exec(manager)
  if (!strange) return
  const position = Buffer.byteLength(manager.slice(0, strange.index))
  const code = (strange[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  const message = `Invalid value: ${goQuoted(manager)}: invalid character U+${code} (at position ${position})`
  throw invalidOption(kind, 'fieldManager', message)
}

/** The client's own name: what its user agent says before the slash. */
function defaultManager(request: ServerRequest): string {
  const agent = request.header('user-agent') ?? ''
  return agent.split('/')[0]?.slice(0, 128) || 'unknown'
}

const isFieldValidation = (value: string): value is FieldValidation =>
  value === 'Ignore' || value === 'Warn' || value === 'Strict'

function invalidOption(
  kind: string,
  field: string,
  message: string,
  reason: FieldErrorType = 'FieldValueInvalid',
) {
  return statusError('Invalid', `${kind}.meta.k8s.io "" is invalid: ${field}: ${message}`, {
    group: 'meta.k8s.io',
    kind,
    causes: [{ reason, message, field }],
  })
}

/** Reads a whole number from the query; throws a 400 for anything else. */
export function readInteger(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name)
  if (text === null || text === '') return undefined
  if (!/^-?\d+$/.test(text)) {
    throw badRequest(`strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`)
  }
  return Number(text)
}
