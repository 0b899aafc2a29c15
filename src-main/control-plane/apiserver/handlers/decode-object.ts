import type { KubernetesObject } from '#kubernetes/objects.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
import {
  cannotBeHandled,
  checkFields,
  strictDecodingError,
  unknownFieldTexts,
} from '#kubernetes/schema/check-fields.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { badRequest } from '../failures.ts'
import type { RequestContext } from '../server-request.ts'
import type { FieldValidation } from './write-options.ts'

interface Expected {
  group: string
  version: string
  kind: string
}

/**
 * Reads a request's body as an object of a kind: JSON, YAML or protobuf by its content type.
 * Unknown and duplicate fields are refused, warned of or ignored as asked. Throws a 400, 413 or 415.
 */
export async function decodeObject(
  context: RequestContext,
  expected: Expected,
  validation: FieldValidation,
): Promise<KubernetesObject> {
  const body = await context.request.body()
  const object = (
    body.kind === 'value'
      ? JSON.parse(JSON.stringify(body.value))
      : JSON.parse(Buffer.from(body.bytes).toString())
  ) as KubernetesObject
  checkKind(object, expected)
  checkObject(object, expected, validation, context.warnings)
  object.metadata ??= {}
  return object
}

/** Compares an object with its type and drops what the type doesn't know; unknown fields are told of as asked. */
export function checkObject(
  object: KubernetesObject,
  expected: Expected,
  validation: FieldValidation,
  warnings: Set<string>,
): void {
  const type = findObjectType(expected)
  if (!type) return
  const { typeErrors, unknown } = checkFields(object, type)
  if (typeErrors[0]) throw cannotBeHandled(expected, typeErrors[0])
  if (!unknown.length || validation === 'Ignore') return
  const texts = unknownFieldTexts(unknown)
  if (validation === 'Strict') throw badRequest(strictDecodingError(texts))
  for (const text of texts) warnings.add(text)
}

function checkKind(object: KubernetesObject, expected: Expected): void {
  const apiVersion = apiVersionOf(expected)
  object.apiVersion ||= apiVersion
  object.kind ||= expected.kind
  if (object.apiVersion === apiVersion && object.kind === expected.kind) return
  throw badRequest(
    object.kind !== expected.kind
      ? `${object.kind} in version ${JSON.stringify(object.apiVersion)} cannot be handled as a ${expected.kind}: no kind match`
      : `the API version in the data (${object.apiVersion}) does not match the expected API version (${apiVersion})`,
  )
}

/** Reads a body that may be missing, such as DeleteOptions. */
export async function decodeOptions<T>(
  context: RequestContext,
  _kind: string,
): Promise<T | undefined> {
  const body = await context.request.body()
  if (body.kind === 'value') return body.value as T | undefined
  if (!body.bytes.length) return undefined
  return JSON.parse(Buffer.from(body.bytes).toString()) as T
}
