import type { Page } from '@playwright/test'

interface TraceEvent {
  name: string
  pid: number
  tid: number
  /** CPU time of the thread, in microseconds. */
  tdur?: number
  args?: { name?: string }
}

/**
 * Watches what the page's main thread does; what it answers ends that and says the most CPU time that one task took, in
 * ms. A long task that is short of it waited for a core.
 */
export async function watchWork(page: Page): Promise<() => Promise<number>> {
  const session = await page.context().newCDPSession(page)
  const events: TraceEvent[] = []
  session.on('Tracing.dataCollected', ({ value }) => events.push(...(value as never[])))
  await session.send('Tracing.start', {
    transferMode: 'ReportEvents',
    traceConfig: { includedCategories: ['toplevel'], excludedCategories: ['*'] },
  })
  return async () => {
    const complete = new Promise(resolve => session.once('Tracing.tracingComplete', resolve))
    await session.send('Tracing.end')
    await complete
    await session.detach()
    return longestOf(events)
  }
}

function longestOf(events: readonly TraceEvent[]): number {
  const thread = ({ pid, tid }: TraceEvent) => `${pid} ${tid}`
  const named = events.filter(({ args }) => args?.name === 'CrRendererMain')
  const main = new Set(named.map(thread))
  const work = events.filter(event => main.has(thread(event))).map(({ tdur }) => tdur ?? 0)
  if (!work.length) throw new Error("the trace has nothing of the page's main thread")
  return Math.max(...work) / 1000
}
