import { statusError } from '#kubernetes/status-error.ts'

const readLimit = 400
const writeLimit = 200
const reading = new Set(['get', 'list', 'watch'])

/** How many requests are being answered; refuses more than upstream's limits with a 429. */
export class InFlight {
  #reads = 0
  #writes = 0

  /** Takes a place; disposing the result gives it back. */
  enter(verb: string): Disposable {
    if (reading.has(verb)) {
      if (this.#reads >= readLimit) throw tooMany()
      this.#reads++
      return { [Symbol.dispose]: () => this.#reads-- }
    }
    if (this.#writes >= writeLimit) throw tooMany()
    this.#writes++
    return { [Symbol.dispose]: () => this.#writes-- }
  }
}

const tooMany = () =>
  statusError('TooManyRequests', 'Too many requests, please try again later.', {
    retryAfterSeconds: 1,
  })
