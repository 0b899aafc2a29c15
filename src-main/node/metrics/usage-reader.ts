import { type Clock, sleep } from '#base/clock.ts'
import type { ContainerRuntime, ContainerStats } from '../runtimes/container-runtime.ts'

/** What one container uses: CPU as a rate over the window, memory at its end. */
export interface ContainerUsage {
  podUid: string
  name: string
  cpuNanoCores: number
  memoryWorkingSetBytes: number
}

export interface NodeUsage {
  /** The end of the window, in milliseconds since the epoch. */
  at: number
  windowMs: number
  containers: ContainerUsage[]
}

/** Two reads closer than this make no rate worth showing. */
const shortestWindowMs = 1000
/** A read older than this says nothing of now. */
const longestWindowMs = 60_000
/** Who asks again within this time gets the same answer: every read costs the engine some work. */
const freshMs = 10_000

/** Reads what containers use when someone asks, and never otherwise. */
export class UsageReader {
  readonly #runtime: ContainerRuntime
  readonly #clock: Clock
  #last: { at: number; samples: Map<string, ContainerStats> } | undefined
  #answer: NodeUsage | undefined
  #reading: Promise<NodeUsage> | undefined

  constructor(runtime: ContainerRuntime, clock: Clock) {
    this.#runtime = runtime
    this.#clock = clock
  }

  /** The use of all running containers. The first call takes a second, since a rate needs two reads. */
  async read(): Promise<NodeUsage> {
    if (this.#answer && this.#clock.now() - this.#answer.at < freshMs) return this.#answer
    this.#reading ??= this.#measure().finally(() => {
      this.#reading = undefined
    })
    return this.#reading
  }

  async #measure(): Promise<NodeUsage> {
    const age = this.#clock.now() - (this.#last?.at ?? Number.NEGATIVE_INFINITY)
    if (age > longestWindowMs) this.#last = await this.#sample()
    const before = this.#last ?? (await this.#sample())
    const waitMs = shortestWindowMs - (this.#clock.now() - before.at)
    if (waitMs > 0) await sleep(this.#clock, waitMs)
    const after = await this.#sample()
    this.#last = after
    this.#answer = {
      at: after.at,
      windowMs: after.at - before.at,
      containers: [...after.samples.values()].flatMap(now =>
        usageOf(before.samples.get(now.id), now),
      ),
    }
    return this.#answer
  }

  async #sample() {
    const stats = await this.#runtime.stats()
    return { at: this.#clock.now(), samples: new Map(stats.map(one => [one.id, one])) }
  }
}

/** Nothing for a container that started within the window. */
function usageOf(before: ContainerStats | undefined, now: ContainerStats): ContainerUsage[] {
  const elapsedMs = now.at - (before?.at ?? now.at)
  if (!before || elapsedMs <= 0) return []
  const used = Math.max(0, now.cpuNanoseconds - before.cpuNanoseconds)
  return [
    {
      podUid: now.podUid,
      name: now.name,
      cpuNanoCores: Math.round((used * 1000) / elapsedMs),
      memoryWorkingSetBytes: now.memoryWorkingSetBytes,
    },
  ]
}
