import { useMemo } from 'react'
import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import { useOrder, useRow, useTable, useTableStatus } from '../../bridge/hooks.ts'
import type { LiveTable } from '../../bridge/live-table.ts'
import { href } from '../../bridge/location.ts'
import { Age } from '../../components/age.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import { cellText } from '../../kinds/columns.tsx'
import { rowComparer } from '../../kinds/compare.ts'
import { useCluster } from '../shared/cluster.ts'
import styles from './overview-page.module.css'

const most = 8

/** What the cluster warned of lately, the newest first. Nothing while there is nothing. */
export function RecentWarnings({ info }: { info: ResourceInfo }) {
  const cluster = useCluster()
  const { group, version, resource } = info
  const table = useTable({
    cluster: cluster.id,
    resource: { group, version, resource },
    namespaces: [...cluster.namespaces],
  })
  const { columns } = useTableStatus(table)
  const places = useMemo(() => new Map(columns.map(({ name }, at) => [name, at])), [columns])
  const ordering = useMemo(
    () => ({
      accepts: (row: TableRow) => row.status?.tone === 'warn',
      compare: rowComparer(
        { column: 'Last Seen', descending: false },
        name => places.get(name) ?? -1,
      ),
    }),
    [places],
  )
  const { uids } = useOrder(table, ordering, false)
  if (!uids.length) return null
  const all = {
    page: 'list',
    cluster: cluster.id,
    resource: { group, version, resource },
    list: { filter: '', group: 'pending' },
  } as const
  return (
    <section>
      <h2>
        Recent warnings{' '}
        <span className={styles['more']}>
          <a href={href(all)}>All events</a>
        </span>
      </h2>
      <ul className={styles['warnings']}>
        {uids.slice(0, most).map(uid => (
          <Warning key={uid} table={table} uid={uid} places={places} />
        ))}
      </ul>
    </section>
  )
}

function Warning({
  table,
  uid,
  places,
}: {
  table: LiveTable
  uid: string
  places: ReadonlyMap<string, number>
}) {
  const row = useRow(table, uid)
  if (!row) return null
  const cell = (name: string) => cellText(row.cells[places.get(name) ?? -1])
  return (
    <li title={`${cell('Reason')}: ${cell('Message')}`}>
      <StatusGlyph shape="triangle" tone="warn" />
      <span className={styles['about']}>{cell('Object')}</span>
      <span className={styles['said']}>
        {cell('Reason')}: {cell('Message')}
      </span>
      <span className={styles['figure']}>
        <Age since={cell('Last Seen')} />
      </span>
    </li>
  )
}
