import { assertNever } from '#base/assert-never.ts'
import { goQuoted } from '../go-text.ts'
import type { GroupVersionKind } from '../objects.ts'
import { quantityProblem } from '../quantity.ts'
import { type StatusError, statusError } from '../status-error.ts'
import { base64Problem, timeProblem } from './scalar-problems.ts'
import type { FieldType, ScalarFieldType, TypeSchema } from './type-schema.ts'

/** What is wrong with a decoded body, in the words of the Go decoder that clients know. */
export interface FieldCheck {
  /** `json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32`; the first is the one to answer. */
  typeErrors: string[]
  /** Paths such as `spec.template.spec.containers[0].imagePullPolcy`, in the order of the document. */
  unknown: string[]
}

/**
 * Compares an object with its type and removes the fields that the type doesn't know, in place.
 * Embedded objects (`raw`) and free-form JSON are left alone.
 */
export function checkFields(value: unknown, type: TypeSchema): FieldCheck {
  const check = new Check()
  check.struct(value, type, atRoot)
  return check
}

/** `unknown field "spec.foo"`, one per path: the texts of warnings and of strict errors. */
export const unknownFieldTexts = (unknown: readonly string[]): string[] =>
  unknown.map(path => `unknown field ${goQuoted(path)}`)

/** The message of a body refused with `fieldValidation=Strict`: `strict decoding error: unknown field "spec.foo"`. */
export const strictDecodingError = (problems: readonly string[]): string =>
  `strict decoding error: ${problems.join(', ')}`

/** The 400 for a body that can't be read as its kind. */
export const cannotBeHandled = (
  { version, kind }: GroupVersionKind,
  problem: string,
): StatusError =>
  statusError(
    'BadRequest',
    `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${kind}: ${problem}`,
  )

/** Where the walk is: the path that unknown fields name, and the one that Go's errors name (no indices, no keys). */
interface Place {
  path: string
  goPath: string
  /** The innermost struct's name. */
  struct: string
}

class Check implements FieldCheck {
  readonly typeErrors: string[] = []
  unknown: string[] = []

  struct(value: unknown, type: TypeSchema, at: Place): void {
    if (value === null) return
    if (!isRecord(value)) {
      this.#add(mismatch(value, `${type.version}.${type.name}`, at))
      return
    }
    for (const name of Object.keys(value)) {
      const field = type.fields.get(name)
      if (field && isPlainly(value[name], field.type)) continue
      const path = at.path ? `${at.path}.${name}` : name
      if (field) {
        const goPath = at.goPath ? `${at.goPath}.${name}` : name
        this.#value(value[name], field.type, { path, goPath, struct: type.name })
      } else if (!type.keepsUnknownFields) {
        this.unknown.push(path)
        delete value[name]
      }
    }
  }

  #value(value: unknown, type: FieldType, at: Place): void {
    if (value === null) return
    if (type.kind === 'object') this.struct(value, type.type, at)
    else if (type.kind === 'array') {
      if (!Array.isArray(value)) this.#add(mismatch(value, goName(type), at))
      else
        for (const [index, item] of value.entries())
          this.#value(item, type.items, { ...at, path: `${at.path}[${index}]` })
    } else if (type.kind === 'map') {
      if (!isRecord(value)) this.#add(mismatch(value, goName(type), at))
      else
        for (const [key, item] of Object.entries(value))
          if (!isPlainly(item, type.values))
            this.#value(item, type.values, { ...at, path: `${at.path}.${key}` })
    } else if (type.kind === 'schemaOr') this.#schemaOr(value, type, at)
    else if (!isPlainly(value, type)) this.#add(scalarProblem(value, type, at))
  }

  /** Go decodes these in a nested, lenient decoder: what they don't know vanishes without a word. */
  #schemaOr(value: unknown, type: Extract<FieldType, { kind: 'schemaOr' }>, at: Place): void {
    const outer = this.unknown
    this.unknown = []
    const nested = { ...at, path: '', goPath: '' }
    if (isRecord(value)) this.struct(value, type.type, nested)
    else if (Array.isArray(value) && type.other === 'array')
      for (const item of value) this.struct(item, type.type, nested)
    else if (type.other === 'bool' && typeof value !== 'boolean')
      this.#add('boolean or JSON schema expected')
    this.unknown = outer
  }

  #add(problem: string | undefined): void {
    if (problem !== undefined) this.typeErrors.push(problem)
  }
}

/** Whether a value is simply of its type, as most are: then nobody has to know where it lies. */
function isPlainly(value: unknown, type: FieldType): boolean {
  const { kind } = type
  if (kind === 'string' || kind === 'boolean' || kind === 'number') return typeof value === kind
  return kind === 'integer' && fitsInteger(value, type.goName)
}

/** What is wrong with a value that isn't plainly of its type. */
function scalarProblem(value: unknown, type: ScalarFieldType, at: Place): string | undefined {
  switch (type.kind) {
    case 'string':
    case 'boolean':
    case 'number':
      return mismatch(value, type.goName, at)
    case 'integer':
      return mismatch(value, type.goName, at, numberText(value))
    case 'bytes':
      return typeof value === 'string' ? base64Problem(value) : mismatch(value, type.goName, at)
    case 'quantity':
      return quantityProblem(
        typeof value === 'string' || typeof value === 'number' ? String(value) : '',
      )
    case 'time':
    case 'microTime':
      return typeof value === 'string'
        ? timeProblem(value, type.kind)
        : mismatch(value, 'string', atRoot)
    case 'intOrString':
      return typeof value === 'string' || fitsInteger(value, 'int32')
        ? undefined
        : mismatch(value, 'int32', atRoot, numberText(value))
    case 'raw':
    case 'fieldsV1':
    case 'any':
      return undefined
    default:
      return assertNever(type.kind)
  }
}

/** Types with a decoder of their own know nothing of the place. */
const atRoot: Place = { path: '', goPath: '', struct: '' }

function mismatch(value: unknown, target: string, at: Place, kind = jsonKind(value)): string {
  const where = at.goPath ? `struct field ${at.struct}.${at.goPath}` : 'value'
  return `json: cannot unmarshal ${kind} into Go ${where} of type ${target}`
}

const fitsInteger = (value: unknown, goType: string): boolean =>
  goType === 'int32'
    ? typeof value === 'number' && value === (value | 0)
    : Number.isInteger(value) && Math.abs(Number(value)) <= 2 ** 63

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Go's names of JSON's kinds. */
export function jsonKind(value: unknown): string {
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'boolean') return 'bool'
  return value === null ? 'null' : typeof value
}

function numberText(value: unknown): string {
  if (typeof value !== 'number') return jsonKind(value)
  return `number ${Number.isInteger(value) ? BigInt(value) : value}`
}

/** How Go's errors spell a type: `[]v1.Container`, `map[string]string`. */
function goName(type: FieldType): string {
  switch (type.kind) {
    case 'array':
      return type.goName ?? `[]${goName(type.items)}`
    case 'map':
      return type.values.kind === 'quantity'
        ? 'v1.ResourceList'
        : `map[string]${goName(type.values)}`
    case 'object':
    case 'schemaOr':
      return `${type.type.version}.${type.type.name}`
    default:
      return type.goName
  }
}
