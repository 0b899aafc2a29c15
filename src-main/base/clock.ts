/** Time as an argument: everything that waits or stamps takes a `Clock`, so tests can move it by hand. */
export interface Clock {
  /** Milliseconds since the Unix epoch; may jump when the machine's clock is set. */
  now(): number
  /** Milliseconds that only ever grow; for measuring and for deadlines. */
  monotonic(): number
  /** Calls back once after `ms` milliseconds; disposing the result cancels it. Never keeps a process alive by itself. */
  after(ms: number, callback: () => void): Disposable
}

/** Resolves after `ms` milliseconds; rejects with the signal's reason when it aborts first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      timer[Symbol.dispose]()
      reject(signal?.reason)
    }
    const timer = clock.after(ms, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}

const longestTimerMs = 2 ** 31 - 1

/** The machine's own time. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, Math.min(Math.max(0, ms), longestTimerMs))
    ;(timer as { unref?: () => void }).unref?.()
    return { [Symbol.dispose]: () => clearTimeout(timer) }
  },
}

/** RFC 3339 with whole seconds in UTC, the form of Kubernetes' `metav1.Time`. */
export const formatTime = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`

/** RFC 3339 with microseconds in UTC, the form of Kubernetes' `metav1.MicroTime`. */
export const formatMicroTime = (ms: number): string =>
  `${new Date(ms).toISOString().slice(0, 23)}000Z`
