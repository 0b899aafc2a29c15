import { BytePipe } from '#base/byte-pipe.ts'
import type { ByteStream } from '#base/streams.ts'
import { type Frame, resetStatus } from './frames.ts'
import type { SpdyHeaders } from './header-blocks.ts'

/** What a stream may buffer before the whole connection waits for its reader. */
const maxUnreadBytes = 256 * 1024
/** Data frames of ours carry no more than this, so that streams take turns. */
const maxDataBytes = 32 * 1024

/** One of the streams of a SPDY connection. Both directions end on their own; a reset ends both. */
export class SpdyStream implements ByteStream {
  readonly id: number
  readonly headers: SpdyHeaders
  readonly readable: BytePipe = new BytePipe(maxUnreadBytes)
  readonly #send: (frame: Exclude<Frame, { type: 'other' }>) => Promise<void>
  readonly #onClosed: (stream: SpdyStream) => void
  readonly #gone = new AbortController()
  #sending = true
  #receiving = true

  constructor(
    id: number,
    headers: SpdyHeaders,
    wire: {
      send(frame: Exclude<Frame, { type: 'other' }>): Promise<void>
      closed(stream: SpdyStream): void
    },
  ) {
    this.id = id
    this.headers = headers
    this.#send = wire.send
    this.#onClosed = wire.closed
  }

  /** Aborts when the stream was reset or its connection ended: nobody reads any more. */
  get signal(): AbortSignal {
    return this.#gone.signal
  }

  async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; at += maxDataBytes) {
      if (!this.#sending) throw new Error('the SPDY stream is closed')
      const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
      const part = piece.subarray(at, at + maxDataBytes)
      await this.#send({ type: 'data', streamId: this.id, bytes: part, fin: false })
    }
  }

  end(): void {
    if (!this.#sending) return
    this.#sending = false
    const fin: Frame = { type: 'data', streamId: this.id, bytes: Buffer.alloc(0), fin: true }
    this.#send(fin).catch(() => {})
    this.#finishWhenDone()
  }

  close(): void {
    this.reset(resetStatus.cancel)
  }

  reset(status: number): void {
    if (!this.#sending && !this.#receiving) return
    this.#send({ type: 'rstStream', streamId: this.id, status }).catch(() => {})
    this.ended(new Error('the SPDY stream is closed'))
  }

  /** Takes what the peer sent; resolves when it may send more. */
  async received(bytes: Uint8Array, fin: boolean): Promise<void> {
    if (!this.#receiving) return
    await this.readable.write(bytes)
    if (!fin) return
    this.#receiving = false
    this.readable.end()
    this.#finishWhenDone()
  }

  /** Both directions are over, because of a reset or the connection's end. */
  ended(why: Error): void {
    this.readable.end(this.#receiving ? why : undefined)
    this.#sending = false
    this.#receiving = false
    this.#finishWhenDone()
    this.#gone.abort(why)
  }

  #finishWhenDone(): void {
    if (!this.#sending && !this.#receiving) this.#onClosed(this)
  }
}
