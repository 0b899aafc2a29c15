import type { TableRow } from '../../../src-main/contract/tables.ts'
import type { LiveTable } from '../../bridge/live-table.ts'
import { Store } from '../../bridge/store.ts'

export type GroupId = 'all' | 'failing' | 'pending' | 'running'

export interface RowGroups {
  readonly counts: Readonly<Record<GroupId, number>>
  /** Whether any row has a state or containers: what the columns depend on. */
  readonly hasStatus: boolean
  readonly hasContainers: boolean
  /** Rows in namespaces that belong to the system. */
  readonly system: number
}

const systemNamespaces = new Set(['kube-system', 'kube-public', 'kube-node-lease'])
export const isSystem = (row: TableRow): boolean => systemNamespaces.has(row.namespace ?? '')

/** Whether a row belongs to a segment of the page bar. */
export const inGroup = (row: TableRow, group: GroupId): boolean =>
  group === 'all' || groupOf(row) === group

function groupOf({ status }: TableRow): GroupId | undefined {
  switch (status?.tone) {
    case 'bad':
      return 'failing'
    case 'warn':
    case 'busy':
      return 'pending'
    case 'ok':
      return 'running'
  }
  return undefined
}

function count(rows: Iterable<TableRow>, shows: (row: TableRow) => boolean): RowGroups {
  const counts: Record<GroupId, number> = { all: 0, failing: 0, pending: 0, running: 0 }
  let hasStatus = false
  let hasContainers = false
  let system = 0
  for (const row of rows) {
    hasStatus ||= row.status !== undefined
    hasContainers ||= row.containers !== undefined
    if (isSystem(row)) system++
    if (!shows(row)) continue
    counts.all++
    const group = groupOf(row)
    if (group) counts[group]++
  }
  return { counts, hasStatus, hasContainers, system }
}

const everyMs = 250

/** How many rows each segment has, counted again at most four times a second. */
export function watchGroups(table: LiveTable, shows: (row: TableRow) => boolean): Store<RowGroups> {
  let counted = table.revision
  const store: Store<RowGroups> = new Store(count(table.rows().values(), shows), () => {
    let timer: ReturnType<typeof setTimeout> | undefined
    const refresh = () => {
      timer = undefined
      if (counted === table.revision) return
      counted = table.revision
      const next = count(table.rows().values(), shows)
      if (JSON.stringify(next) !== JSON.stringify(store.get())) store.set(next)
    }
    const listening = table.changes.on(change => {
      if (change === 'all') refresh()
      else timer ??= setTimeout(refresh, everyMs)
    })
    queueMicrotask(refresh)
    return () => {
      clearTimeout(timer)
      listening[Symbol.dispose]()
    }
  })
  return store
}
