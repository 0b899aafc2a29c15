/** Whether an error only says that someone cancelled; such errors are never logged as failures. */
export function isAbort(error: unknown): boolean {
  return error instanceof Error && (error.name === 'AbortError' || error.name === 'TimeoutError')
}

/** The message of anything that was thrown. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** An error to end a wait with, recognised by `isAbort`. */
export class AbortError extends Error {
  override readonly name = 'AbortError'
  constructor(message = 'cancelled') {
    super(message)
  }
}
