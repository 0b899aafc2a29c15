import { type FieldFact, isTypeMeta, type StructFact, structs } from './facts-table.ts'
import { wireField, wireFields } from './wire.ts'

type Json = Record<string, unknown>

const magic = Buffer.from('k8s\0')

/** A body of `application/vnd.kubernetes.protobuf`, made by nothing but the numbers of the facts. */
export function encodeByFacts(struct: string, object: Json): Buffer {
  const { apiVersion, kind } = object
  const type = Buffer.concat([wireField(1, text(apiVersion)), wireField(2, text(kind))])
  return Buffer.concat([magic, wireField(1, type), wireField(2, encodeStruct(struct, object))])
}

/** The JSON of such a body, read by nothing but the numbers of the facts. */
export function decodeByFacts(struct: string, bytes: Uint8Array): Json {
  if (Buffer.compare(bytes.subarray(0, 4), magic)) throw new Error('the body has no magic number')
  const [type, raw] = [1, 2].map(number => {
    const found = wireFields(bytes.subarray(4)).find(field => field.number === number)
    return found ? bytesOf(found.value) : Buffer.of()
  })
  const [apiVersion, kind] = wireFields(type ?? Buffer.of()).map(({ value }) => textOf(value))
  return { apiVersion, kind, ...decodeStruct(struct, raw ?? Buffer.of()) }
}

const text = (value: unknown) => Buffer.from(String(value ?? ''))
const textOf = (value: number | Uint8Array) => Buffer.from(bytesOf(value)).toString()

function bytesOf(value: number | Uint8Array): Uint8Array {
  if (typeof value === 'number') throw new Error('a number stands where bytes have to')
  return value
}

function structOf(name: string): StructFact {
  const struct = structs.get(name)
  return struct ?? { name, atomic: false, members: [] }
}

/** The members that protobuf carries. */
export const carried = (struct: StructFact): (FieldFact & { number: number })[] =>
  struct.members.flatMap(member =>
    member.number !== undefined && !isTypeMeta(member)
      ? [{ ...member, number: member.number }]
      : [],
  )

function encodeStruct(name: string, object: Json): Buffer {
  return Buffer.concat(carried(structOf(name)).flatMap(member => encodeMember(member, object)))
}

function encodeMember(member: FieldFact & { number: number }, object: Json): Buffer[] {
  const { number, type, wire, struct } = member
  if (type === 'inline') return [wireField(number, encodeStruct(struct, object))]
  const value = object[member.json]
  if (value === undefined) return []
  const write = (item: number | Uint8Array) => wireField(number, item, wire === 'fixed64')
  const inner = innerOf(type)
  if (type.startsWith('map<'))
    return Object.entries(value as Json).map(([key, item]) =>
      write(
        Buffer.concat([wireField(1, text(key)), wireField(2, encodeValue(member, inner, item))]),
      ),
    )
  if (type.startsWith('array<') && member.protobufType.startsWith('repeated'))
    return (value as unknown[]).map(item => write(encodeValue(member, inner, item)))
  return [write(encodeValue(member, type, value))]
}

/** `object` of `array<object>` and `map<object>`. */
const innerOf = (type: string) => /^(?:array|map)<(.*)>$/.exec(type)?.[1] ?? type

function encodeValue(member: FieldFact, type: string, value: unknown): number | Buffer {
  switch (type) {
    case 'string':
      return text(value)
    case 'integer':
    case 'number':
    case 'boolean':
      return Number(value)
    case 'string:byte':
      return Buffer.from(String(value), 'base64')
    case 'string:quantity':
      return wireField(1, text(value))
    case 'string:date-time':
    case 'string:date-time-micro':
      return encodeTime(String(value))
    case 'int-or-string':
      return typeof value === 'string'
        ? Buffer.concat([wireField(1, 1), wireField(3, text(value))])
        : Buffer.concat([wireField(1, 0), wireField(2, Number(value))])
    case 'object:raw':
    case 'any':
      return wireField(1, text(JSON.stringify(value)))
    case 'array<string>':
      return Buffer.concat((value as string[]).map(item => wireField(1, text(item))))
    case 'object':
      return encodeStruct(member.struct, value as Json)
    default:
      return encodeStruct(member.struct, alternativesOf(value))
  }
}

function encodeTime(value: string): Buffer {
  const micros = /\.(\d{6})/.exec(value)?.[1] ?? '0'
  const seconds = Math.floor(Date.parse(value) / 1000)
  return Buffer.concat([wireField(1, seconds), wireField(2, Number(micros) * 1000)])
}

/** The members of `JSONSchemaPropsOrBool` and its like for one of the values that may stand there. */
function alternativesOf(value: unknown): Json {
  if (typeof value === 'boolean') return { Allows: value }
  if (!Array.isArray(value)) return { Allows: true, Schema: value }
  return typeof value[0] === 'string' ? { Property: value } : { JSONSchemas: value }
}

function decodeStruct(name: string, bytes: Uint8Array): Json {
  const members = new Map(carried(structOf(name)).map(member => [member.number, member]))
  const object: Json = {}
  for (const { number, value } of wireFields(bytes)) {
    const member = members.get(number)
    if (!member) throw new Error(`${name} has no member ${number}`)
    const { json, type } = member
    const inner = innerOf(type)
    if (type === 'inline') Object.assign(object, decodeStruct(member.struct, bytesOf(value)))
    else if (type.startsWith('map<')) {
      const [key, item] = wireFields(bytesOf(value))
      const entry = [
        textOf(key?.value ?? Buffer.of()),
        decodeValue(member, inner, item?.value ?? 0),
      ]
      object[json] = { ...(object[json] as Json), ...Object.fromEntries([entry]) }
    } else if (type.startsWith('array<') && member.protobufType.startsWith('repeated'))
      object[json] = [...((object[json] as unknown[]) ?? []), decodeValue(member, inner, value)]
    else object[json] = decodeValue(member, type, value)
  }
  return object
}

function decodeValue(member: FieldFact, type: string, value: number | Uint8Array): unknown {
  const part = (number: number) =>
    wireFields(bytesOf(value)).find(field => field.number === number)?.value
  switch (type) {
    case 'string':
      return textOf(value)
    case 'integer':
    case 'number':
      return Number(value)
    case 'boolean':
      return Number(value) === 1
    case 'string:byte':
      return Buffer.from(bytesOf(value)).toString('base64')
    case 'string:quantity':
      return textOf(part(1) ?? Buffer.of())
    case 'string:date-time':
    case 'string:date-time-micro':
      return decodeTime(Number(part(1)), Number(part(2)), type.endsWith('micro'))
    case 'int-or-string':
      return part(1) === 1 ? textOf(part(3) ?? Buffer.of()) : Number(part(2))
    case 'object:raw':
    case 'any':
      return JSON.parse(textOf(part(1) ?? Buffer.of()))
    case 'array<string>':
      return wireFields(bytesOf(value)).map(item => textOf(item.value))
    case 'object':
      return decodeStruct(member.struct, bytesOf(value))
    default:
      return alternative(decodeStruct(member.struct, bytesOf(value)))
  }
}

function decodeTime(seconds: number, nanos: number, isMicro: boolean): string {
  const whole = new Date(seconds * 1000).toISOString().slice(0, 19)
  return isMicro ? `${whole}.${String(nanos / 1000).padStart(6, '0')}Z` : `${whole}Z`
}

const alternative = ({ Schema, JSONSchemas, Property, Allows }: Json) =>
  Schema ?? JSONSchemas ?? Property ?? Allows
