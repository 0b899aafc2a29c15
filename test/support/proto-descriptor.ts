import { ProtobufReader } from '#control-plane/apiserver/codec/protobuf-reader.ts'

/** A message as a `.proto` file declares it. */
export interface MessageDescriptor {
  name: string
  fields: Map<number, FieldDescriptor>
  /** Whether one of the fields is present, not several. */
  isOneOf: boolean
}

export interface FieldDescriptor {
  name: string
  isRepeated: boolean
  /** As `descriptor.proto` numbers types: 1 double, 3 int64, 8 bool, 9 string, 11 message. */
  type: number
  /** The name of a message, without its package. */
  message: string
}

/** The messages of a `.proto` file that a Go program carries the description of, by name. */
export function readDescriptor(program: Buffer, file: string): Map<string, MessageDescriptor> {
  const start = Buffer.concat([Buffer.from([10, file.length]), Buffer.from(file)])
  const at = program.indexOf(start)
  const end = program.indexOf('b\x06proto3', at, 'latin1')
  if (at < 0 || end < 0) throw new Error(`the program has no description of ${file}`)
  const messages = new Map<string, MessageDescriptor>()
  readFields(new ProtobufReader(program, at, end), (number, reader) => {
    if (number !== 4) return false
    const message = reader.message(readMessage)
    messages.set(message.name, message)
    return true
  })
  return messages
}

function readMessage(reader: ProtobufReader): MessageDescriptor {
  const message: MessageDescriptor = { name: '', fields: new Map(), isOneOf: false }
  readFields(reader, (number, inner) => {
    if (number === 1) message.name = inner.string()
    else if (number === 2) message.fields.set(...inner.message(readField))
    else if (number === 8) message.isOneOf = inner.chunk().length > 0
    else return false
    return true
  })
  return message
}

function readField(reader: ProtobufReader): [number, FieldDescriptor] {
  const field: FieldDescriptor = { name: '', isRepeated: false, type: 0, message: '' }
  let number = 0
  readFields(reader, (of, inner) => {
    if (of === 1) field.name = inner.string()
    else if (of === 3) number = inner.varint()
    else if (of === 4) field.isRepeated = inner.varint() === 3
    else if (of === 5) field.type = inner.varint()
    else if (of === 6) field.message = inner.string().split('.').at(-1) ?? ''
    else return false
    return true
  })
  return [number, field]
}

/** Reads a message's fields with `read`; steps over those that it says it didn't read. */
export function readFields(
  reader: ProtobufReader,
  read: (number: number, reader: ProtobufReader, wireType: number) => boolean,
): void {
  while (!reader.done) {
    const tag = reader.varint()
    if (!read(tag >> 3, reader, tag & 7)) reader.skip(tag & 7)
  }
}
