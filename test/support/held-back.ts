import type { FakeClock } from '#base/fake-clock.ts'

/**
 * Resolves once so many timers wait, as when a server holds an answer back until time has passed; or once the answer is
 * there all the same.
 */
export async function heldBack(
  clock: FakeClock,
  timers: number,
  answer: Promise<unknown>,
): Promise<void> {
  let isAnswered = false
  const answered = () => {
    isAnswered = true
  }
  answer.then(answered, answered)
  while (!isAnswered && clock.pending < timers) await new Promise(resolve => setImmediate(resolve))
}
