import { type KeyboardEvent, useState } from 'react'
import type { ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import { useCore, useSetting } from '../../bridge/hooks.ts'
import { navigate } from '../../bridge/location.ts'
import type { ListRoute, ListState, ObjectKey } from '../../bridge/route.ts'
import { Button } from '../../components/button.tsx'
import { parseChoice } from '../../components/data-grid/columns.ts'
import { DataGrid } from '../../components/data-grid/data-grid.tsx'
import { nothing } from '../../components/data-grid/selection.ts'
import { ContextMenu } from '../../components/menu.tsx'
import { ErrorState, Skeleton } from '../../components/states.tsx'
import { presentationOf } from '../../kinds/index.ts'
import { pluralKind } from '../../kinds/titles.ts'
import { type Action, useAllowed, useRefusalOfAll } from '../shared/access.ts'
import { objectActions, runKey } from '../shared/actions.ts'
import { useListDensity } from '../shared/appearance.ts'
import { useCluster } from '../shared/cluster.ts'
import { question } from '../shared/operations.ts'
import { ChosenBar, ListBar } from './list-bar.tsx'
import { NothingHere } from './nothing-here.tsx'
import styles from './resource-list.module.css'
import { StaleNote } from './stale-note.tsx'
import { useList } from './use-list.ts'

/** The live list of one kind. Filter, segment and sort live in the URL; columns are remembered per kind. */
export function ResourceList({ route, info }: { route: ListRoute; info: ResourceInfo }) {
  const cluster = useCluster()
  const list = useList(route, info)
  const { table, status, selection, setSelection } = list
  const title = pluralKind(info)
  const isHere = status.state === 'live' || status.size > 0
  const setList = (part: Partial<ListState>) =>
    navigate({ ...route, list: { ...route.list, ...part } }, { replace: true })
  const chosen = [...selection.keys].flatMap(key => objectOf(table.row(key), route) ?? [])
  return (
    <section className={styles['pane']} aria-label={title} data-region="list">
      {selection.keys.size ? (
        <Chosen objects={chosen} kind={info.kind} onClear={() => setSelection(nothing)} />
      ) : (
        <ListBar
          title={title}
          groups={list.groups}
          count={isHere ? list.groups.counts.all : undefined}
          words={presentationOf(info).segments}
          group={list.group}
          filter={route.list.filter}
          onGroup={group => setList({ group })}
          onFilter={filter => setList({ filter })}
          system={list.system}
        />
      )}
      {status.state === 'stale' && <StaleNote {...status} />}
      {status.state === 'failed' ? (
        <ErrorState
          title={`${title} can’t be listed`}
          message={`List ${info.resource} on ${cluster.name}: ${status.message ?? 'no reason was given'}`}
          onRetry={table.retry}
          actions={info.namespaced && <OwnNamespace onChoose={setList} />}
        />
      ) : status.state === 'loading' && !status.size ? (
        <Skeleton rows={16} />
      ) : list.uids.length ? (
        <Rows route={route} info={info} list={list} setList={setList} />
      ) : (
        <NothingHere
          info={info}
          list={route.list}
          groups={list.groups}
          onClear={() => setList({ filter: '', group: 'all' })}
        />
      )}
    </section>
  )
}

/** What can be done to all chosen rows. */
function Chosen({
  objects,
  kind,
  onClear,
}: {
  objects: readonly ObjectName[]
  kind: string
  onClear: () => void
}) {
  const targets = objects.map(object => ({ object, kind }))
  return (
    <ChosenBar
      count={objects.length}
      reason={useRefusalOfAll(objects, 'delete')}
      onClear={onClear}
      onDelete={() => question.set({ type: 'delete', targets, onDone: onClear })}
    />
  )
}

/** The way on for a person who may not list every namespace: the one that the context names. */
function OwnNamespace({ onChoose }: { onChoose: (part: Partial<ListState>) => void }) {
  const { summary, namespaces } = useCluster()
  const own = summary?.namespace
  return own && !namespaces.length ? (
    <Button onPress={() => onChoose({ namespaces: [own] })}>Show namespace {own} only</Button>
  ) : null
}

const keyOf = ({ name, namespace }: TableRow): ObjectKey => ({
  name,
  ...(namespace && { namespace }),
})

const objectOf = (
  row: TableRow | undefined,
  { cluster, resource }: ListRoute,
): ObjectName | undefined => row && { cluster, resource, ...keyOf(row) }

interface RowsProps {
  route: ListRoute
  info: ResourceInfo
  list: ReturnType<typeof useList>
  setList: (part: Partial<ListState>) => void
}

function Rows({ route, info, list, setList }: RowsProps) {
  const core = useCore()
  const { table, status, sort } = list
  const [choice, setChoice] = useSetting(`columns.${presentationOf(info).resource}`, parseChoice)
  const density = useListDensity()
  const [menu, setMenu] = useState<{ key: string; at: { x: number; y: number } }>()

  const actionsOf = (key: string) => {
    const row = table.row(key)
    const object = objectOf(row, route)
    return object ? objectActions(core, object, info, row?.held) : []
  }
  const open = (key: string, how: 'beside' | 'page' | 'move') => {
    const row = table.row(key)
    if (!row || (how === 'move' && !route.object)) return
    const { full: _, ...rest } = route
    navigate(
      { ...rest, object: keyOf(row), ...(how === 'page' && { full: true }) },
      { replace: how === 'move' },
    )
  }
  const onKey = (key: string, event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    const row = table.row(key)
    if (event.key === 'y' && row) navigate({ ...route, tab: 'yaml', object: keyOf(row) })
    else if (!runKey(core, event.key, actionsOf(key))) return
    event.preventDefault()
    event.stopPropagation()
  }
  const onSort = (column: string) =>
    setList({
      sort: { column, descending: sort.column === column ? !sort.descending : column === 'Status' },
    })
  return (
    <>
      <DataGrid<TableRow>
        label={pluralKind(info)}
        columns={list.columns}
        choice={choice}
        onChoice={setChoice}
        keys={list.uids}
        source={table}
        sort={sort}
        onSort={onSort}
        orderPaused={list.waiting}
        onHover={list.setHovered}
        selection={list.selection}
        onSelection={list.setSelection}
        current={list.current}
        onOpen={open}
        onMenu={(key, at) => setMenu({ key, at })}
        onKey={onKey}
        {...density}
        dimmed={status.state === 'stale'}
      />
      {menu && (
        <RowMenu
          name={table.row(menu.key)?.name ?? 'the row'}
          actions={actionsOf(menu.key)}
          at={menu.at}
          onClose={() => setMenu(undefined)}
        />
      )}
    </>
  )
}

/** What can be done to a row; what the person may not is asked for when it opens. */
function RowMenu({
  name,
  actions,
  ...where
}: {
  name: string
  actions: readonly Action[]
  at: { x: number; y: number }
  onClose: () => void
}) {
  return <ContextMenu label={`Actions on ${name}`} entries={useAllowed(actions)} {...where} />
}
