import { useDeferredValue, useEffect, useMemo, useState } from 'react'
import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import {
  useOrder,
  useSetting,
  useStore,
  useTable,
  useTableStatus,
  useUsageVersion,
} from '../../bridge/hooks.ts'
import type { ListRoute } from '../../bridge/route.ts'
import { keepExisting, nothing, type Selection } from '../../components/data-grid/selection.ts'
import { buildColumns } from '../../kinds/columns.tsx'
import { filterWords, matchesFilter, rowComparer } from '../../kinds/compare.ts'
import { presentationOf } from '../../kinds/index.ts'
import {
  type Measure,
  measuredColumns,
  measuredOf,
  measures,
} from '../../kinds/measured-columns.tsx'
import { useCluster } from '../shared/cluster.ts'
import { useMeasured } from '../shared/measured.ts'
import { type GroupId, inGroup, isSystem, watchGroups } from './row-groups.ts'

const asBoolean = (value: unknown) => value === true

/** The rows of a list as its place says: filtered, ordered, with their columns and what is chosen among them. */
export function useList({ resource, list, object }: ListRoute, info: ResourceInfo) {
  const cluster = useCluster()
  const kind = presentationOf(info)
  const namespaces = info.namespaced ? cluster.namespaces : []
  const table = useTable({
    cluster: cluster.id,
    resource,
    namespaces: [...namespaces],
    ...(list.labels && { labelSelector: list.labels }),
  })
  const status = useTableStatus(table)
  const [showsSystem, setShowsSystem] = useSetting('list.system', asBoolean)
  // Only pods: they are many, and a cluster's own are seldom what one looks for.
  const hasSystem = kind.hasContainers === true && !namespaces.length
  const hidesSystem = hasSystem && !showsSystem
  // The key that was typed shows before thousands of rows are gone through for it.
  const filter = useDeferredValue(list.filter)
  const shows = useMemo(() => {
    const words = filterWords(filter)
    return (row: TableRow) => !(hidesSystem && isSystem(row)) && matchesFilter(row, words)
  }, [hidesSystem, filter])
  const groups = useStore(useMemo(() => watchGroups(table, shows), [table, shows]))
  const group = (list.group ?? 'all') as GroupId
  const { hasStatus, hasContainers } = groups
  const sort = list.sort ??
    kind.defaultSort ?? { column: hasStatus ? 'Status' : 'Name', descending: hasStatus }
  const { column, descending } = sort
  const usage = useMeasured(kind.usage, namespaces)
  const measure = column in measures ? (column as Measure) : undefined
  const measuredAt = useUsageVersion(measure && usage)
  // biome-ignore lint/correctness/useExhaustiveDependencies: rows ordered by their use are ordered anew when it is measured
  const compare = useMemo(() => {
    const places = new Map(status.columns.map(({ name }, at) => [name, at]))
    return rowComparer(
      { column, descending },
      name => places.get(name) ?? -1,
      usage && measure && (row => measuredOf(usage, row, measure)),
    )
  }, [column, descending, status.columns, usage, measure, measuredAt])
  const ordering = useMemo(
    () => ({ accepts: (row: TableRow) => inGroup(row, group) && shows(row), compare }),
    [group, shows, compare],
  )

  const [hovered, setHovered] = useState(false)
  const [selection, setSelection] = useState<Selection>(nothing)
  const { uids, waiting } = useOrder(table, ordering, hovered || selection.keys.size > 0)
  // biome-ignore lint/correctness/useExhaustiveDependencies: membership changed, so what is chosen may be gone
  useEffect(
    () => setSelection(now => keepExisting(now, key => table.row(key) !== undefined)),
    [table, uids],
  )
  const columns = useMemo(
    () =>
      buildColumns(
        status.columns,
        {
          namespaced: info.namespaced,
          hasStatus,
          hasContainers,
          ...(usage && kind.usage && { extra: measuredColumns(usage, kind.usage) }),
        },
        kind.columns,
      ),
    [status.columns, info.namespaced, hasStatus, hasContainers, kind, usage],
  )
  const name = object?.name
  const namespace = object?.namespace ?? ''
  const current = useMemo(
    () =>
      name &&
      uids.find(uid => {
        const row = table.row(uid)
        return row !== undefined && row.name === name && (row.namespace ?? '') === namespace
      }),
    [name, namespace, uids, table],
  )
  const canHideSystem = hasSystem && groups.system > 0
  return {
    table,
    status,
    groups,
    group,
    sort,
    uids,
    waiting,
    columns,
    current,
    selection,
    setSelection,
    setHovered,
    system: canHideSystem ? { on: showsSystem, set: setShowsSystem } : undefined,
  }
}
