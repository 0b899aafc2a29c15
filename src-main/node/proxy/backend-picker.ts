import type { Clock } from '#base/clock.ts'
import type { Backend } from './service-ports.ts'

const maxClients = 4096

/** Spreads connections over backends in turn; with an affinity, a client stays with its own while it is there. */
export class BackendPicker {
  readonly #clock: Clock
  readonly #clients = new Map<string, { backend: Backend; until: number }>()
  #backends: readonly Backend[] = []
  #affinityMs: number | undefined
  #turn = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  set(backends: readonly Backend[], affinitySeconds: number | undefined): void {
    this.#backends = backends
    this.#affinityMs = affinitySeconds === undefined ? undefined : affinitySeconds * 1000
  }

  /** Backends in the order in which to try them; the first counts as chosen. */
  order(client: string): Backend[] {
    const count = this.#backends.length
    if (!count) return []
    const start = this.#findOwn(client) ?? this.#turn++ % count
    const order = [...this.#backends.slice(start), ...this.#backends.slice(0, start)]
    this.#remember(client, order[0])
    return order
  }

  #findOwn(client: string): number | undefined {
    const known = this.#clients.get(client)
    if (this.#affinityMs === undefined || !known || known.until < this.#clock.monotonic()) {
      return undefined
    }
    const index = this.#backends.findIndex(
      ({ address, port }) => address === known.backend.address && port === known.backend.port,
    )
    return index < 0 ? undefined : index
  }

  #remember(client: string, backend: Backend | undefined): void {
    if (this.#affinityMs === undefined || !backend) return
    this.#clients.delete(client)
    this.#clients.set(client, { backend, until: this.#clock.monotonic() + this.#affinityMs })
    const [oldest] = this.#clients.keys()
    if (this.#clients.size > maxClients && oldest !== undefined) this.#clients.delete(oldest)
  }
}
