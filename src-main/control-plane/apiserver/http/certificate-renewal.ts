import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Certificates } from '#platform/certificates.ts'

/** Timers can't be longer than this; longer waits are cut into pieces. */
const longestWaitMs = 24 * 60 * 60_000
const retryMs = 60 * 60_000

/** Renews certificates when two thirds of their life are over. */
export class CertificateRenewal implements Disposable {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #ensure: () => Promise<Certificates>
  readonly #renewed: (certificates: Certificates) => void
  #timer: Disposable | undefined
  #current: Certificates

  constructor(options: {
    clock: Clock
    logger: Logger
    current: Certificates
    /** Reads the certificates, issuing those that are due. */
    ensure(): Promise<Certificates>
    renewed(certificates: Certificates): void
  }) {
    this.#clock = options.clock
    this.#logger = options.logger
    this.#current = options.current
    this.#ensure = options.ensure
    this.#renewed = options.renewed
    this.#wait(0)
  }

  [Symbol.dispose](): void {
    this.#timer?.[Symbol.dispose]()
  }

  #wait(leastMs: number): void {
    const dueMs = this.#current.renewAt - this.#clock.now()
    const waitMs = Math.min(Math.max(dueMs, leastMs), longestWaitMs)
    this.#timer = this.#clock.after(waitMs, () => {
      if (this.#clock.now() < this.#current.renewAt) this.#wait(0)
      else void this.#renew()
    })
  }

  async #renew(): Promise<void> {
    try {
      this.#current = await this.#ensure()
      this.#renewed(this.#current)
      this.#wait(0)
    } catch (error) {
      this.#logger.error(`could not renew the API server's certificates: ${errorMessage(error)}`)
      this.#wait(retryMs)
    }
  }
}
