import { goQuoted } from '#kubernetes/go-text.ts'
import type { GroupVersionKind } from '#kubernetes/objects.ts'
import { isTooDeep, scanJson } from '#kubernetes/scan-json.ts'
import { strictDecodingError, unknownFieldTexts } from '#kubernetes/schema/check-fields.ts'
import { type StatusError, statusError } from '#kubernetes/status-error.ts'
import { decodeProtobuf } from './protobuf.ts'
import { parseYaml } from './yaml.ts'

/** A request's body as data. */
export interface DecodedBody {
  value: unknown
  /**
   * `duplicate field "spec.replicas"` for JSON, `line 5: key "name" already set in map` for YAML. To be read before
   * `value` is changed.
   */
  readonly duplicates: readonly string[]
  /** What `fieldValidation=Warn` warns of, given the unknown fields that `checkFields` found. */
  warnings(unknown: readonly string[]): string[]
  /** The message for `fieldValidation=Strict`, or undefined when nothing is wrong. */
  strictError(unknown: readonly string[]): string | undefined
}

export const acceptedBodies = [
  'application/json',
  'application/yaml',
  'application/vnd.kubernetes.protobuf',
] as const

/**
 * Decodes an object by its `Content-Type`: JSON, YAML or protobuf; without one it is JSON. `expected` is the kind of a
 * protobuf body that names none. Throws a 415 for other types and a 400 with line and column, or with Go's words, for
 * what can't be read.
 */
export async function decodeBody(
  bytes: Uint8Array,
  contentType: string | undefined,
  expected?: GroupVersionKind,
): Promise<DecodedBody> {
  switch ((contentType ?? '').split(';')[0]?.trim().toLowerCase() || 'application/json') {
    case 'application/json':
      return decodeJson(textOf(bytes), unreadableObject)
    case 'application/yaml':
      return decodeYaml(textOf(bytes))
    case 'application/vnd.kubernetes.protobuf':
      return withoutDuplicates(decodeProtobuf(bytes, expected))
    default:
      throw unsupportedMediaType()
  }
}

/** Decodes a patch: YAML where its `Content-Type` ends so, else JSON. Throws a 400 for what can't be read. */
export async function decodePatchBody(
  bytes: Uint8Array,
  contentType: string,
): Promise<DecodedBody> {
  if (/\+yaml\b/i.test(contentType)) return decodeYaml(textOf(bytes))
  const isStrategic = contentType.startsWith('application/strategic-merge-patch+json')
  return decodeJson(textOf(bytes), isStrategic ? problem => problem : unreadablePatch)
}

const unreadableObject = (problem: string) =>
  `couldn't get version/kind; json parse error: ${problem}`

const unreadablePatch = (problem: string) => `error decoding patch: ${problem}`

/** The 415 for a body in a format we don't read. */
export const unsupportedMediaType = (accepted: readonly string[] = acceptedBodies): StatusError =>
  statusError(
    'UnsupportedMediaType',
    `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`,
  )

const textOf = (bytes: Uint8Array) =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()

/** `refusal` makes the message of the 400 of Go's words for what is wrong with the JSON. */
function decodeJson(text: string, refusal: (problem: string) => string): DecodedBody {
  const value = parseJson(text, refusal)
  return {
    value,
    get duplicates() {
      return JSON.stringify(value) === text ? [] : jsonProblems(text, [])
    },
    warnings: unknown => jsonProblems(text, unknown),
    strictError: unknown => strictText(jsonProblems(text, unknown)),
  }
}

function parseJson(text: string, refusal: (problem: string) => string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    if (isTooDeep(text)) scanJson(text, () => {})
    return text.includes('\\u') ? wellFormed(value) : value
  } catch {
    throw statusError('BadRequest', refusal(jsonError(text)))
  }
}

/** With U+FFFD in place of halves of surrogate pairs, which an escape can name and Go's decoder replaces. */
function wellFormed(value: unknown): unknown {
  if (typeof value === 'string') return value.toWellFormed()
  if (Array.isArray(value)) return value.map(wellFormed)
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([key, of]) => [key.toWellFormed(), wellFormed(of)])
  return Object.fromEntries(members)
}

function jsonError(text: string): string {
  try {
    scanJson(text, () => {})
    return 'invalid JSON'
  } catch (error) {
    return (error as Error).message
  }
}

/** Unknown and repeated fields in the order of the document; what is unknown isn't called repeated too. */
function jsonProblems(text: string, unknown: readonly string[]): string[] {
  const unknownPaths = new Set(unknown)
  const repeated: string[] = []
  scanJson(text, ({ path }) => {
    if (
      ![...unknownPaths].some(
        one => path === one || path.startsWith(`${one}.`) || path.startsWith(`${one}[`),
      )
    )
      repeated.push(path)
  })
  if (!repeated.length) return unknownFieldTexts(unknown)
  const problems = new Set<string>()
  scanJson(
    text,
    ({ path, duplicate }) => {
      if (unknownPaths.has(path)) problems.add(`unknown field ${goQuoted(path)}`)
      else if (duplicate && repeated.includes(path))
        problems.add(`duplicate field ${goQuoted(path)}`)
    },
    true,
  )
  return [...problems]
}

async function decodeYaml(text: string): Promise<DecodedBody> {
  if (/^\s*\{/.test(text)) {
    const json = tryJson(text)
    if (json) return json
  }
  const { value, duplicates } = await readYaml(text)
  const strict = duplicates.length
    ? [`yaml: unmarshal errors:\n${duplicates.map(line => `  ${line}`).join('\n')}`]
    : []
  return {
    value,
    duplicates,
    warnings: unknown => [...duplicates, ...unknownFieldTexts(unknown.toSorted())],
    strictError: unknown => strictText([...strict, ...unknownFieldTexts(unknown.toSorted())]),
  }
}

/** JSON is YAML, and what kubectl sends as an apply patch is JSON: read it the fast way. */
function tryJson(text: string): DecodedBody | undefined {
  try {
    return decodeJson(text, unreadableObject)
  } catch {
    return undefined
  }
}

async function readYaml(text: string): ReturnType<typeof parseYaml> {
  try {
    return await parseYaml(text)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw statusError('BadRequest', `error converting YAML to JSON: ${error.message}`)
    throw error
  }
}

const withoutDuplicates = (value: unknown): DecodedBody => ({
  value,
  duplicates: [],
  warnings: unknown => unknownFieldTexts(unknown),
  strictError: unknown => strictText(unknownFieldTexts(unknown)),
})

const strictText = (problems: readonly string[]) =>
  problems.length ? strictDecodingError(problems) : undefined
