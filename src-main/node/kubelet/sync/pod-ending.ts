import { type BoundPod, defaultGraceSeconds } from '../pod-facts.ts'

/** How a pod is being ended. */
export interface Ending {
  readonly graceSeconds: number
  /** Whether the API still has the object, which then has to be deleted for good. */
  readonly inApi: boolean
}

/** Whether a pod is to end, and how. What was asked for once can only become more urgent. */
export class PodEnding {
  readonly #life = new AbortController()
  readonly #onShorter: (graceSeconds: number) => void
  #ending: Ending | undefined

  /** `onShorter` hears of a shorter grace period than the one that the pod is being ended with already. */
  constructor(onShorter: (graceSeconds: number) => void) {
    this.#onShorter = onShorter
  }

  get asked(): Ending | undefined {
    return this.#ending
  }

  /** Aborts when the pod is to end, to break off pulls and starts. */
  get signal(): AbortSignal {
    return this.#life.signal
  }

  /** Takes in what the pod's object says. */
  follow({ metadata }: BoundPod): void {
    if (!metadata.deletionTimestamp) return
    this.#end({
      graceSeconds: metadata.deletionGracePeriodSeconds ?? defaultGraceSeconds,
      inApi: true,
    })
  }

  /** The pod's object is gone: whatever is left of it has to go, too. */
  objectGone({ metadata }: BoundPod): void {
    if (this.#ending) this.#ending = { ...this.#ending, inApi: false }
    this.#end({ graceSeconds: Math.max(1, metadata.deletionGracePeriodSeconds ?? 1), inApi: false })
  }

  /** Breaks off what is under way, though the pod is not to end. */
  breakOff(): void {
    this.#life.abort()
  }

  #end(ending: Ending): void {
    const before = this.#ending
    if (before && before.graceSeconds <= ending.graceSeconds && before.inApi === ending.inApi)
      return
    this.#ending = ending
    this.#life.abort()
    if (before && before.graceSeconds > ending.graceSeconds) this.#onShorter(ending.graceSeconds)
  }
}
