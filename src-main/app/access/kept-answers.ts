import type { Clock } from '#base/clock.ts'

const mostKept = 500

/** Answers that stay good for a while. Whoever asks the same meanwhile shares one question; a failure is not kept. */
export class KeptAnswers<T> {
  readonly #clock: Clock
  readonly #goodForMs: number
  readonly #kept = new Map<string, { readonly answer: Promise<T>; readonly since: number }>()

  constructor(clock: Clock, goodForMs: number) {
    this.#clock = clock
    this.#goodForMs = goodForMs
  }

  get(key: string, ask: () => Promise<T>): Promise<T> {
    const now = this.#clock.monotonic()
    const known = this.#kept.get(key)
    if (known && now - known.since < this.#goodForMs) return known.answer
    const answer = ask()
    const made = { answer, since: now }
    this.#kept.delete(key)
    this.#kept.set(key, made)
    answer.catch(() => {
      if (this.#kept.get(key) === made) this.#kept.delete(key)
    })
    this.#forgetOld(now)
    return answer
  }

  /** The oldest come first. */
  #forgetOld(now: number): void {
    for (const [key, { since }] of this.#kept) {
      if (now - since < this.#goodForMs && this.#kept.size <= mostKept) return
      this.#kept.delete(key)
    }
  }
}
