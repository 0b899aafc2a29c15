import type { FromCluster, StepReport, ToCluster } from '#platform/cluster-messages.ts'
import { parentPort } from '#platform/parent-port.ts'

/** The channel to a supervising parent; without a parent, messages go nowhere. */
export class ParentChannel {
  readonly #monotonic: () => number
  readonly #port = parentPort()

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
    this.#listen(message => {
      if (message.type === 'ping') this.tell({ type: 'alive' })
    })
  }

  get isThere(): boolean {
    return this.#port.isOpen
  }

  tell(message: FromCluster): void {
    this.#port.post(message)
  }

  /** Runs a step of the start and reports it with its real time. */
  async step<T>(name: string, run: () => Promise<T>): Promise<T> {
    const started = this.#monotonic()
    const report = (state: StepReport['state'], detail?: string) => {
      const ms = Math.round(this.#monotonic() - started)
      this.tell({ type: 'step', step: { name, state, ms, ...(detail ? { detail } : {}) } })
    }
    report('running')
    try {
      const result = await run()
      report('done')
      return result
    } catch (error) {
      report('failed', error instanceof Error ? error.message : String(error))
      throw error
    }
  }

  /** Resolves when the parent asks for a stop or is gone, or a signal comes; the value says whether pods are to stop. */
  untilStopped(): Promise<{ stopPods: boolean }> {
    return new Promise(resolve => {
      this.#listen(message => {
        if (message.type === 'stop') resolve({ stopPods: message.stopPods })
      })
      this.#port.onClose(() => resolve({ stopPods: false }))
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.on(signal, () => resolve({ stopPods: false }))
      }
    })
  }

  #listen(listener: (message: ToCluster) => void): void {
    this.#port.onMessage(message => listener(message as ToCluster))
  }
}
