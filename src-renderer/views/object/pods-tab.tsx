import type { TableRow } from '../../../src-main/contract/tables.ts'
import { useOrder, useRow, useTable, useTableStatus, useUsageVersion } from '../../bridge/hooks.ts'
import type { LiveTable, TableInput } from '../../bridge/live-table.ts'
import type { Usage } from '../../bridge/usage.ts'
import { Age } from '../../components/age.tsx'
import { plural } from '../../components/format.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { Status } from '../../components/status-glyph.tsx'
import { rowComparer } from '../../kinds/compare.ts'
import { measures, usageKey } from '../../kinds/measured-columns.tsx'
import { NameText } from '../../kinds/name-text.tsx'
import { linkTo } from '../../kinds/shared-properties.tsx'
import { glyphOf } from '../../kinds/status.ts'
import { useMeasured } from '../shared/measured.ts'
import { ObjectLinkTo } from './object-link.tsx'
import styles from './pods-tab.module.css'

const most = 300
const worstFirst = {
  accepts: () => true,
  compare: rowComparer({ column: 'Status', descending: true }, () => -1),
}

/** The pods of a node or a workload as they are now, trouble first. */
export function PodsTab({ input, of }: { input: TableInput; of: string }) {
  const table = useTable(input)
  const status = useTableStatus(table)
  const { uids } = useOrder(table, worstFirst, false)
  const usage = useMeasured('pods', input.namespaces)
  const namespaced = input.namespaces.length !== 1
  if (status.state === 'failed') {
    return (
      <ErrorState
        title={`The pods of ${of} can’t be listed`}
        message={status.message ?? 'No reason was given.'}
        onRetry={table.retry}
      />
    )
  }
  if (status.state === 'loading' && !status.size) return <Skeleton />
  if (!uids.length) return <EmptyState title="No pods">{of} has none at this moment.</EmptyState>
  return (
    <>
      <ul className={styles['pods']} aria-label={`Pods of ${of}`}>
        {uids.slice(0, most).map(uid => (
          <Pod key={uid} table={table} uid={uid} usage={usage} namespaced={namespaced} />
        ))}
      </ul>
      {uids.length > most && (
        <p className={styles['rest']}>and {plural(uids.length - most, 'more pod')}</p>
      )}
    </>
  )
}

function Pod({
  table,
  uid,
  usage,
  namespaced,
}: {
  table: LiveTable
  uid: string
  usage: Usage | undefined
  namespaced: boolean
}) {
  const row = useRow(table, uid)
  useUsageVersion(usage)
  if (!row) return null
  return (
    <li className={styles['pod']}>
      <span className={styles['name']} title={row.name}>
        <ObjectLinkTo link={linkTo('Pod', row.name, row.namespace)}>
          <NameText row={row} />
        </ObjectLinkTo>
      </span>
      <span className={styles['age']}>
        <Age since={row.created} />
      </span>
      {row.status && (
        <Status {...glyphOf(row.status)}>
          <span title={row.status.message}>{row.status.word}</span>
        </Status>
      )}
      <span className={styles['second']}>
        {[namespaced && row.namespace, usageWords(row, usage)].filter(Boolean).join(', ')}
      </span>
    </li>
  )
}

function usageWords(row: TableRow, usage: Usage | undefined): string {
  const now = usage?.latest(usageKey(row))
  return now ? `${measures.CPU.text(now[0])} CPU, ${measures.Memory.text(now[1])}` : ''
}
