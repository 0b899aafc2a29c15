import { Backoff } from '../../src-main/base/backoff.ts'
import { type Clock, systemClock } from '../../src-main/base/clock.ts'
import { decodeFrame, encodeFrame } from '../../src-main/contract/codec.ts'
import type {
  CallName,
  DuplexName,
  InputOf,
  OutputOf,
  StreamName,
  UpOf,
} from '../../src-main/contract/contract.ts'
import { type Frame, limits, RemoteError } from '../../src-main/contract/frames.ts'
import { Store } from './store.ts'

export type ConnectionState = 'connecting' | 'open' | 'lost'

/** What a stream tells its reader. After `end` or `fail` nothing more comes. */
export interface Sink<T> {
  item(value: T): void
  end(): void
  fail(error: RemoteError): void
}

/** The sending half of a duplex. */
export interface DuplexHandle<Up> extends Disposable {
  /** Sends one message, as soon as the host has room for it. */
  push(value: Up): void
}

interface Open {
  sink: Sink<unknown>
  /** Items taken since the host last got credit. */
  taken: number
  /** Messages the host has room for, and those that wait for room. */
  room: number
  waiting: unknown[]
}

interface Pending {
  resolve(value: unknown): void
  reject(error: unknown): void
}

export interface ConnectionOptions {
  url: string
  /** The WebSocket's protocols, where the host asks for some. */
  protocols?: string[]
  clock?: Clock
  open?: (url: string) => WebSocket
}

/**
 * The one carrier between the window and the core: calls, streams and duplexes over a WebSocket. It connects by itself
 * and again with growing pauses. When it breaks, everything open fails with the code `closed`; calls are never sent
 * twice. Both ends come from one build, so what arrives has the contract's types and isn't checked again here.
 */
export class Connection implements Disposable {
  readonly state = new Store<ConnectionState>('connecting')
  readonly #url: string
  readonly #clock: Clock
  readonly #connect: (url: string) => WebSocket
  readonly #backoff: Backoff
  readonly #calls = new Map<number, Pending>()
  readonly #streams = new Map<number, Open>()
  #queued: Frame[] = []
  #socket: WebSocket | undefined
  #retry: Disposable | undefined
  #disposed = false
  #next = 0

  constructor({ url, protocols, clock = systemClock, open }: ConnectionOptions) {
    this.#url = url
    this.#clock = clock
    this.#connect = open ?? (target => new WebSocket(target, protocols))
    this.#backoff = new Backoff({ clock, initialMs: 250, maxMs: 5_000 })
    this.#dial()
  }

  /** Asks one question. Aborting the signal cancels it at the host too. */
  call<N extends CallName>(name: N, input: InputOf<N>, signal?: AbortSignal): Promise<OutputOf<N>> {
    return new Promise<unknown>((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (this.state.get() === 'lost') return reject(lost())
      const id = this.#next++
      const cancel = () => {
        this.#calls.delete(id)
        this.#send({ t: 'cancel', id })
        reject(signal?.reason)
      }
      const settle = () => signal?.removeEventListener('abort', cancel)
      signal?.addEventListener('abort', cancel, { once: true })
      this.#calls.set(id, {
        resolve: value => {
          settle()
          resolve(value)
        },
        reject: error => {
          settle()
          reject(error)
        },
      })
      this.#send({ t: 'call', id, m: name, p: input })
    }) as Promise<OutputOf<N>>
  }

  /** Opens a stream; disposing the result cancels it. */
  stream<N extends StreamName>(name: N, input: InputOf<N>, sink: Sink<OutputOf<N>>): Disposable {
    return this.#open(name, input, sink as Sink<unknown>)
  }

  /** Opens a stream that also takes messages. */
  duplex<N extends DuplexName>(
    name: N,
    input: InputOf<N>,
    sink: Sink<OutputOf<N>>,
  ): DuplexHandle<UpOf<N>> {
    return this.#open(name, input, sink as Sink<unknown>)
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    this.#retry?.[Symbol.dispose]()
    this.#socket?.close()
  }

  #open(m: string, p: unknown, sink: Sink<unknown>): DuplexHandle<unknown> {
    const id = this.#next++
    const open: Open = { sink, taken: 0, room: limits.credit, waiting: [] }
    if (this.state.get() === 'lost') queueMicrotask(() => sink.fail(lost()))
    else {
      this.#streams.set(id, open)
      this.#send({ t: 'open', id, m, p, credit: limits.credit })
    }
    return {
      push: value => {
        if (this.#streams.get(id) !== open) return
        if (open.room <= 0) open.waiting.push(value)
        else {
          open.room--
          this.#send({ t: 'push', id, v: value })
        }
      },
      [Symbol.dispose]: () => {
        if (this.#streams.delete(id)) this.#send({ t: 'cancel', id })
      },
    }
  }

  #send(frame: Frame): void {
    if (this.state.get() === 'open') this.#socket?.send(encodeFrame(frame))
    else if (this.state.get() === 'connecting') this.#queued.push(frame)
  }

  #dial(): void {
    const socket = this.#connect(this.#url)
    this.#socket = socket
    socket.binaryType = 'arraybuffer'
    socket.onopen = () => {
      this.#backoff.reset('')
      this.state.set('open')
      for (const frame of this.#queued.splice(0)) this.#send(frame)
    }
    socket.onmessage = event => {
      try {
        this.#receive(decodeFrame(new Uint8Array(event.data)))
      } catch (error) {
        socket.close(4002, 'unreadable frame')
        throw error
      }
    }
    socket.onclose = () => this.#lose()
  }

  #lose(): void {
    this.#queued = []
    this.state.set('lost')
    const error = lost()
    for (const { reject } of take(this.#calls)) reject(error)
    for (const { sink } of take(this.#streams)) sink.fail(error)
    if (this.#disposed) return
    this.#retry = this.#clock.after(this.#backoff.next(''), () => this.#dial())
  }

  #receive(frame: Frame): void {
    switch (frame.t) {
      case 'ok':
        this.#takeCall(frame.id)?.resolve(frame.r)
        break
      case 'err': {
        const error = new RemoteError(frame.code, frame.message)
        this.#takeCall(frame.id)?.reject(error)
        this.#takeStream(frame.id)?.fail(error)
        break
      }
      case 'item':
        this.#take(frame.id, frame.v)
        break
      case 'end':
        this.#takeStream(frame.id)?.end()
        break
      case 'credit':
        this.#grant(frame.id, frame.n)
        break
      default:
        throw new Error(`a host does not send ${frame.t}`)
    }
  }

  #take(id: number, value: unknown): void {
    const open = this.#streams.get(id)
    if (!open) return
    open.sink.item(value)
    if (++open.taken < limits.credit / 2) return
    this.#send({ t: 'credit', id, n: open.taken })
    open.taken = 0
  }

  #grant(id: number, n: number): void {
    const open = this.#streams.get(id)
    if (!open) return
    open.room += n
    for (const v of open.waiting.splice(0, open.room)) {
      open.room--
      this.#send({ t: 'push', id, v })
    }
  }

  #takeCall(id: number): Pending | undefined {
    const pending = this.#calls.get(id)
    this.#calls.delete(id)
    return pending
  }

  #takeStream(id: number): Sink<unknown> | undefined {
    const open = this.#streams.get(id)
    this.#streams.delete(id)
    return open?.sink
  }
}

const lost = () =>
  new RemoteError(
    'closed',
    "Slipway's core stopped answering. The window connects again by itself.",
  )

function take<T>(map: Map<number, T>): T[] {
  const values = [...map.values()]
  map.clear()
  return values
}
