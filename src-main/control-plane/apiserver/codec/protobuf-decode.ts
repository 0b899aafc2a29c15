import type { FieldSchema, FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { ProtobufError, ProtobufReader } from './protobuf-reader.ts'

type Json = Record<string, unknown>
type ReadInto = (reader: ProtobufReader, target: Json, depth: number) => void
type ReadValue = (reader: ProtobufReader, depth: number) => unknown

/** Go recurses at most this deep too. */
const maxDepth = 100
const decoders = new WeakMap<TypeSchema, ReadInto>()

/**
 * Decodes a message of `type` to the JSON shape that Kubernetes would print: zero values of optional fields are
 * left out, bytes become base64, quantities, times and int-or-strings take their JSON form. Throws `ProtobufError`.
 */
export function decodeMessage(bytes: Uint8Array, type: TypeSchema): Json {
  const target: Json = {}
  decoderOf(type)(new ProtobufReader(bytes), target, 0)
  return target
}

/** The reader of a type's members into an object, compiled at first use. */
function decoderOf(type: TypeSchema): ReadInto {
  const known = decoders.get(type)
  if (known) return known
  const members: ReadInto[] = []
  const decode: ReadInto = (reader, target, depth) => {
    if (depth > maxDepth) throw new ProtobufError('proto: message is nested too deeply')
    while (!reader.done) {
      const tag = reader.varint()
      const read = members[Math.floor(tag / 8)]
      if (!read) reader.skip(tag & 7)
      else {
        if ((tag & 7) !== wireTypes.get(read))
          throw new ProtobufError(`proto: wrong wireType = ${tag & 7} in ${type.name}`)
        read(reader, target, depth)
      }
    }
  }
  decoders.set(type, decode)
  for (const member of type.members)
    if (member.protobuf !== undefined) members[member.protobuf] = memberReader(member)
  return decode
}

const wireTypes = new WeakMap<ReadInto, number>()

function memberReader(member: FieldSchema): ReadInto {
  const read = readerInto(member)
  wireTypes.set(read, wireTypeOf(member.type))
  return read
}

export const wireTypeOf = (type: FieldType): 0 | 1 | 2 =>
  type.kind === 'integer' || type.kind === 'boolean'
    ? 0
    : type.kind === 'number'
      ? 1
      : type.kind === 'array' && !type.wrapped
        ? wireTypeOf(type.items)
        : 2

function readerInto(member: FieldSchema): ReadInto {
  const { name, type } = member
  if (name === '' && type.kind === 'object') {
    const embedded = type.type
    return (reader, target, depth) =>
      reader.message(inner => decoderOf(embedded)(inner, target, depth + 1))
  }
  if (type.kind === 'array' && !type.wrapped) {
    const item = valueReader(type.items)
    return (reader, target, depth) => {
      const list = target[name]
      const value = item(reader, depth)
      if (Array.isArray(list)) list.push(value)
      else target[name] = [value]
    }
  }
  if (type.kind === 'map') return mapReader(name, type.values)
  const value = valueReader(type)
  const dropsZero = member.omitEmpty && !member.pointer
  return (reader, target, depth) => {
    const read = value(reader, depth)
    if (read === undefined || (dropsZero && isZero(read))) return
    target[name] = read
  }
}

const isZero = (value: unknown) => value === '' || value === 0 || value === false

function mapReader(name: string, values: FieldType): ReadInto {
  const read = valueReader(values)
  return (reader, target, depth) => {
    let key = ''
    let value: unknown
    reader.message(inner => {
      while (!inner.done) {
        const tag = inner.varint()
        if (tag === 10) key = inner.string()
        else if (tag >> 3 === 2) value = read(inner, depth)
        else inner.skip(tag & 7)
      }
    })
    target[name] ??= {}
    Object.defineProperty(target[name], key, {
      value: value ?? zeroOf(values),
      enumerable: true,
      configurable: true,
      writable: true,
    })
  }
}

function zeroOf(type: FieldType): unknown {
  if (type.kind === 'string' || type.kind === 'bytes') return ''
  if (type.kind === 'quantity') return '0'
  return type.kind === 'array' ? [] : type.kind === 'time' ? null : {}
}

function valueReader(type: FieldType): ReadValue {
  switch (type.kind) {
    case 'object': {
      const { type: schema } = type
      return (reader, depth) => {
        const target: Json = {}
        reader.message(inner => decoderOf(schema)(inner, target, depth + 1))
        return target
      }
    }
    case 'string':
      return reader => reader.string()
    case 'integer':
      return reader => reader.varint()
    case 'boolean':
      return reader => reader.varint() !== 0
    case 'number':
      return reader => reader.double()
    case 'bytes':
      return reader => Buffer.from(reader.chunk()).toString('base64')
    case 'quantity':
      return reader => fieldsOf(reader, { 1: readString })[1] ?? '0'
    case 'time':
    case 'microTime':
      return reader => readTime(reader, type.kind === 'microTime')
    case 'intOrString':
      return readIntOrString
    case 'raw':
    case 'fieldsV1':
    case 'any':
      return reader => parseRaw(fieldsOf(reader, { 1: readChunk })[1])
    case 'array':
      return wrappedReader(type.items)
    case 'schemaOr':
      return schemaOrReader(type)
    case 'map':
      throw new Error('schema tables: protobuf knows no map of maps')
  }
}

type ScalarReader<T> = (reader: ProtobufReader) => T

/** Reads a small message: the last value of each field that `readers` name. */
function fieldsOf<T>(
  reader: ProtobufReader,
  readers: Partial<Record<number, ScalarReader<T>>>,
): Partial<Record<number, T>> {
  const found: Partial<Record<number, T>> = {}
  reader.message(inner => {
    while (!inner.done) {
      const tag = inner.varint()
      const read = readers[tag >> 3]
      if (read) found[tag >> 3] = read(inner)
      else inner.skip(tag & 7)
    }
  })
  return found
}

const readString: ScalarReader<string> = reader => reader.string()
const readVarint: ScalarReader<number> = reader => reader.varint()
const readChunk: ScalarReader<Uint8Array> = reader => reader.chunk()

/** Undefined for the zero time, which is an empty message. */
function readTime(reader: ProtobufReader, micro: boolean): string | undefined {
  const { 1: seconds, 2: nanos = 0 } = fieldsOf(reader, { 1: readVarint, 2: readVarint })
  if (seconds === undefined) return undefined
  const date = new Date(seconds * 1000)
  if (Number.isNaN(date.getTime())) throw new ProtobufError('proto: time out of range')
  const whole = date.toISOString().slice(0, 19)
  return micro ? `${whole}.${String(Math.trunc(nanos / 1000)).padStart(6, '0')}Z` : `${whole}Z`
}

function readIntOrString(reader: ProtobufReader): string | number {
  const readers = { 1: readVarint, 2: readVarint, 3: readString }
  const { 1: type, 2: number = 0, 3: text = '' } = fieldsOf<string | number>(reader, readers)
  return type === 1 ? text : number
}

function parseRaw(bytes: Uint8Array | undefined): unknown {
  if (!bytes?.length) return undefined
  try {
    return JSON.parse(Buffer.from(bytes).toString())
  } catch {
    throw new ProtobufError('proto: an embedded object is not JSON')
  }
}

/** A message whose only field, 1, is the list. */
function wrappedReader(items: FieldType): ReadValue {
  const read = valueReader(items)
  return (reader, depth) => {
    const list: unknown[] = []
    reader.message(inner => {
      while (!inner.done) {
        const tag = inner.varint()
        if (tag >> 3 === 1) list.push(read(inner, depth))
        else inner.skip(tag & 7)
      }
    })
    return list
  }
}

function schemaOrReader(type: Extract<FieldType, { kind: 'schemaOr' }>): ReadValue {
  const other = type.other
  return (reader, depth) => {
    let schema: unknown
    let allows = false
    const list: unknown[] = []
    const readSchema = valueReader({ kind: 'object', type: type.type })
    reader.message(inner => {
      while (!inner.done) {
        const tag = inner.varint()
        if (tag === (other === 'bool' ? 18 : 10)) schema = readSchema(inner, depth)
        else if (tag === 8 && other === 'bool') allows = inner.varint() !== 0
        else if (tag === 18)
          list.push(other === 'array' ? readSchema(inner, depth) : inner.string())
        else inner.skip(tag & 7)
      }
    })
    return other === 'bool' ? (schema ?? allows) : list.length ? list : schema
  }
}
