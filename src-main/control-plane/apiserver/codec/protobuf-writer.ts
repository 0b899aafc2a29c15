const encoder = new TextEncoder()

/** Writes protobuf's wire format into a buffer that grows. */
export class ProtobufWriter {
  #bytes = new Uint8Array(1024)
  #length = 0

  /** What was written so far, copied. */
  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.slice(0, this.#length)
  }

  /** A field's number and wire type: 0 varint, 1 eight bytes, 2 length-delimited. */
  tag(number: number, wireType: 0 | 1 | 2): void {
    this.varint(number * 8 + wireType)
  }

  /** Negative integers take ten bytes, as protobuf wants them. */
  varint(value: number): void {
    this.#reserve(10)
    if (value < 0) {
      let rest = BigInt.asUintN(64, BigInt(Math.trunc(value)))
      for (; rest > 127n; rest >>= 7n) this.#bytes[this.#length++] = Number(rest & 127n) | 128
      this.#bytes[this.#length++] = Number(rest)
      return
    }
    let rest = Math.trunc(value)
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest % 128) | 128
      rest = Math.floor(rest / 128)
    }
    this.#bytes[this.#length++] = rest
  }

  double(value: number): void {
    this.#reserve(8)
    new DataView(this.#bytes.buffer).setFloat64(this.#length, value, true)
    this.#length += 8
  }

  string(text: string): void {
    this.#reserve(text.length * 3 + 5)
    this.message(() => {
      this.#length += encoder.encodeInto(text, this.#bytes.subarray(this.#length)).written
    })
  }

  chunk(bytes: Uint8Array): void {
    this.varint(bytes.length)
    this.raw(bytes)
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** Writes what `write` writes with its length before it. */
  message(write: () => void): void {
    this.#reserve(1)
    const start = ++this.#length
    write()
    const size = this.#length - start
    if (size < 128) {
      this.#bytes[start - 1] = size
      return
    }
    this.#reserve(5)
    const extra = Math.floor(Math.log2(size) / 7)
    this.#bytes.copyWithin(start + extra, start, this.#length)
    const end = this.#length + extra
    this.#length = start - 1
    this.varint(size)
    this.#length = end
  }

  #reserve(length: number): void {
    if (this.#length + length <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + length))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}
