import { statusError } from '#kubernetes/status-error.ts'
import type { UserInfo } from './server-request.ts'

const readLimit = 400
const writeLimit = 200
const reading = new Set(['get', 'list', 'watch'])

/**
 * Who is never refused: administrators, as upstream, and the cluster's own parts, which have priority levels of their own
 * there and bound themselves here.
 */
const isExempt = ({ name, groups }: UserInfo): boolean =>
  /^system:(kube-|serviceaccount:kube-system:)/.test(name) ||
  groups.some(group => group === 'system:masters' || group === 'system:nodes')

/** How many requests are being answered; refuses more than upstream's limits with a 429. */
export class InFlight {
  #reads = 0
  #writes = 0

  /** Takes a place, where the user needs one; disposing the result gives it back. */
  enter(verb: string, user: UserInfo): Disposable | undefined {
    if (isExempt(user)) return undefined
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
