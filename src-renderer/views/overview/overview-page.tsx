import { useMemo } from 'react'
import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import { useCore, useLive, useOrder, useRow, useTable, useTableStatus } from '../../bridge/hooks.ts'
import type { LiveTable } from '../../bridge/live-table.ts'
import { href, navigate } from '../../bridge/location.ts'
import { Age } from '../../components/age.tsx'
import { Button } from '../../components/button.tsx'
import { formatMs, plural } from '../../components/format.ts'
import { EmptyState, ErrorState, Note, Skeleton } from '../../components/states.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { rowComparer } from '../../kinds/compare.ts'
import { presentationOf } from '../../kinds/index.ts'
import { glyphOf } from '../../kinds/status.ts'
import { pluralKind } from '../../kinds/titles.ts'
import { useCluster } from '../shared/cluster.ts'
import { openLogs } from '../shared/operations.ts'
import { CapacitySection } from './capacity-section.tsx'
import styles from './overview-page.module.css'
import { RecentWarnings } from './recent-warnings.tsx'

const summed = [
  'pods',
  'deployments',
  'statefulsets',
  'daemonsets',
  'jobs',
  'services',
  'persistentvolumeclaims',
  'nodes',
]
const most = 30
/** Kinds whose names have no room. */
const shortNames: Readonly<Record<string, string>> = { persistentvolumeclaims: 'Volume claims' }

/** What is wrong, worst first; beside it how much of each kind is well. */
export function OverviewPage() {
  const cluster = useCluster()
  const { summary, resources } = cluster
  const kinds = summed.flatMap(
    name => resources.find(({ resource, custom }) => resource === name && !custom) ?? [],
  )
  const counts = useLive('tables.counts', {
    cluster: cluster.id,
    resources: kinds.map(({ group, version, resource }) => ({ group, version, resource })),
    namespaces: [...cluster.namespaces],
  })
  const unhealthy = counts.value?.reduce((sum, { bad, warn }) => sum + bad + warn, 0)
  const local = summary?.local
  const core = (name: string) =>
    resources.find(({ resource, group }) => resource === name && group === '')
  const [pods, nodes, events] = [core('pods'), core('nodes'), core('events')]
  return (
    <section className={styles['page']} aria-label="Overview" data-region="list">
      <div className={styles['bar']}>
        <h1>Overview</h1>
        <span className={styles['sub']}>
          {unhealthy !== undefined &&
            (unhealthy
              ? `${plural(unhealthy, 'object needs', 'objects need')} a look`
              : 'everything is healthy')}
        </span>
        <span className={styles['end']}>
          {[
            local?.engine,
            local?.startupMs !== undefined && `started in ${formatMs(local.startupMs)}`,
          ]
            .filter(Boolean)
            .join(', ')}
        </span>
      </div>
      <div className={styles['columns']}>
        <div className={styles['left']}>
          <section>
            <h2>
              What is wrong <span className={styles['more']}>worst first</span>
            </h2>
            {kinds.length > 0 && <Troubles infos={kinds} />}
          </section>
          {events && <RecentWarnings info={events} />}
        </div>
        <aside className={styles['right']} aria-label="Objects">
          {pods && nodes && <CapacitySection nodes={nodes} pods={pods} />}
          <h2>
            Objects <span className={styles['more']}>healthy of all</span>
          </h2>
          {counts.error && !counts.value ? (
            <Note tone="bad">Counts can’t be had: {counts.error.message}</Note>
          ) : (
            <ul>
              {kinds.map(info => (
                <CountLine
                  key={info.resource}
                  info={info}
                  count={counts.value?.find(
                    ({ resource }) =>
                      resource.resource === info.resource && resource.group === info.group,
                  )}
                />
              ))}
            </ul>
          )}
        </aside>
      </div>
    </section>
  )
}

interface Count {
  readonly total: number
  readonly bad: number
  readonly warn: number
}

function CountLine({ info, count }: { info: ResourceInfo; count: Count | undefined }) {
  const cluster = useCluster()
  const { group, version, resource } = info
  const { total = 0, bad = 0, warn = 0 } = count ?? {}
  const healthy = total - bad - warn
  return (
    <li className={styles['line']}>
      <a
        href={href({
          page: 'list',
          cluster: cluster.id,
          resource: { group, version, resource },
          list: { filter: '' },
        })}
      >
        {shortNames[info.resource] ?? pluralKind(info)}
      </a>
      <span className={styles['dist']} aria-hidden>
        {bad > 0 && <i className={styles['bad']} style={{ flexGrow: bad }} />}
        {warn > 0 && <i className={styles['warn']} style={{ flexGrow: warn }} />}
        {healthy > 0 && <i className={styles['ok']} style={{ flexGrow: healthy }} />}
      </span>
      <span className={styles['figure']}>
        {count && (total ? `${healthy} of ${total}` : 'none')}
      </span>
    </li>
  )
}

function Troubles({ infos }: { infos: readonly ResourceInfo[] }) {
  return (
    <div className={styles['troubles']}>
      {(['bad', 'warn'] as const).flatMap(tone =>
        infos.map(info => <TroubleList key={`${tone} ${info.resource}`} info={info} tone={tone} />),
      )}
      <div className={styles['fine']}>
        <EmptyState title="Nothing is wrong">
          Everything that is counted here reports itself healthy.
        </EmptyState>
      </div>
    </div>
  )
}

/** The objects of one kind whose state is as serious as `tone`. */
function TroubleList({ info, tone }: { info: ResourceInfo; tone: 'bad' | 'warn' }) {
  const cluster = useCluster()
  const { group, version, resource } = info
  const table = useTable({
    cluster: cluster.id,
    resource: { group, version, resource },
    namespaces: info.namespaced ? [...cluster.namespaces] : [],
  })
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
  if (status.state === 'failed') {
    return tone === 'warn' ? null : (
      <ErrorState
        title={`${pluralKind(info)} can’t be listed`}
        message={`List ${info.resource} on ${cluster.name}: ${status.message}`}
        onRetry={table.retry}
      />
    )
  }
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
  const core = useCore()
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
        <Button
          small
          look="quiet"
          aria-label={`Logs of ${name}`}
          onPress={() =>
            void openLogs(core, {
              kind: info.kind,
              object: { cluster: cluster.id, resource: open.resource, ...object },
            })
          }
        >
          Logs
        </Button>
      )}
      <Button small aria-label={`Why? ${name}`} onPress={() => navigate(open)}>
        Why?
      </Button>
    </article>
  )
}
