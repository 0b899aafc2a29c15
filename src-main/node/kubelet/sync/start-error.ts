/** Why a container could not be started: the waiting reason and message that its status shows. */
export class StartError extends Error {
  override readonly name = 'StartError'
  readonly reason: string
  /** When to try again, in milliseconds; undefined leaves it to the worker. */
  readonly retryAfterMs: number | undefined

  /** Nothing new: it was reported already. */
  readonly isKnown: boolean

  constructor(
    reason: string,
    message: string,
    retryAfterMs?: number,
    options?: ErrorOptions & { isKnown?: boolean },
  ) {
    super(message, options)
    this.reason = reason
    this.retryAfterMs = retryAfterMs
    this.isKnown = options?.isKnown ?? false
  }
}
