import { apiVersionOf, type GroupVersionKind, parseApiVersion } from '#kubernetes/objects.ts'
import { findObjectType } from '#kubernetes/schema/find-object-type.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { decodeMessage } from './protobuf-decode.ts'
import { encodeMessage } from './protobuf-encode.ts'
import { ProtobufError, ProtobufReader } from './protobuf-reader.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

/** What every protobuf body of the Kubernetes API begins with: `k8s` and a zero byte. */
const magic = Uint8Array.of(0x6b, 0x38, 0x73, 0)

/** Whether a kind has a protobuf form; custom resources and Tables have none. */
export const hasProtobuf = (kind: GroupVersionKind): boolean =>
  kind.kind !== 'Table' && findObjectType(kind) !== undefined

/**
 * Decodes a body of `application/vnd.kubernetes.protobuf` to the object's JSON shape, with apiVersion and kind.
 * `expected` stands in when the body names no kind. Throws a 400 for what can't be read.
 */
export function decodeProtobuf(
  bytes: Uint8Array,
  expected?: GroupVersionKind,
): Record<string, unknown> {
  if (!magic.every((byte, at) => bytes[at] === byte))
    throw statusError(
      'BadRequest',
      'provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]',
    )
  try {
    return decodeEnvelope(bytes.subarray(magic.length), expected)
  } catch (error) {
    if (error instanceof ProtobufError)
      throw statusError('BadRequest', error.message, undefined, 400)
    throw error
  }
}

function decodeEnvelope(bytes: Uint8Array, expected?: GroupVersionKind): Record<string, unknown> {
  const envelope = readEnvelope(bytes)
  const named = envelope.kind ? kindOf(envelope) : expected
  if (!named) throw new ProtobufError("Object 'Kind' is missing in the protobuf envelope")
  const type = findObjectType(named)
  if (!type)
    throw statusError(
      'BadRequest',
      `no kind ${JSON.stringify(named.kind)} is registered for version ${JSON.stringify(apiVersionOf(named))} in protobuf`,
    )
  return { apiVersion: apiVersionOf(named), kind: named.kind, ...decodeMessage(envelope.raw, type) }
}

function kindOf({ apiVersion, kind }: { apiVersion: string; kind: string }): GroupVersionKind {
  try {
    return { ...parseApiVersion(apiVersion || 'v1'), kind }
  } catch {
    throw new ProtobufError(`unexpected GroupVersion string: ${apiVersion}`)
  }
}

/** `runtime.Unknown`: type, encoded object, and content encoding and type that nobody sets. */
function readEnvelope(bytes: Uint8Array): { apiVersion: string; kind: string; raw: Uint8Array } {
  const envelope = { apiVersion: '', kind: '', raw: new Uint8Array() as Uint8Array }
  const reader = new ProtobufReader(bytes)
  while (!reader.done) {
    const tag = reader.varint()
    if (tag === 18) envelope.raw = reader.chunk()
    else if (tag === 10)
      reader.message(inner => {
        while (!inner.done) {
          const member = inner.varint()
          if (member === 10) envelope.apiVersion = inner.string()
          else if (member === 18) envelope.kind = inner.string()
          else inner.skip(member & 7)
        }
      })
    else reader.skip(tag & 7)
  }
  return envelope
}

/** Encodes an object or list that names its apiVersion and kind. Throws when its kind has no protobuf form. */
export function encodeProtobuf(object: {
  apiVersion?: string
  kind?: string
}): Uint8Array<ArrayBuffer> {
  const { apiVersion = 'v1', kind = '' } = object
  const type = findObjectType({ ...parseApiVersion(apiVersion), kind })
  if (!type) throw new Error(`${apiVersion} ${kind} has no protobuf form`)
  const writer = new ProtobufWriter()
  writer.raw(magic)
  writer.tag(1, 2)
  writer.message(() => {
    writer.tag(1, 2)
    writer.string(apiVersion)
    writer.tag(2, 2)
    writer.string(kind)
  })
  writer.tag(2, 2)
  writer.chunk(encodeMessage(object, type))
  writer.tag(3, 2)
  writer.string('')
  writer.tag(4, 2)
  writer.string('')
  return writer.finish()
}

/**
 * One frame of a watch in `application/vnd.kubernetes.protobuf;stream=watch`: four bytes of length, big end first,
 * then a WatchEvent whose object is encoded as `encodeProtobuf` does.
 */
export function encodeWatchFrame(
  type: string,
  object: { apiVersion?: string; kind?: string },
): Uint8Array<ArrayBuffer> {
  const embedded = encodeProtobuf(object)
  const writer = new ProtobufWriter()
  writer.raw(new Uint8Array(4))
  writer.tag(1, 2)
  writer.string(type)
  writer.tag(2, 2)
  writer.message(() => {
    writer.tag(1, 2)
    writer.chunk(embedded)
  })
  const frame = writer.finish()
  new DataView(frame.buffer).setUint32(0, frame.length - 4)
  return frame
}
