import { type Clock, sleep } from '#base/clock.ts'
import type { TableRow, TableUpdate } from '#contract/tables.ts'
import type { TableFeed } from './table-feed.ts'

const batchMs = 80
const rowsPerMessage = 500

/**
 * A feed as one reader sees it: a reset, then changes, each object at most once per message however often it changed.
 * Nothing queues up for a slow reader but the keys of what changed.
 */
export async function* tableUpdates(
  feed: TableFeed,
  options: { clock: Clock; signal: AbortSignal; wanted: (row: TableRow) => boolean },
): AsyncGenerator<TableUpdate, void, void> {
  const { clock, signal, wanted } = options
  const changed = new Set<string>()
  let fresh = true
  let problemChanged = feed.problem !== undefined
  let synced = false
  let wake = () => {}
  const onAbort = () => wake()
  signal.addEventListener('abort', onAbort, { once: true })
  using _subscription = feed.subscribe({
    reset() {
      fresh = true
      wake()
    },
    changed(uid) {
      if (uid) changed.add(uid)
      wake()
    },
    connection() {
      problemChanged = true
      wake()
    },
  })
  const idle = () => !fresh && !changed.size && !problemChanged && synced === feed.synced
  while (!signal.aborted) {
    if (idle()) {
      await new Promise<void>(resolve => {
        wake = resolve
      })
    }
    if (signal.aborted) return
    if (fresh && feed.columns.length) {
      fresh = false
      synced = false
      changed.clear()
      const rows = [...feed.rows.values()].filter(wanted)
      yield { type: 'reset', columns: feed.columns, rows: rows.slice(0, rowsPerMessage) }
      for (const row of rows.slice(rowsPerMessage)) changed.add(row.uid)
    }
    while (changed.size) yield takeChanges(changed, feed, wanted)
    if (problemChanged) {
      problemChanged = false
      const { problem } = feed
      yield problem ? { type: 'stale', ...problem } : { type: 'live' }
    }
    if (feed.synced && !synced && !fresh) {
      synced = true
      yield { type: 'synced' }
    }
    await sleep(clock, batchMs, signal).catch(() => {})
  }
}

function takeChanges(
  changed: Set<string>,
  feed: TableFeed,
  wanted: (row: TableRow) => boolean,
): TableUpdate {
  const upserts: TableRow[] = []
  const deletes: string[] = []
  for (const uid of changed) {
    changed.delete(uid)
    const row = feed.rows.get(uid)
    if (row && wanted(row)) upserts.push(row)
    else deletes.push(uid)
    if (upserts.length + deletes.length >= rowsPerMessage) break
  }
  return { type: 'change', upserts, deletes }
}
