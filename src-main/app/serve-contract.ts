import { AsyncQueue } from '#base/async-queue.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { ownValue } from '#base/own-value.ts'
import { decodeFrame, encodeFrame } from '#contract/codec.ts'
import { contract, type Handlers } from '#contract/contract.ts'
import type { Entry } from '#contract/define.ts'
import { type ErrorCode, type Frame, limits, RemoteError } from '#contract/frames.ts'

/** One connection to a window, message by message. */
export interface Wire {
  send(bytes: Uint8Array): void
  /** Ends the connection; the code is a WebSocket close code. */
  close(code: number, reason: string): void
}

interface Session {
  readonly abort: AbortController
  readonly entry: Entry
  readonly up: AsyncQueue<unknown>
  credit: number
  wake: (() => void) | undefined
}

const entries: Record<string, Entry> = contract
type AnyHandler = (
  input: unknown,
  signal: AbortSignal,
  up: AsyncIterable<unknown>,
) => Promise<unknown> | AsyncIterable<unknown>

/**
 * Serves the contract on one connection: checks every message, hands it to its handler, sends only what the reader has
 * room for. Errors cross as a code and a message, never with a stack.
 */
export class ContractServer {
  readonly #wire: Wire
  readonly #handlers: Handlers
  readonly #logger: Logger
  readonly #sessions = new Map<number, Session>()

  constructor(wire: Wire, handlers: Handlers, logger: Logger) {
    this.#wire = wire
    this.#handlers = handlers
    this.#logger = logger
  }

  /** How many calls, streams and duplexes are open. */
  get open(): number {
    return this.#sessions.size
  }

  /** Takes a message from the window. What is not a frame ends the connection. */
  receive(bytes: Uint8Array): void {
    let frame: Frame
    try {
      frame = decodeFrame(bytes)
    } catch {
      this.#wire.close(1008, 'malformed frame')
      return
    }
    const session = this.#sessions.get(frame.id)
    switch (frame.t) {
      case 'call':
      case 'open':
        this.#start(frame)
        return
      case 'cancel':
        session?.abort.abort()
        session?.up.close()
        session?.wake?.()
        return
      case 'credit':
        if (!session) return
        session.credit += frame.n
        session.wake?.()
        return
      case 'push':
        if (session) this.#push(frame.id, session, frame.v)
        return
      default:
        this.#wire.close(1008, `a window does not send ${frame.t}`)
    }
  }

  /** The connection is gone: everything that was open is cancelled. */
  closed(): void {
    for (const session of this.#sessions.values()) {
      session.abort.abort()
      session.up.close()
      session.wake?.()
    }
  }

  #start(frame: Extract<Frame, { t: 'call' | 'open' }>): void {
    const { id, m: method } = frame
    const entry = ownValue(entries, method)
    const input = entry?.in.safeParse(frame.p)
    if (!entry || (entry.type === 'call') !== (frame.t === 'call')) {
      this.#fail(id, 'no_method', `there is no ${frame.t} ${method}`)
    } else if (this.#sessions.has(id) || this.#sessions.size >= limits.open) {
      this.#fail(id, 'too_many', 'too many requests are open on this connection')
    } else if (!input?.success) {
      this.#fail(id, 'bad_input', `${method}: ${input?.error.message}`)
    } else {
      const session: Session = {
        abort: new AbortController(),
        entry,
        up: new AsyncQueue(limits.credit * 2),
        credit: frame.t === 'open' ? frame.credit : 0,
        wake: undefined,
      }
      this.#sessions.set(id, session)
      void this.#run(id, method, session, input.data)
    }
  }

  async #run(id: number, method: string, session: Session, input: unknown): Promise<void> {
    const handler = this.#handlers[method as keyof Handlers] as unknown as AnyHandler
    const { signal } = session.abort
    try {
      const result = handler(input, signal, this.#acknowledged(id, session))
      if (session.entry.type === 'call') this.#send({ t: 'ok', id, r: await result })
      else await this.#stream(id, session, result as AsyncIterable<unknown>)
    } catch (error) {
      if (signal.aborted || isAbort(error)) this.#fail(id, 'cancelled', 'cancelled')
      else {
        this.#logger.debug('a request of the window failed', { method, error })
        this.#fail(id, error instanceof RemoteError ? error.code : 'failed', errorMessage(error))
      }
    } finally {
      session.up.close()
      this.#sessions.delete(id)
    }
  }

  async #stream(id: number, session: Session, items: AsyncIterable<unknown>): Promise<void> {
    for await (const item of items) {
      while (session.credit <= 0 && !session.abort.signal.aborted) {
        await new Promise<void>(resolve => {
          session.wake = resolve
        })
      }
      if (session.abort.signal.aborted) return
      session.credit--
      this.#send({ t: 'item', id, v: item })
    }
    this.#send({ t: 'end', id })
  }

  #push(id: number, session: Session, value: unknown): void {
    const message = session.entry.type === 'duplex' ? session.entry.up.safeParse(value) : undefined
    if (!message?.success) {
      this.#fail(id, 'bad_input', 'a message that was not expected here')
    } else if (!session.up.push(message.data) && !session.up.ended) {
      session.abort.abort()
      this.#fail(id, 'too_many', 'more was sent than there was room for')
    }
  }

  /** What the window pushed, with new room announced as it is consumed. */
  async *#acknowledged(id: number, session: Session): AsyncGenerator<unknown, void, void> {
    let taken = 0
    for await (const message of session.up) {
      yield message
      if (++taken < limits.credit / 2) continue
      this.#send({ t: 'credit', id, n: taken })
      taken = 0
    }
  }

  #fail(id: number, code: ErrorCode | string, message: string): void {
    this.#send({ t: 'err', id, code, message: message.slice(0, 4000) })
  }

  #send(frame: Frame): void {
    this.#wire.send(encodeFrame(frame))
  }
}
