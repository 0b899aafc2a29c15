import { Backoff } from '#base/backoff.ts'
import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { findPortHolder } from '#platform/ports.ts'
import { BackendPicker } from './backend-picker.ts'
import type { ServicePort } from './service-ports.ts'
import { type Dial, TcpForward } from './tcp-forward.ts'
import { UdpForward } from './udp-forward.ts'

interface Listener {
  /** `namespace/name` of the service that has the port. */
  service: string
  picker: BackendPicker
  hasBackends: boolean
  open: TcpForward | UdpForward | undefined
  /** One thing at a time: opening, closing. */
  turn: Promise<void>
  retry: Disposable | undefined
}

/**
 * Serves node ports and load balancers on localhost, from this process, which kernel rules can't. A port whose service has
 * no ready endpoint isn't listened on, so that connections are refused at once.
 */
export class LocalhostForwarder implements AsyncDisposable {
  readonly #options: { dial: Dial; clock: Clock; logger: Logger }
  readonly #listeners = new Map<string, Listener>()
  readonly #backoff: Backoff

  constructor(options: { dial: Dial; clock: Clock; logger: Logger }) {
    this.#options = options
    this.#backoff = new Backoff({ clock: options.clock, initialMs: 1000, maxMs: 60_000 })
  }

  /** Says which ports a service has now; none mean that it is gone. */
  set(service: string, ports: readonly ServicePort[]): void {
    const wanted = new Map(
      ports.flatMap(port => localPorts(port).map(number => [`${port.protocol}/${number}`, port])),
    )
    for (const [key, listener] of this.#listeners) {
      if (listener.service === service && !wanted.has(key)) void this.#remove(key, listener)
    }
    for (const [key, port] of wanted) this.#take(key, service, port)
  }

  /** Resolves when every port is as it was set, or has failed once. */
  async settled(): Promise<void> {
    await Promise.all([...this.#listeners.values()].map(({ turn }) => turn))
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(
      [...this.#listeners].map(async ([key, listener]) => {
        const { turn } = listener
        await this.#remove(key, listener)
        await turn
        await listener.open?.[Symbol.asyncDispose]()
      }),
    )
  }

  #take(key: string, service: string, port: ServicePort): void {
    let listener = this.#listeners.get(key)
    if (listener && listener.service !== service) {
      this.#options.logger.warn('a port of localhost is wanted twice', {
        port: key,
        holder: listener.service,
        service,
      })
      return
    }
    if (!listener) {
      const picker = new BackendPicker(this.#options.clock)
      const turn = Promise.resolve()
      listener = { service, picker, hasBackends: false, open: undefined, turn, retry: undefined }
      this.#listeners.set(key, listener)
    }
    listener.picker.set(port.backends, port.affinitySeconds)
    listener.hasBackends = port.backends.length > 0
    this.#reconcile(key, listener)
  }

  #remove(key: string, listener: Listener): Promise<void> {
    this.#listeners.delete(key)
    listener.hasBackends = false
    this.#reconcile(key, listener)
    return listener.turn
  }

  #reconcile(key: string, listener: Listener): void {
    listener.retry?.[Symbol.dispose]()
    listener.retry = undefined
    listener.turn = listener.turn.then(async () => {
      if (listener.hasBackends === (listener.open !== undefined)) return
      if (!listener.hasBackends) {
        const { open } = listener
        listener.open = undefined
        await open?.close()
        return
      }
      await this.#open(key, listener)
    })
  }

  async #open(key: string, listener: Listener): Promise<void> {
    const { clock, logger, dial } = this.#options
    const [protocol, number] = key.split('/')
    const { picker, service } = listener
    try {
      listener.open =
        protocol === 'udp'
          ? await UdpForward.open(Number(number), { picker, clock })
          : await TcpForward.open(Number(number), { picker, dial, logger })
      this.#backoff.reset(key)
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException
      const holder = code === 'EADDRINUSE' ? await findPortHolder(Number(number)) : undefined
      logger.warn('a service cannot have its port on localhost; it is tried again', {
        service,
        port: key,
        error: errorMessage(error),
        ...(holder ? { holder: `${holder.program} (process ${holder.pid})` } : {}),
      })
      listener.retry = clock.after(this.#backoff.next(key), () => this.#reconcile(key, listener))
    }
  }
}

function localPorts({ nodePort, isLoadBalancer, port }: ServicePort): number[] {
  const ports = [...(nodePort ? [nodePort] : []), ...(isLoadBalancer ? [port] : [])]
  return [...new Set(ports)]
}
