import type { ByteStream } from '#base/streams.ts'
import { encodeFrame, type Frame, FrameParser, goAwayStatus, resetStatus } from './frames.ts'
import { HeaderReader, HeaderWriter, type SpdyHeaders } from './header-blocks.ts'
import { SpdyStream } from './spdy-stream.ts'

/** More streams at once than any client of ours needs. */
const maxStreams = 2000

export interface SpdyHandlers {
  /** Throws for a stream that is to be refused. */
  accept(headers: SpdyHeaders): void
  /** An accepted stream; the client knows by then, and may be written to. */
  opened(stream: SpdyStream): void
}

/**
 * The server's side of a SPDY/3.1 connection, on which the client opens streams.
 *
 * Go clients neither send nor heed WINDOW_UPDATE (moby/spdystream#2), so there is no flow control by stream: a stream
 * that isn't read holds the carrier back, and writes wait for the carrier.
 */
export class SpdyConnection {
  readonly #carrier: ByteStream
  readonly #handlers: SpdyHandlers
  readonly #streams = new Map<number, SpdyStream>()
  readonly #headersIn = new HeaderReader()
  readonly #headersOut = new HeaderWriter()
  #lastStreamId = 0
  #isClosed = false
  /** Resolves when the connection is over, whoever ended it. */
  readonly ended: Promise<void>

  constructor(carrier: ByteStream, handlers: SpdyHandlers) {
    this.#carrier = carrier
    this.#handlers = handlers
    this.ended = this.#run()
  }

  /** Says goodbye and closes the carrier. */
  close(): void {
    if (this.#isClosed) return
    const sent = this.#sayGoodbye(goAwayStatus.ok)
    this.#isClosed = true
    this.#endStreams()
    void sent.then(() => this.#carrier.close())
  }

  async #sayGoodbye(status: number): Promise<void> {
    const lastStreamId = this.#lastStreamId
    await this.#send({ type: 'goAway', lastStreamId, status }).catch(() => {})
  }

  async #run(): Promise<void> {
    const parser = new FrameParser()
    try {
      for await (const bytes of this.#carrier.readable)
        if (!(await this.#take(parser, bytes))) break
    } catch {
      // A carrier that broke has nobody left to tell.
    }
    this.#isClosed = true
    this.#endStreams()
    this.#carrier.close()
    this.#headersIn[Symbol.dispose]()
    this.#headersOut[Symbol.dispose]()
  }

  /** False when the client breaks the protocol; it has been told by then, since leaving the carrier closes it. */
  async #take(parser: FrameParser, bytes: Uint8Array): Promise<boolean> {
    try {
      for (const frame of parser.push(bytes)) await this.#receive(frame)
      return true
    } catch {
      await this.#sayGoodbye(goAwayStatus.protocolError)
      return false
    }
  }

  async #receive(frame: Frame): Promise<void> {
    switch (frame.type) {
      case 'synStream':
        return this.#open(frame)
      case 'data': {
        const stream = this.#streams.get(frame.streamId)
        return stream?.received(frame.bytes, frame.fin)
      }
      case 'rstStream':
        return this.#streams.get(frame.streamId)?.ended(new Error('the client reset the stream'))
      case 'synReply':
      case 'headers':
        await this.#headersIn.read(frame.block)
        if (frame.fin) await this.#streams.get(frame.streamId)?.received(Buffer.alloc(0), true)
        return
      case 'ping':
        // Even ids would be answers to pings of ours.
        if (frame.id % 2) await this.#send(frame)
        return
    }
  }

  async #open(frame: Extract<Frame, { type: 'synStream' }>): Promise<void> {
    const { streamId } = frame
    const headers = await this.#headersIn.read(frame.block)
    if (streamId % 2 === 0 || streamId <= this.#lastStreamId)
      throw new Error(`SPDY stream ${streamId} comes out of order`)
    this.#lastStreamId = streamId
    try {
      if (this.#streams.size >= maxStreams) throw new Error('too many SPDY streams')
      this.#handlers.accept(headers)
    } catch {
      await this.#send({ type: 'rstStream', streamId, status: resetStatus.refusedStream })
      return
    }
    const stream = new SpdyStream(streamId, headers, {
      send: outgoing => this.#send(outgoing),
      closed: ({ id }) => this.#streams.delete(id),
    })
    this.#streams.set(streamId, stream)
    const block = await this.#headersOut.write(new Map())
    await this.#send({ type: 'synReply', streamId, block, fin: false })
    this.#handlers.opened(stream)
    if (frame.fin) await stream.received(Buffer.alloc(0), true)
  }

  async #send(frame: Exclude<Frame, { type: 'other' }>): Promise<void> {
    if (this.#isClosed) throw new Error('the SPDY connection is closed')
    await this.#carrier.write(encodeFrame(frame))
  }

  #endStreams(): void {
    for (const stream of [...this.#streams.values()])
      stream.ended(new Error('the connection is closed'))
  }
}
