import { open, rm } from 'node:fs/promises'
import { type Clock, sleep } from '#base/clock.ts'

/**
 * Holds `<file>.lock` as kubectl does around its writes to a kubeconfig, waiting a while for another holder.
 * Throws an error naming the lock file when it stays: it may be left over from a program that was killed.
 */
export async function lockFile(
  file: string,
  options: { clock: Clock; waitMs?: number },
): Promise<AsyncDisposable> {
  const lock = `${file}.lock`
  const deadline = options.clock.monotonic() + (options.waitMs ?? 5000)
  for (;;) {
    try {
      await (await open(lock, 'wx', 0)).close()
      return { [Symbol.asyncDispose]: () => rm(lock, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      if (options.clock.monotonic() >= deadline) {
        throw new Error(
          `${lock} is held by another program; if none is writing ${file}, delete the lock file and try again`,
          { cause: error },
        )
      }
    }
    await sleep(options.clock, 50)
  }
}
