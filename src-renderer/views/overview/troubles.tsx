import { useMemo } from 'react'
import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import { useCore, useOrder, useRow, useTable, useTableStatus } from '../../bridge/hooks.ts'
import type { LiveTable } from '../../bridge/live-table.ts'
import { href, navigate } from '../../bridge/location.ts'
import { Age } from '../../components/age.tsx'
import { Button } from '../../components/button.tsx'
import { plural } from '../../components/format.ts'
import { EmptyState, Skeleton } from '../../components/states.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { rowComparer } from '../../kinds/compare.ts'
import { presentationOf } from '../../kinds/index.ts'
import { glyphOf } from '../../kinds/status.ts'
import { pluralKind } from '../../kinds/titles.ts'
import { toPodsOf, useRefusals } from '../shared/access.ts'
import { useCluster } from '../shared/cluster.ts'
import { openLogs, type Target } from '../shared/operations.ts'
import styles from './troubles.module.css'

/** How many of a kind are listed; the rest is a link. */
const most = 30

/** What is wrong of some kinds, the worst first. */
export function Troubles({ infos }: { infos: readonly ResourceInfo[] }) {
  return (
    <div className={styles['troubles']}>
      {(['bad', 'warn'] as const).flatMap(tone =>
        infos.map(info => <TroubleList key={`${tone} ${info.resource}`} info={info} tone={tone} />),
      )}
      {infos.map(info => (
        <Unlisted key={info.resource} info={info} />
      ))}
      <div className={styles['fine']}>
        <EmptyState title="Nothing is wrong">
          Everything that is counted here reports itself healthy.
        </EmptyState>
      </div>
    </div>
  )
}

function useKindTable({ group, version, resource, namespaced }: ResourceInfo): LiveTable {
  const cluster = useCluster()
  return useTable({
    cluster: cluster.id,
    resource: { group, version, resource },
    namespaces: namespaced ? [...cluster.namespaces] : [],
  })
}

/** Says of a kind that nobody knows how its objects do, and why. */
function Unlisted({ info }: { info: ResourceInfo }) {
  const table = useKindTable(info)
  const { state, message } = useTableStatus(table)
  if (state !== 'failed') return null
  const title = pluralKind(info)
  return (
    <article className={styles['trouble']}>
      <StatusGlyph shape="dashed" tone="idle" />
      <div>
        <h3>{title} can’t be listed</h3>
        <p title={message}>{message}</p>
      </div>
      <Button small aria-label={`Retry ${title}`} onPress={table.retry}>
        Retry
      </Button>
    </article>
  )
}

/** The objects of one kind whose state is as serious as `tone`. */
function TroubleList({ info, tone }: { info: ResourceInfo; tone: 'bad' | 'warn' }) {
  const cluster = useCluster()
  const { group, version, resource } = info
  const table = useKindTable(info)
  const status = useTableStatus(table)
  const ordering = useMemo(
    () => ({
      accepts: (row: TableRow) => row.status?.tone === tone,
      compare: rowComparer({ column: 'Status', descending: true }, () => -1),
    }),
    [tone],
  )
  const { uids } = useOrder(table, ordering, false)
  const groups = useMemo(() => groupAlike(table, uids), [table, uids])
  if (status.state === 'failed') return null
  if (status.state === 'loading' && !status.size)
    return info.resource === 'pods' && tone === 'bad' ? <Skeleton rows={5} /> : null
  return (
    <>
      {groups.slice(0, most).map(({ uid, count }) => (
        <Trouble key={uid} table={table} uid={uid} count={count} info={info} />
      ))}
      {groups.length > most && (
        <p className={styles['rest']}>
          <a
            href={href({
              page: 'list',
              cluster: cluster.id,
              resource: { group, version, resource },
              list: { filter: '' },
            })}
          >
            {plural(groups.length - most, 'more', 'more')} {pluralKind(info)}
          </a>
        </p>
      )}
    </>
  )
}

/** Pods of one owner in the same state are one trouble: its first, and how many there are. */
function groupAlike(table: LiveTable, uids: readonly string[]): { uid: string; count: number }[] {
  const groups = new Map<string, { uid: string; count: number }>()
  for (const uid of uids) {
    const row = table.row(uid)
    const { namespace, owner, status } = row ?? {}
    const key = owner ? `${namespace} ${owner.kind} ${owner.name} ${status?.word}` : uid
    const { uid: first, count } = groups.get(key) ?? { uid, count: 0 }
    groups.set(key, { uid: first, count: count + 1 })
  }
  return [...groups.values()]
}

function Trouble({
  table,
  uid,
  count,
  info,
}: {
  table: LiveTable
  uid: string
  /** How many are alike, this one among them. */
  count: number
  info: ResourceInfo
}) {
  const cluster = useCluster()
  const row = useRow(table, uid)
  if (!row?.status) return null
  const { group, version, resource } = info
  const { name, namespace, status } = row
  const object = { name, ...(namespace && { namespace }) }
  const open = {
    page: 'list',
    cluster: cluster.id,
    resource: { group, version, resource },
    list: { filter: '' },
    object,
  } as const
  return (
    <article className={styles['trouble']}>
      <StatusGlyph {...glyphOf(status)} />
      <div>
        <h3>
          <a href={href(open)}>
            {info.kind} {namespace ? `${namespace}/${name}` : name}
          </a>
        </h3>
        <p title={status.message}>
          {count > 1 && `${plural(count, info.kind)} of ${row.owner?.kind} ${row.owner?.name}: `}
          {status.word}
          {status.message && `: ${status.message}`}
        </p>
      </div>
      <span className={styles['age']}>
        <Age long since={row.created} />
      </span>
      {presentationOf(info).workload && (
        <LogsOf
          target={{
            kind: info.kind,
            object: { cluster: cluster.id, resource: open.resource, ...object },
          }}
        />
      )}
      <Button small aria-label={`Why? ${name}`} onPress={() => navigate(open)}>
        Why?
      </Button>
    </article>
  )
}

function LogsOf({ target }: { target: Target }) {
  const core = useCore()
  const { cluster, name } = target.object
  const [refusal] = useRefusals(cluster, [toPodsOf(target, 'get', 'log')])
  return (
    <Button
      small
      look="quiet"
      aria-label={`Logs of ${name}`}
      {...(refusal && { reason: refusal })}
      onPress={() => void openLogs(core, target)}
    >
      Logs
    </Button>
  )
}
