/** The parts of the Distinguished Encoding Rules (ITU-T X.690) that certificates are written in. */

const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
}

const write = (type: number, content: Uint8Array): Buffer =>
  Buffer.concat([Buffer.from([type, ...lengthOf(content)]), content])

function lengthOf({ length }: Uint8Array): number[] {
  if (length < 0x80) return [length]
  const bytes: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff)
  return [0x80 | bytes.length, ...bytes]
}

export const sequence = (...parts: Uint8Array[]): Buffer =>
  write(tag.sequence, Buffer.concat(parts))
export const set = (...parts: Uint8Array[]): Buffer => write(tag.set, Buffer.concat(parts))
export const octetString = (content: Uint8Array): Buffer => write(tag.octetString, content)
export const utf8String = (text: string): Buffer => write(tag.utf8String, Buffer.from(text))
export const truth = (): Buffer => write(tag.boolean, Buffer.from([0xff]))

/** A positive number, its bytes in network order. */
export function integer(bytes: Uint8Array): Buffer {
  const [first = 0] = bytes
  return write(tag.integer, first & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes)
}

/** `unused`: how many bits of the last byte do not count. */
export const bitString = (bytes: Uint8Array, unused = 0): Buffer =>
  write(tag.bitString, Buffer.concat([Buffer.from([unused]), bytes]))

/** An object identifier, written with dots. */
export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return write(tag.objectIdentifier, Buffer.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const bytes = [value & 0x7f]
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift((rest & 0x7f) | 0x80)
  return bytes
}

/** A time in milliseconds since the epoch, in the form that RFC 5280 §4.1.2.5 asks for: whole seconds, UTC. */
export function time(ms: number): Buffer {
  const digits = `${new Date(ms).toISOString().slice(0, 19).replace(/[-:T]/g, '')}Z`
  const year = Number(digits.slice(0, 4))
  return year < 2050
    ? write(tag.utcTime, Buffer.from(digits.slice(2)))
    : write(tag.generalizedTime, Buffer.from(digits))
}

/** A part that only its number in the structure names; `constructed` when it holds parts of its own. */
export const tagged = (
  number: number,
  content: Uint8Array,
  kind: 'constructed' | 'primitive',
): Buffer => write((kind === 'constructed' ? 0xa0 : 0x80) | number, content)

/** The parts of a structure, each with its tag and length. Throws when it is cut short. */
export function partsOf(structure: Uint8Array): Buffer[] {
  const { start, end } = extent(structure, 0)
  const parts: Buffer[] = []
  for (let at = start; at < end; ) {
    const part = extent(structure, at)
    parts.push(Buffer.from(structure.subarray(at, part.end)))
    at = part.end
  }
  return parts
}

function extent(bytes: Uint8Array, at: number): { start: number; end: number } {
  const first = bytes[at + 1] ?? 0
  const more = first & 0x80 ? first & 0x7f : 0
  const start = at + 2 + more
  const length = more
    ? bytes.subarray(at + 2, start).reduce((sum, byte) => sum * 256 + byte, 0)
    : first
  const end = start + length
  if (end > bytes.length) throw new Error('a DER structure is cut short')
  return { start, end }
}
