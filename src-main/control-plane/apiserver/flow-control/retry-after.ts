const longest = 32

/**
 * After how many seconds refused clients shall come again, as upstream finds it: twice as long while three requests a
 * second are refused, a second less whenever fewer than one is.
 */
export class RetryAfter {
  #seconds = 1
  #raisedAt = 0
  #second = 0
  #refused = 0
  #history: { second: number; refused: number }[] = []

  get seconds(): number {
    return this.#seconds
  }

  /** Counts a refusal at a time in milliseconds. */
  refuse(now: number): void {
    const second = Math.floor(now / 1000)
    if (second === this.#second) {
      this.#refused++
      return
    }
    this.#history.push({ second: this.#second, refused: this.#refused })
    this.#history = this.#history.filter(past => second - past.second <= longest)
    this.#second = second
    this.#refused = 1
    this.#adjust(second)
  }

  #adjust(second: number): void {
    const seconds = this.#seconds
    let refused = 0
    for (const past of this.#history) {
      if (second - past.second <= seconds) refused += past.refused
    }
    if (second - this.#raisedAt >= seconds && refused >= 3 * seconds) {
      this.#seconds = Math.min(2 * seconds, longest)
      this.#raisedAt = second
    } else if (refused < seconds && seconds > 1) {
      this.#seconds--
    }
  }
}
