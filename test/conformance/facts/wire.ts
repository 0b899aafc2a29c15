/** A field on protobuf's wire: a varint or a fixed 64-bit number as a number, everything else as bytes. */
export interface WireField {
  number: number
  value: number | Uint8Array
}

/** Writes one field: numbers as varints, or with `fixed64` as doubles. */
export function wireField(number: number, value: number | Uint8Array, fixed64 = false): Buffer {
  if (typeof value !== 'number')
    return Buffer.concat([varint(number * 8 + 2), varint(value.length), value])
  if (!fixed64) return Buffer.concat([varint(number * 8), varint(value)])
  const bytes = Buffer.alloc(8)
  bytes.writeDoubleLE(value)
  return Buffer.concat([varint(number * 8 + 1), bytes])
}

function varint(value: number): Buffer {
  const bytes: number[] = []
  let rest = BigInt.asUintN(64, BigInt(value))
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128)
  return Buffer.from([...bytes, Number(rest)])
}

/** Reads the fields of a message in their order. */
export function wireFields(bytes: Uint8Array): WireField[] {
  const fields: WireField[] = []
  let at = 0
  const read = (): number => {
    let result = 0n
    for (let shift = 0n; ; shift += 7n) {
      const byte = bytes[at++]
      if (byte === undefined) throw new Error('a varint goes beyond its message')
      result |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, result))
    }
  }
  while (at < bytes.length) {
    const tag = read()
    const [number, type] = [tag >> 3, tag & 7]
    if (type === 0) fields.push({ number, value: read() })
    else if (type === 1) {
      fields.push({ number, value: Buffer.from(bytes.subarray(at, at + 8)).readDoubleLE() })
      at += 8
    } else if (type === 2) {
      const length = read()
      if (at + length > bytes.length) throw new Error(`field ${number} goes beyond its message`)
      fields.push({ number, value: bytes.subarray(at, at + length) })
      at += length
    } else throw new Error(`field ${number} has wire type ${type}`)
  }
  return fields
}
