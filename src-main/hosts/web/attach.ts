import type { DirectoryHolder } from '#platform/directory-lock.ts'

/** How a second start reaches the running one: kept in a file that only its owner can read. */
export interface ControlAddress {
  port: number
  token: string
}

/** The header that carries the control token. */
export const controlHeader = 'x-slipway-control'

/**
 * Prints the running host's line with a fresh launch link, as a second start on the same data directory does.
 * Answers the exit code; throws when the running host cannot be reached.
 */
export async function handOverTo(
  holder: DirectoryHolder | undefined,
  print: (line: string) => void,
): Promise<number> {
  const line = holder?.['line'] as Record<string, unknown> | undefined
  const control = holder?.['control'] as ControlAddress | undefined
  if (!holder || !line || !control) {
    throw new Error('Slipway is starting on this data directory already: try again in a moment.')
  }
  const response = await fetch(`http://127.0.0.1:${control.port}/launch-link`, {
    headers: { [controlHeader]: control.token },
  }).catch(error => {
    throw new Error(`Slipway runs on this data directory (pid ${holder.pid}) but does not answer`, {
      cause: error,
    })
  })
  print(`${JSON.stringify({ ...line, ui: (await response.text()).trim() })}\n`)
  return 0
}
