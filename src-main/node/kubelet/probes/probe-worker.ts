import type { Clock } from '#base/clock.ts'
import type { Probe } from '#kubernetes/api/core-v1.ts'
import type { ProbeResult } from './run-probe.ts'

export interface ProbeWorkerOptions {
  clock: Clock
  probe: Probe
  /** When the container started, in milliseconds since the epoch. */
  startedAt: number
  /** What counts until the probe decides otherwise. */
  initially: boolean
  run(): Promise<ProbeResult>
  /** Every single run that wasn't a success. */
  onFailure(result: ProbeResult): void
  /** The decision changed: after so many successes or failures in a row as the probe's thresholds say. */
  onChange(passing: boolean): void
}

/** Runs one probe of one running container over and over, on its period. */
export class ProbeWorker implements Disposable {
  readonly #options: ProbeWorkerOptions
  #passing: boolean
  #decided = false
  #last: ProbeResult['outcome'] | undefined
  #inARow = 0
  #timer: Disposable | undefined
  #stopped = false

  constructor(options: ProbeWorkerOptions) {
    this.#options = options
    this.#passing = options.initially
  }

  get passing(): boolean {
    return this.#passing
  }

  /** Whether a threshold was reached at all. */
  get decided(): boolean {
    return this.#decided
  }

  start(): void {
    const { clock, probe, startedAt } = this.#options
    const delayMs = startedAt + (probe.initialDelaySeconds ?? 0) * 1000 - clock.now()
    this.#schedule(Math.max(0, delayMs))
  }

  [Symbol.dispose](): void {
    this.#stopped = true
    this.#timer?.[Symbol.dispose]()
  }

  #schedule(ms: number): void {
    this.#timer = this.#options.clock.after(ms, () => void this.#tick())
  }

  async #tick(): Promise<void> {
    const { clock, probe, run } = this.#options
    const began = clock.monotonic()
    const result = await run()
    if (this.#stopped) return
    this.#count(result)
    if (this.#stopped) return
    const periodMs = (probe.periodSeconds ?? 10) * 1000
    this.#schedule(Math.max(0, periodMs - (clock.monotonic() - began)))
  }

  #count(result: ProbeResult): void {
    const { probe, onFailure, onChange } = this.#options
    if (result.outcome !== 'success') onFailure(result)
    if (result.outcome === 'unknown') return
    this.#inARow = result.outcome === this.#last ? this.#inARow + 1 : 1
    this.#last = result.outcome
    const passing = result.outcome === 'success'
    const threshold = passing ? (probe.successThreshold ?? 1) : (probe.failureThreshold ?? 3)
    if (this.#inARow < threshold) return
    const changed = !this.#decided || passing !== this.#passing
    this.#decided = true
    this.#passing = passing
    if (changed) onChange(passing)
  }
}
