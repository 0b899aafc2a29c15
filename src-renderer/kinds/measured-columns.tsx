import type { TableRow } from '../../src-main/contract/tables.ts'
import { useUsageVersion } from '../bridge/hooks.ts'
import type { Usage } from '../bridge/usage.ts'
import type { GridColumn } from '../components/data-grid/columns.ts'
import { longAge } from '../components/format.ts'
import { Meter } from '../components/meter.tsx'
import { Sparkline } from '../components/sparkline.tsx'
import styles from './columns.module.css'
import { cpuText, memoryText } from './quantities.ts'

/** What differs between the two things that are measured. */
export const measures = {
  CPU: {
    part: 0,
    text: cpuText,
    request: 'cpuRequest',
    limit: 'cpuLimit',
    thing: 'CPU',
    /** Follows amounts whose text names no unit. */
    unit: 'cores',
  },
  Memory: {
    part: 1,
    text: memoryText,
    request: 'memoryRequest',
    limit: 'memoryLimit',
    thing: 'memory',
    unit: '',
  },
} as const
export type Measure = keyof typeof measures

/** How a row is named among the amounts of a sample. */
export const usageKey = ({ namespace, name }: Pick<TableRow, 'namespace' | 'name'>): string =>
  namespace ? `${namespace}/${name}` : name

/** What a row uses now; undefined while that isn't known. */
export const measuredOf = (usage: Usage, row: TableRow, measure: Measure): number | undefined =>
  usage.latest(usageKey(row))?.[measures[measure].part]

/** CPU and memory as columns: pods with their recent past, nodes against what they have to give. */
export function measuredColumns(usage: Usage, of: 'pods' | 'nodes'): GridColumn<TableRow>[] {
  return (['CPU', 'Memory'] as const).map(measure => ({
    id: measure,
    header: measure,
    width: measure === 'CPU' ? 100 : 112,
    narrowWidth: measure === 'CPU' ? 76 : 90,
    align: 'end',
    leavesBelow: of === 'pods' ? 700 : 480,
    description:
      of === 'pods'
        ? `${measure} that the containers use, and how it was lately`
        : `${measure} in use, of what pods can have`,
    cell: row => <UseCell usage={usage} row={row} measure={measure} of={of} />,
  }))
}

function UseCell({
  usage,
  row,
  measure,
  of,
}: {
  usage: Usage
  row: TableRow
  measure: Measure
  of: 'pods' | 'nodes'
}) {
  useUsageVersion(usage)
  const { part, text, limit, request } = measures[measure]
  const value = measuredOf(usage, row, measure)
  if (value === undefined) return null
  const most = row.amounts?.[limit]
  // More CPU than its share slows a container down; more memory than its limit ends it.
  const warns = measure === 'Memory' && most !== undefined && value >= most * 0.9
  const top = measure === 'Memory' ? most : row.amounts?.[request]
  return (
    <span className={styles['use']} title={measuredText(usage, row, measure)}>
      {of === 'nodes' && most ? (
        <Meter small label={measuredText(usage, row, measure) ?? ''} used={value} most={most} />
      ) : (
        <Sparkline values={usage.past(usageKey(row), part)} most={top ?? 0} warns={warns} />
      )}
      <span className={warns ? styles['nearLimit'] : ''}>{text(value)}</span>
    </span>
  )
}

/** What a row uses in words: `61 Mi of memory, requests 64 Mi, limit 128 Mi; measured 12 s ago`. */
function measuredText(usage: Usage, row: TableRow, measure: Measure): string | undefined {
  const { text, request, limit, thing } = measures[measure]
  const value = measuredOf(usage, row, measure)
  if (value === undefined) return undefined
  const asked = row.amounts?.[request]
  const most = row.amounts?.[limit]
  const age = usage.at === undefined ? '' : `; measured ${longAge(Date.now() - usage.at)} ago`
  return [
    `${text(value)} of ${thing}`,
    asked !== undefined && `requests ${text(asked)}`,
    most !== undefined && `${row.containers ? 'limit' : 'of'} ${text(most)}`,
  ]
    .filter(Boolean)
    .join(', ')
    .concat(age)
}
