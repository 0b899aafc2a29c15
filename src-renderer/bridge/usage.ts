import { Emitter } from '../../src-main/base/emitter.ts'
import type { InputOf } from '../../src-main/contract/contract.ts'
import type { UsageSample } from '../../src-main/contract/usage.ts'
import type { Connection } from './connection.ts'
import { keepOpen } from './live-value.ts'

export type UsageInput = InputOf<'usage.watch'>

const keptSamples = 40
/** Over all samples together: lists of thousands of pods remember less of the past. */
const keptAmounts = 100_000
/** After such a pause the past no longer joins the present. */
const gapMs = 120_000

/**
 * What pods or nodes used lately. Samples come while somebody uses it and the window is in sight; what is known stays for
 * whoever looks next.
 */
export class Usage {
  /** After every sample. */
  readonly changes = new Emitter<void>()
  readonly #connection: Connection
  readonly #input: UsageInput
  #samples: UsageSample[] = []
  #problem: string | undefined
  #version = 0
  #kept: ReturnType<typeof keepOpen> | undefined
  #users = 0

  constructor(connection: Connection, input: UsageInput) {
    this.#connection = connection
    this.#input = input
  }

  /** Why nothing is known, once that is so. */
  get problem(): string | undefined {
    return this.#problem
  }

  /** Grows with every sample. */
  get version(): number {
    return this.#version
  }

  /** When it was measured last, in milliseconds since the epoch. */
  get at(): number | undefined {
    return this.#samples.at(-1)?.at
  }

  /** The latest CPU in thousandths of a core and memory in bytes. */
  latest(key: string): readonly [cpuMilli: number, memoryBytes: number] | undefined {
    return this.#samples.at(-1)?.amounts[key]
  }

  /** CPU (0) or memory (1) as it was in each sample that knows it, the oldest first. */
  past(key: string, part: 0 | 1): number[] {
    return this.#samples.flatMap(({ amounts }) => amounts[key]?.[part] ?? [])
  }

  /** Asks for samples until the result is disposed. */
  use(): Disposable {
    if (this.#users++ === 0) {
      document.addEventListener('visibilitychange', this.#look)
      this.#look()
    }
    let used = true
    return {
      [Symbol.dispose]: () => {
        if (!used) return
        used = false
        if (--this.#users > 0) return
        document.removeEventListener('visibilitychange', this.#look)
        this.#stop()
      },
    }
  }

  #look = (): void => {
    if (document.hidden) this.#stop()
    else
      this.#kept ??= keepOpen(this.#connection, 'usage.watch', this.#input, {
        item: sample => this.#add(sample),
        fail: ({ message }) => this.#tell(message),
      })
  }

  #stop(): void {
    this.#kept?.stop()
    this.#kept = undefined
  }

  #add(sample: UsageSample): void {
    if (sample.problem) {
      this.#tell(sample.problem)
      return
    }
    const before = this.#samples.at(-1)
    if (before && sample.at - before.at > gapMs) this.#samples = []
    const size = Math.max(1, Object.keys(sample.amounts).length)
    const most = Math.min(keptSamples, Math.max(2, Math.floor(keptAmounts / size)))
    this.#samples = [...this.#samples, sample].slice(-most)
    this.#tell(undefined)
  }

  #tell(problem: string | undefined): void {
    this.#problem = problem
    this.#version++
    this.changes.emit()
  }
}
