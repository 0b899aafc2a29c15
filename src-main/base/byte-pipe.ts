/** Bytes on their way from one writer to one reader; a writer that is far ahead waits. */
export class BytePipe implements AsyncIterable<Uint8Array> {
  readonly #chunks: Uint8Array[] = []
  readonly #limitBytes: number
  #size = 0
  #ended = false
  #error: unknown
  #readable: (() => void) | undefined
  #writable: (() => void) | undefined

  constructor(limitBytes = 1024 * 1024) {
    this.#limitBytes = limitBytes
  }

  /** Whether writers wait for the reader. */
  get isFull(): boolean {
    return this.#size > this.#limitBytes && !this.#ended
  }

  /** Resolves when more may be written; what comes after the reader left is dropped. */
  async write(bytes: Uint8Array): Promise<void> {
    if (this.#ended || !bytes.length) return
    this.#chunks.push(bytes)
    this.#size += bytes.length
    this.#readable?.()
    while (this.isFull)
      await new Promise<void>(resolve => {
        this.#writable = resolve
      })
  }

  end(error?: unknown): void {
    this.#ended = true
    this.#error ??= error
    this.#readable?.()
    this.#writable?.()
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array, void, void> {
    try {
      for (;;) {
        const chunk = this.#chunks.shift()
        if (chunk) {
          this.#size -= chunk.length
          this.#writable?.()
          yield chunk
        } else if (this.#ended) {
          if (this.#error !== undefined) throw this.#error
          return
        } else
          await new Promise<void>(resolve => {
            this.#readable = resolve
          })
      }
    } finally {
      this.end()
    }
  }
}
