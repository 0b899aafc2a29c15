import type { Socket } from 'node:net'
import { Backoff } from '#base/backoff.ts'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Entrance } from './forwarded-headers.ts'
import type { IngressPorts, OpenPort, Scheme } from './ingress-ports.ts'

export interface EntranceOptions {
  ports: IngressPorts
  /** Makes the server behind an entrance; what it returns gets every connection. */
  serve(entrance: Entrance): Promise<(socket: Socket) => void>
  /** Ports were opened or closed. */
  onChange(): void
  clock: Clock
  logger: Logger
}

const schemes = ['http', 'https'] as const

/** Keeps the listeners open that are wanted: none while there is no ingress, so that nobody's port is taken for nothing. */
export class IngressEntrances implements AsyncDisposable {
  readonly #options: EntranceOptions
  readonly #open = new Map<Scheme, OpenPort>()
  readonly #backoff: Backoff
  readonly #failures = new Map<Scheme, string>()
  #wanted: ReadonlySet<Scheme> = new Set()
  #turn = Promise.resolve()
  #retry: Disposable | undefined

  constructor(options: EntranceOptions) {
    this.#options = options
    this.#backoff = new Backoff({ clock: options.clock, initialMs: 1000, maxMs: 60_000 })
  }

  want(wanted: ReadonlySet<Scheme>): void {
    this.#wanted = wanted
    this.#retry?.[Symbol.dispose]()
    this.#turn = this.#turn.then(() => this.#reconcile())
  }

  /** The port of a scheme, and why it isn't the usual one; undefined while it isn't open. */
  get(scheme: Scheme): { port: number; reason: string | undefined } | undefined {
    const open = this.#open.get(scheme)
    return open && { port: open.listener.port, reason: open.reason }
  }

  /** Why a scheme that is wanted isn't served; it is tried again. */
  failure(scheme: Scheme): string | undefined {
    return this.#failures.get(scheme)
  }

  /** Resolves when everything that was wanted is open, or has failed once. */
  settled(): Promise<void> {
    return this.#turn
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.want(new Set())
    const open = [...this.#open.values()]
    await this.#turn
    await Promise.all(open.map(({ listener }) => listener[Symbol.asyncDispose]()))
  }

  async #reconcile(): Promise<void> {
    let isChanged = false
    for (const scheme of schemes) {
      const open = this.#open.get(scheme)
      if (this.#wanted.has(scheme) === (open !== undefined)) continue
      isChanged = true
      this.#failures.delete(scheme)
      if (open) {
        open.listener.close()
        this.#open.delete(scheme)
      } else await this.#tryOpen(scheme)
    }
    if (isChanged) this.#options.onChange()
  }

  async #tryOpen(scheme: Scheme): Promise<void> {
    const { ports, clock, logger } = this.#options
    try {
      let accept: (socket: Socket) => void = socket => socket.destroy()
      const open = await ports.open(scheme, socket => accept(socket))
      accept = await this.#serve(scheme, open)
      this.#open.set(scheme, open)
      this.#backoff.reset(scheme)
    } catch (error) {
      const text = errorMessage(error)
      this.#failures.set(scheme, text)
      logger.warn('ingresses cannot be served; it is tried again', { error: text })
      this.#retry = clock.after(this.#backoff.next(scheme), () => this.want(this.#wanted))
    }
  }

  /** Closes the listener again when there can be no server behind it. */
  async #serve(scheme: Scheme, { listener }: OpenPort): Promise<(socket: Socket) => void> {
    try {
      return await this.#options.serve({ scheme, port: listener.port })
    } catch (error) {
      listener.close()
      throw error
    }
  }
}
