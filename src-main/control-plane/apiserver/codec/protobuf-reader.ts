const utf8 = new TextDecoder('utf-8', { fatal: true })

/** A protobuf body that can't be read. */
export class ProtobufError extends Error {
  override readonly name = 'ProtobufError'
}

/** Reads protobuf's wire format. Every read is checked against the end of the message it is in. */
export class ProtobufReader {
  readonly bytes: Uint8Array
  position: number
  end: number

  constructor(bytes: Uint8Array, position = 0, end = bytes.length) {
    this.bytes = bytes
    this.position = position
    this.end = end
  }

  /** A base-128 integer; negative ones come as 64-bit two's complement. */
  varint(): number {
    let result = 0
    let scale = 1
    for (let count = 0; count < 7; count++) {
      const byte = this.#byte()
      result += (byte & 127) * scale
      if (byte < 128) return result
      scale *= 128
    }
    return this.#longVarint(BigInt(result))
  }

  #longVarint(low: bigint): number {
    let result = low
    for (let shift = 49n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      result |= BigInt(byte & 127) << shift
      if (byte < 128) return Number(BigInt.asIntN(64, result))
    }
    throw new ProtobufError('proto: integer overflow')
  }

  double(): number {
    const at = this.#skip(8)
    return new DataView(this.bytes.buffer, this.bytes.byteOffset + at, 8).getFloat64(0, true)
  }

  /** The bytes of a length-delimited field, not copied. */
  chunk(): Uint8Array {
    const length = this.#length()
    const at = this.#skip(length)
    return this.bytes.subarray(at, at + length)
  }

  string(): string {
    const length = this.#length()
    const at = this.#skip(length)
    if (length < 24) {
      let text = ''
      for (let index = at; index < at + length; index++) {
        const byte = this.bytes[index] ?? 0
        if (byte > 127) return this.#decode(at, length)
        text += String.fromCharCode(byte)
      }
      return text
    }
    return this.#decode(at, length)
  }

  #decode(at: number, length: number): string {
    try {
      return utf8.decode(this.bytes.subarray(at, at + length))
    } catch {
      throw new ProtobufError('proto: string field contains invalid UTF-8')
    }
  }

  /** Runs `read` on the length-delimited message that begins here. */
  message<T>(read: (reader: ProtobufReader) => T): T {
    const length = this.#length()
    const outer = this.end
    const end = this.position + length
    if (end > outer) throw new ProtobufError('unexpected EOF')
    this.end = end
    const result = read(this)
    this.position = end
    this.end = outer
    return result
  }

  get done(): boolean {
    return this.position >= this.end
  }

  /** Steps over a field of the given wire type. */
  skip(wireType: number): void {
    if (wireType === 0) this.varint()
    else if (wireType === 1) this.#skip(8)
    else if (wireType === 2) this.#skip(this.#length())
    else if (wireType === 5) this.#skip(4)
    else throw new ProtobufError(`proto: illegal wireType ${wireType}`)
  }

  #length(): number {
    const length = this.varint()
    if (length < 0) throw new ProtobufError('proto: negative length found during unmarshaling')
    return length
  }

  #skip(length: number): number {
    const at = this.position
    if (at + length > this.end) throw new ProtobufError('unexpected EOF')
    this.position = at + length
    return at
  }

  #byte(): number {
    if (this.position >= this.end) throw new ProtobufError('unexpected EOF')
    return this.bytes[this.position++] ?? 0
  }
}
