import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { isRecord } from '#kubernetes/json.ts'
import { apiVersionOf, type GroupVersionKind, type KubernetesObject } from '#kubernetes/objects.ts'
import { canonicalize } from '#kubernetes/schema/canonicalize.ts'
import {
  cannotBeHandled,
  checkFields,
  jsonKind,
  strictDecodingError,
  unknownFieldTexts,
} from '#kubernetes/schema/check-fields.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { decodeBody } from '../codec/decode-body.ts'
import { badRequest } from '../failures.ts'
import type { RequestBody, RequestContext } from '../server-request.ts'
import { checkKind, kindProblem, unrecognized } from './check-kind.ts'
import { decodePatch } from './decode-patch.ts'
import type { FieldValidation } from './write-options.ts'

type Expected = GroupVersionKind & Pick<ResourceDefinition, 'custom'>

/**
 * Reads a request's body as an object of a kind: JSON, YAML or protobuf by its content type.
 * Unknown and duplicate fields are refused, warned of or ignored as asked. Throws a 400, 413 or 415.
 */
export async function decodeObject(
  context: RequestContext,
  expected: Expected,
  validation: FieldValidation,
): Promise<KubernetesObject> {
  return decodeAs(await context.request.body(), expected, validation, context.warnings)
}

/** The same for a body that was read already. */
export async function decodeAs(
  body: RequestBody,
  expected: Expected,
  validation: FieldValidation,
  warnings: Set<string>,
): Promise<KubernetesObject> {
  const { value, duplicates } = await recognized(body, expected)
  if (!isRecord(value)) throw unrecognized(expected, noObject(value), body)
  const object = value as unknown as KubernetesObject
  checkKind(object, expected, body)
  checkObject(object, expected, { validation, warnings, duplicates })
  object.metadata ??= {}
  return object
}

/** The body as data; what can't be read is no object of the kind that is expected. */
async function recognized(body: RequestBody, expected: Expected) {
  try {
    return await decoded(body, expected)
  } catch (error) {
    if (!(error instanceof StatusError) || error.reason !== 'BadRequest') throw error
    throw unrecognized(expected, error.message, body)
  }
}

/** What Go says of a list or a plain value where an object should be. */
const noObject = (value: unknown): string =>
  `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonKind(value)} into Go value of type struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }`

async function decoded(
  body: RequestBody,
  expected: Expected,
): Promise<{ value: unknown; duplicates: readonly string[] }> {
  if (body.kind === 'bytes') return decodeBody(body.bytes, body.contentType, expected)
  return { value: JSON.parse(JSON.stringify(body.value ?? null)), duplicates: [] }
}

/**
 * Reads an apply configuration: only what it says, so nothing is filled in or dropped. Fields that its kind doesn't
 * know are refused when it is applied. Throws a 400, 413 or 415.
 */
export async function decodeConfiguration(
  body: RequestBody,
  expected: Expected,
  validation: FieldValidation,
  warnings: Set<string>,
): Promise<KubernetesObject> {
  const { value, duplicates } = await decodePatch(body)
  if (!isRecord(value)) throw badRequest('error decoding YAML: the configuration is no object')
  const object = value as unknown as KubernetesObject
  const problem = kindProblem(object)
  if (problem) throw badRequest(problem)
  if (object.apiVersion !== apiVersionOf(expected) || object.kind !== expected.kind)
    throw badRequest(`invalid object type: ${kindText(object)}`)
  if (duplicates.length && validation === 'Strict')
    throw badRequest(`error strict decoding YAML: ${duplicates.join(', ')}`)
  if (validation !== 'Ignore') for (const text of duplicates) warnings.add(text)
  object.metadata ??= {}
  if (!isRecord(object.metadata))
    throw badRequest('error decoding YAML: the metadata of the configuration is no object')
  for (const field of ['name', 'namespace', 'uid', 'resourceVersion'] as const) {
    const value: unknown = object.metadata[field]
    if (value !== undefined && value !== null && typeof value !== 'string')
      throw badRequest(`error decoding YAML: metadata.${field} of the configuration is no text`)
  }
  return object
}

/** What is asked of a check of fields. */
interface FieldChecking {
  validation: FieldValidation
  warnings: Set<string>
  /** What the body said twice, `duplicate field "spec.replicas"`. */
  duplicates?: readonly string[]
  /** The error for what is wrong, in the decoder's words; by default a 400. */
  refuse?(problem: string): StatusError
}

/**
 * Compares an object with its type and drops what the type doesn't know. Values of a wrong type are refused; unknown
 * and duplicate fields are refused, warned of or ignored as asked.
 */
export function checkObject(
  object: KubernetesObject,
  expected: Expected,
  { validation, warnings, duplicates = [], refuse }: FieldChecking,
): void {
  const type = findObjectType(expected)
  const check = expected.custom?.checkBody(object) ?? (type && checkFields(object, type))
  if (!check) return
  const { typeErrors, unknown } = check
  if (typeErrors[0]) throw refuse?.(typeErrors[0]) ?? cannotBeHandled(expected, typeErrors[0])
  if (type) canonicalize(object, type)
  const problems = [...duplicates, ...unknownFieldTexts(unknown)]
  if (!problems.length || validation === 'Ignore') return
  if (validation === 'Strict') throw (refuse ?? badRequest)(strictDecodingError(problems))
  for (const text of problems) warnings.add(text)
}

/** As Go prints a kind: `apps/v1, Kind=Deployment`, and `/v1, Kind=Pod` of the core group. */
function kindText(object: KubernetesObject): string {
  const { apiVersion, kind } = { apiVersion: object.apiVersion ?? '', kind: object.kind ?? '' }
  return `${apiVersion.includes('/') ? '' : '/'}${apiVersion}, Kind=${kind}`
}

/** Reads a body that may be missing, such as DeleteOptions; it may name any group that has the kind. */
export async function decodeOptions<T>(
  context: RequestContext,
  kind: string,
): Promise<T | undefined> {
  const body = await context.request.body()
  if (body.kind === 'bytes' ? !body.bytes.length : body.value === undefined) return undefined
  const expected = { group: '', version: 'v1', kind }
  const { value } = await decoded(body, expected)
  if (value === null) return undefined
  const type = findObjectType(expected)
  if (!isRecord(value) || !type) throw badRequest(`the body is no ${kind}`)
  const [problem] = checkFields(value as unknown as KubernetesObject, type).typeErrors
  if (problem) throw cannotBeHandled(expected, problem)
  canonicalize(value, type)
  return value as T
}
