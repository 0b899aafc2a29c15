import { median, percentile } from './figure.ts'

export interface LoadResult {
  perSecond: number
  p50: number
  p99: number
  /** How often the work ran, the time to warm up included. */
  runs: number
}

/** Keeps `inFlight` runs of `work` going for a time, after a tenth of it to warm up. `index` never repeats. */
export async function load(
  inFlight: number,
  durationMs: number,
  work: (index: number) => Promise<unknown>,
): Promise<LoadResult> {
  let index = 0
  const during = async (ms: number): Promise<LoadResult> => {
    const started = performance.now()
    const latencies: number[] = []
    const worker = async () => {
      do {
        const before = performance.now()
        await work(index++)
        latencies.push(performance.now() - before)
      } while (performance.now() - started < ms)
    }
    await Promise.all(Array.from({ length: inFlight }, worker))
    const seconds = (performance.now() - started) / 1000
    return {
      perSecond: latencies.length / seconds,
      p50: median(latencies),
      p99: percentile(latencies, 0.99),
      runs: index,
    }
  }
  await during(durationMs / 10)
  return during(durationMs)
}
