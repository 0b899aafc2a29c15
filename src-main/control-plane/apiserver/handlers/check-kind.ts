import type { ResourceDefinition } from '#control-plane/resources/define-resource.ts'
import { apiVersionOf, type GroupVersionKind, type KubernetesObject } from '#kubernetes/objects.ts'
import { jsonKind } from '#kubernetes/schema/check-fields.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { invalid, type StatusError } from '#kubernetes/status-error.ts'
import { badRequest } from '../failures.ts'
import type { RequestBody } from '../server-request.ts'

type Expected = GroupVersionKind & Pick<ResourceDefinition, 'custom'>

/** As many bytes of a body as a refusal of it quotes. */
const quotedBytes = 30

/** The 400 for a body that tells no kind: why, and how it begins. */
export const unrecognized = (
  { kind }: GroupVersionKind,
  problem: string,
  body: RequestBody,
): StatusError =>
  badRequest(
    `the object provided is unrecognized (must be of type ${kind}): ${problem} (${summary(body)})`,
  )

/** The beginning of a body, as text where it looks like JSON, else in hexadecimal digits. */
function summary(body: RequestBody): string {
  const bytes = Buffer.from(body.kind === 'bytes' ? body.bytes : (JSON.stringify(body.value) ?? ''))
  if (!bytes.length) return '<empty>'
  const begin = bytes.subarray(0, quotedBytes).toString(bytes[0] === 0x7b ? 'utf8' : 'hex')
  return bytes.length > quotedBytes ? `${begin} ...` : begin
}

/** Fills in the kind and version that are expected where a body says none, and refuses with a 400 any other. */
export function checkKind(object: KubernetesObject, expected: Expected, body: RequestBody): void {
  const problem = kindProblem(object)
  if (problem) throw unrecognized(expected, problem, body)
  object.apiVersion ||= apiVersionOf(expected)
  object.kind ||= expected.kind
  if (object.apiVersion === apiVersionOf(expected) && object.kind === expected.kind) return
  throw expected.custom
    ? customMismatch(object, expected)
    : badRequest(builtInMismatch(object, expected))
}

function builtInMismatch({ apiVersion = '', kind = '' }: KubernetesObject, expected: Expected) {
  const [version = '', group = ''] = apiVersion.split('/').toReversed()
  const subject = `${kind} in version ${JSON.stringify(version)} cannot be handled as a ${expected.kind}`
  if (!findObjectType({ group, version, kind }))
    return `${subject}: no kind ${JSON.stringify(kind)} is registered for version ${JSON.stringify(apiVersion)} in scheme "pkg/api/legacyscheme/scheme.go:30"`
  if (kind === expected.kind) return otherVersion(apiVersion, expected)
  return `${subject}: converting (${version}.${kind}) to (${packageOf(expected.group)}.${expected.kind}): unknown conversion`
}

/** A custom resource may be of any kind until it is validated. */
const customMismatch = (
  { apiVersion = '', kind, metadata }: KubernetesObject,
  expected: Expected,
): StatusError =>
  apiVersion === apiVersionOf(expected)
    ? invalid(expected, metadata?.name ?? '', [
        {
          type: 'FieldValueInvalid',
          field: 'kind',
          message: `Invalid value: ${JSON.stringify(kind)}: must be ${expected.kind}`,
        },
      ])
    : badRequest(otherVersion(apiVersion, expected))

const otherVersion = (apiVersion: string, expected: Expected): string =>
  `the API version in the data (${apiVersion}) does not match the expected API version (${apiVersionOf(expected)})`

/** The Go package of a group's internal types. */
const packageOf = (group: string): string => group.split('.')[0] || 'core'

/** What Go says of the first of a kind and a version that is no text. */
export function kindProblem(object: object): string | undefined {
  const found = Object.entries(object).find(
    ([name, value]) =>
      (name === 'apiVersion' || name === 'kind') &&
      value !== null &&
      value !== undefined &&
      typeof value !== 'string',
  )
  if (!found) return undefined
  const [field, value] = found
  return `couldn't get version/kind; json parse error: json: cannot unmarshal ${jsonKind(value)} into Go struct field .${field} of type string`
}
