import type { FromCluster, StepReport, ToCluster } from '#platform/cluster-messages.ts'

/** The IPC channel to a supervising parent; without a parent, messages go nowhere. */
export class ParentChannel {
  readonly #monotonic: () => number

  constructor(monotonic: () => number) {
    this.#monotonic = monotonic
    process.on('message', (message: ToCluster) => {
      if (message.type === 'ping') this.tell({ type: 'alive' })
    })
  }

  get isThere(): boolean {
    return process.connected === true
  }

  tell(message: FromCluster): void {
    if (process.connected) process.send?.(message, undefined, undefined, () => {})
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
      process.on('message', (message: ToCluster) => {
        if (message.type === 'stop') resolve({ stopPods: message.stopPods })
      })
      process.once('disconnect', () => resolve({ stopPods: false }))
      for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
        process.on(signal, () => resolve({ stopPods: false }))
      }
    })
  }
}
