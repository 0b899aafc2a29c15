import { ProtobufWriter } from '../codec/protobuf-writer.ts'

/** Writes a value of a document as the protobuf field of that number. */
export type FieldWriter = (writer: ProtobufWriter, number: number, value: unknown) => void

type Node = Record<string, unknown>

/** The bytes of a document whose outermost message has these fields. */
export function writeGnostic(fields: Fields, document: Node): Uint8Array {
  const writer = new ProtobufWriter()
  fields(writer, document)
  return writer.finish()
}

/** Writes the fields of a message. */
export type Fields = (writer: ProtobufWriter, node: Node) => void

export const text: FieldWriter = (writer, number, value) => {
  writer.tag(number, 2)
  writer.string(String(value))
}

export const flag: FieldWriter = (writer, number, value) => {
  writer.tag(number, 0)
  writer.varint(value ? 1 : 0)
}

export const integer: FieldWriter = (writer, number, value) => {
  writer.tag(number, 0)
  writer.varint(Number(value))
}

export const double: FieldWriter = (writer, number, value) => {
  writer.tag(number, 1)
  writer.double(Number(value))
}

export const each =
  (item: FieldWriter): FieldWriter =>
  (writer, number, values) => {
    for (const value of values as unknown[]) item(writer, number, value)
  }

export const message =
  (fields: Fields): FieldWriter =>
  (writer, number, value) => {
    writer.tag(number, 2)
    writer.message(() => fields(writer, value as Node))
  }

/** A message's fields by their names in JSON. `extensions` is the number that names which begin with `x-` go to. */
export function fields(
  known: () => Record<string, readonly [number: number, write: FieldWriter]>,
  extensions?: number,
): Fields {
  let table: ReturnType<typeof known> | undefined
  return (writer, node) => {
    table ??= known()
    for (const [name, value] of Object.entries(node)) {
      const field = table[name]
      if (field) field[1](writer, field[0], value)
      else if (extensions !== undefined && name.startsWith('x-'))
        message(named(any))(writer, extensions, [name, value])
    }
  }
}

/** A message that is a list of names with their values, under one number. */
export const map = (value: FieldWriter, number = 1): Fields => {
  const entry = message(named(value))
  return (writer, node) => {
    for (const pair of Object.entries(node)) entry(writer, number, pair)
  }
}

/** The two fields of an entry, which comes as a pair. */
const named =
  (value: FieldWriter): Fields =>
  (writer, pair) => {
    const [name, content] = pair as unknown as [string, unknown]
    text(writer, 1, name)
    value(writer, 2, content)
  }

/** A message of which one field is present: `choose` says which. */
export const oneOf =
  (
    choose: (node: Node) => readonly [number: number, write: FieldWriter] | undefined,
  ): FieldWriter =>
  (writer, number, value) => {
    writer.tag(number, 2)
    writer.message(() => {
      const field = choose(value as Node)
      field?.[1](writer, field[0], value)
    })
  }

/** A message whose only field holds the value. */
export const wrapped = (inner: FieldWriter): FieldWriter => oneOf(() => [1, inner])

/** Any value: gnostic carries it as YAML, of which JSON is a part. */
export const any: FieldWriter = (writer, number, value) =>
  message(inner => text(inner, 2, `${JSON.stringify(value)}\n`))(writer, number, {})
