import type { FieldSchema, FieldType, TypeSchema } from '#kubernetes/schema/type-schema.ts'
import { wireTypeOf } from './protobuf-decode.ts'
import { ProtobufWriter } from './protobuf-writer.ts'

type Json = Record<string, unknown>
type WriteMembers = (writer: ProtobufWriter, value: Json) => void
/** Writes a field's value, without its tag. */
type WriteValue = (writer: ProtobufWriter, value: unknown) => void

const encoders = new WeakMap<TypeSchema, WriteMembers>()

/** Encodes an object of `type`, in its JSON shape, as a protobuf message. Fields the type doesn't know are left out. */
export function encodeMessage(value: object, type: TypeSchema): Uint8Array<ArrayBuffer> {
  const writer = new ProtobufWriter()
  encoderOf(type)(writer, value as Json)
  return writer.finish()
}

/** The writer of a type's members, compiled at first use. */
function encoderOf(type: TypeSchema): WriteMembers {
  const known = encoders.get(type)
  if (known) return known
  let members: WriteMembers[] | undefined
  const encode: WriteMembers = (writer, value) => {
    members ??= type.members
      .filter(member => member.protobuf !== undefined)
      .toSorted((a, b) => (a.protobuf ?? 0) - (b.protobuf ?? 0))
      .map(memberWriter)
    for (const write of members) write(writer, value)
  }
  encoders.set(type, encode)
  return encode
}

function memberWriter({ name, type, protobuf: number = 0 }: FieldSchema): WriteMembers {
  if (name === '' && type.kind === 'object') {
    const embedded = type.type
    return (writer, value) => {
      writer.tag(number, 2)
      writer.message(() => encoderOf(embedded)(writer, value))
    }
  }
  const wireType = wireTypeOf(type)
  if (type.kind === 'array' && !type.wrapped) {
    const write = valueWriter(type.items)
    return (writer, value) => {
      for (const item of (value[name] as unknown[] | null | undefined) ?? []) {
        writer.tag(number, wireType)
        write(writer, item)
      }
    }
  }
  if (type.kind === 'map') return mapWriter(name, number, type.values)
  const write = valueWriter(type)
  return (writer, value) => {
    const own = value[name]
    if (own === undefined || own === null) return
    writer.tag(number, wireType)
    write(writer, own)
  }
}

function mapWriter(name: string, number: number, values: FieldType): WriteMembers {
  const write = valueWriter(values)
  const wireType = wireTypeOf(values)
  return (writer, value) => {
    const entries = Object.entries((value[name] as Json | null | undefined) ?? {})
    for (const [key, item] of entries.sort(([a], [b]) => (a < b ? -1 : 1))) {
      writer.tag(number, 2)
      writer.message(() => {
        writer.tag(1, 2)
        writer.string(key)
        writer.tag(2, wireType)
        write(writer, item)
      })
    }
  }
}

function valueWriter(type: FieldType): WriteValue {
  switch (type.kind) {
    case 'object': {
      const { type: schema } = type
      return (writer, value) =>
        writer.message(() => encoderOf(schema)(writer, (value ?? {}) as Json))
    }
    case 'string':
      return (writer, value) => writer.string(String(value ?? ''))
    case 'integer':
      return (writer, value) => writer.varint(Number(value))
    case 'boolean':
      return (writer, value) => writer.varint(value ? 1 : 0)
    case 'number':
      return (writer, value) => writer.double(Number(value))
    case 'bytes':
      return (writer, value) => writer.chunk(Buffer.from(String(value ?? ''), 'base64'))
    case 'quantity':
      return (writer, value) => writer.message(() => field(writer, 1, String(value)))
    case 'time':
    case 'microTime':
      return writeTime
    case 'intOrString':
      return writeIntOrString
    case 'raw':
    case 'fieldsV1':
    case 'any':
      return (writer, value) => writer.message(() => field(writer, 1, JSON.stringify(value)))
    case 'array': {
      const write = valueWriter(type.items)
      return (writer, value) =>
        writer.message(() => {
          for (const item of value as unknown[]) {
            writer.tag(1, 2)
            write(writer, item)
          }
        })
    }
    case 'schemaOr':
      return schemaOrWriter(type)
    case 'map':
      throw new Error('schema tables: protobuf knows no map of maps')
  }
}

function field(writer: ProtobufWriter, number: number, text: string): void {
  writer.tag(number, 2)
  writer.string(text)
}

function writeTime(writer: ProtobufWriter, value: unknown): void {
  writer.message(() => {
    const text = typeof value === 'string' ? value : ''
    const milliseconds = Date.parse(text)
    if (Number.isNaN(milliseconds)) return
    const fraction = /\.(\d{1,9})/.exec(text)?.[1] ?? ''
    writer.tag(1, 0)
    writer.varint(Math.floor(milliseconds / 1000))
    writer.tag(2, 0)
    writer.varint(Number(fraction.padEnd(9, '0')))
  })
}

function writeIntOrString(writer: ProtobufWriter, value: unknown): void {
  writer.message(() => {
    writer.tag(1, 0)
    writer.varint(typeof value === 'string' ? 1 : 0)
    if (typeof value === 'string') field(writer, 3, value)
    else {
      writer.tag(2, 0)
      writer.varint(Number(value))
    }
  })
}

function schemaOrWriter(type: Extract<FieldType, { kind: 'schemaOr' }>): WriteValue {
  const other = type.other
  return (writer, value) => {
    const writeSchema = valueWriter({ kind: 'object', type: type.type })
    const put = (number: number, schema: unknown) => {
      writer.tag(number, 2)
      writeSchema(writer, schema)
    }
    writer.message(() => {
      if (other === 'bool') {
        writer.tag(1, 0)
        writer.varint(value === false ? 0 : 1)
        if (typeof value === 'object') put(2, value)
      } else if (!Array.isArray(value)) put(1, value)
      else
        for (const item of value)
          if (typeof item === 'string') field(writer, 2, item)
          else put(2, item)
    })
  }
}
