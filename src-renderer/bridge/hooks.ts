import { useQuery } from '@tanstack/react-query'
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useSyncExternalStore,
} from 'react'
import type { CallName, InputOf, OutputOf, StreamName } from '../../src-main/contract/contract.ts'
import type { TableRow } from '../../src-main/contract/tables.ts'
import type { Core } from './core.ts'
import type { LiveTable, TableInput, TableStatus } from './live-table.ts'
import type { Live } from './live-value.ts'
import { type Order, OrderedRows, type Ordering } from './ordered-rows.ts'
import type { Readable } from './store.ts'
import type { Usage, UsageInput } from './usage.ts'

const CoreContext = createContext<Core | undefined>(undefined)
export const CoreProvider = CoreContext.Provider

export function useCore(): Core {
  const core = useContext(CoreContext)
  if (!core) throw new Error('useCore needs a CoreProvider above it')
  return core
}

export function useStore<T>(store: Readable<T>): T {
  return useSyncExternalStore(store.subscribe, store.get)
}

/** The answer of a call, kept for a while and shared by its input; `keptMs` of 0 asks anew every time. */
export function useCall<N extends CallName>(
  name: N,
  input: InputOf<N>,
  enabled = true,
  keptMs?: number,
) {
  const core = useCore()
  return useQuery<OutputOf<N>, Error>({
    queryKey: [name, input],
    queryFn: ({ signal }) => core.call(name, input, signal),
    enabled,
    ...(keptMs !== undefined && { staleTime: keptMs, gcTime: keptMs }),
  })
}

/** The latest of a stream, and how to open it again after an error. */
export function useLive<N extends StreamName>(
  name: N,
  input: InputOf<N>,
): Live<OutputOf<N>> & { retry: () => void } {
  const core = useCore()
  const key = JSON.stringify(input)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the input
  const live = useMemo(() => core.live(name, input), [core, name, key])
  return { ...useStore(live.store), retry: live.retry }
}

/** The live table of a kind, running while the caller is mounted. */
export function useTable(input: TableInput): LiveTable {
  const core = useCore()
  const key = JSON.stringify(input)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the input
  const table = useMemo(() => core.table(input), [core, key])
  useEffect(() => {
    const used = table.use()
    return () => used[Symbol.dispose]()
  }, [table])
  return table
}

export const useTableStatus = (table: LiveTable): TableStatus => useStore(table.status)

/** What pods or nodes use, asked for while the caller is mounted and `input` is there. */
export function useUsage(input: UsageInput | undefined): Usage | undefined {
  const core = useCore()
  const key = input && JSON.stringify(input)
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key stands for the input
  const usage = useMemo(() => input && core.usage(input), [core, key])
  useEffect(() => {
    const used = usage?.use()
    return () => used?.[Symbol.dispose]()
  }, [usage])
  return usage
}

const noChange = () => () => {}

/** Renders again with every sample; the number grows with each. */
export function useUsageVersion(usage: Usage | undefined): number {
  const subscribe = useCallback(
    (listener: () => void) => {
      if (!usage) return noChange()
      const listening = usage.changes.on(listener)
      return () => listening[Symbol.dispose]()
    },
    [usage],
  )
  return useSyncExternalStore(subscribe, () => usage?.version ?? 0)
}

/** One row; renders again only when that row changes. */
export function useRow(table: LiveTable, uid: string): TableRow | undefined {
  return useSyncExternalStore(
    useCallback(listener => table.subscribeRow(uid, listener), [table, uid]),
    () => table.row(uid),
  )
}

/** Order and membership of a table under an ordering; `hold` keeps rows in their places. */
export function useOrder(table: LiveTable, ordering: Ordering, hold: boolean): Order {
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new ordering is given to the same rows below
  const rows = useMemo(() => new OrderedRows(table, ordering), [table])
  useEffect(() => rows.reorder(ordering), [rows, ordering])
  useEffect(() => rows.hold(hold), [rows, hold])
  return useStore(rows.order)
}

/** A remembered value, and how to change it. */
export function useSetting<T>(
  key: string,
  parse: (value: unknown) => T,
): readonly [T, (value: T | null) => void] {
  const { settings } = useCore()
  const all = useStore(settings.all)
  const raw = all?.[key]
  // biome-ignore lint/correctness/useExhaustiveDependencies: `parse` is a pure function of the value
  const value = useMemo(() => parse(raw), [raw])
  return [value, useCallback(next => settings.write(key, next), [settings, key])]
}
