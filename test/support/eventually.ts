import { setTimeout as delay } from 'node:timers/promises'

/** How long a test waits for something; less where it is known to wait in vain. */
export const patienceMs = Number(process.env['SLIPWAY_PATIENCE_MS'] ?? 20_000)

/** Repeats `check` until it stops throwing; throws its last error after `timeoutMs`. */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { timeoutMs = patienceMs, everyMs = 50 } = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs
  for (;;) {
    try {
      return await check()
    } catch (error) {
      if (performance.now() > deadline) throw error
    }
    await delay(everyMs)
  }
}
