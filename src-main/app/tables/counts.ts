import { type Clock, sleep } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import type { OutputOf } from '#contract/contract.ts'
import type { ResourceName } from '#contract/tables.ts'
import { latest } from '../latest.ts'
import type { TableFeed } from './table-feed.ts'

const pauseMs = 500

/** How many rows several feeds hold and how many of them are in trouble, at most twice a second. */
export async function* countRows(
  feeds: { resource: ResourceName; feed: TableFeed }[],
  inNamespace: (namespace: string | undefined) => boolean,
  clock: Clock,
  signal: AbortSignal,
): AsyncGenerator<OutputOf<'tables.counts'>, void, void> {
  const changed = new Emitter<void>()
  const notify = () => changed.emit()
  using stack = new DisposableStack()
  for (const { feed } of feeds) {
    stack.use(feed.subscribe({ reset: notify, changed: notify, connection: () => {} }))
  }
  const read = () =>
    feeds
      .filter(({ feed }) => feed.synced)
      .map(({ resource, feed }) => {
        let [total, bad, warn] = [0, 0, 0]
        for (const row of feed.rows.values()) {
          if (!inNamespace(row.namespace)) continue
          total++
          if (row.status?.tone === 'bad') bad++
          if (row.status?.tone === 'warn') warn++
        }
        return { resource, total, bad, warn }
      })
  for await (const counts of latest([changed], read, signal)) {
    yield counts
    await sleep(clock, pauseMs, signal).catch(() => {})
  }
}
