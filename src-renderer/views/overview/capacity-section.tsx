import type { ResourceInfo, TableRow } from '../../../src-main/contract/tables.ts'
import { useTable, useTableStatus, useUsageVersion } from '../../bridge/hooks.ts'
import { measures } from '../../kinds/measured-columns.tsx'
import { Capacity } from '../shared/capacity.tsx'
import { useCluster } from '../shared/cluster.ts'
import { useMeasured } from '../shared/measured.ts'
import styles from './overview-page.module.css'

const sum = (rows: Iterable<TableRow>, of: (row: TableRow) => number | undefined): number => {
  let total = 0
  for (const row of rows) total += of(row) ?? 0
  return total
}

/** What the nodes have to give together, what is requested of it and what is used. */
export function CapacitySection({ nodes, pods }: { nodes: ResourceInfo; pods: ResourceInfo }) {
  const { id } = useCluster()
  const nodeTable = useTable({ cluster: id, resource: nameOf(nodes), namespaces: [] })
  const podTable = useTable({ cluster: id, resource: nameOf(pods), namespaces: [] })
  const { size, state } = useTableStatus(nodeTable)
  useTableStatus(podTable)
  const usage = useMeasured('nodes')
  useUsageVersion(usage)
  if (state === 'failed' || !size) return null
  const rows = [...nodeTable.rows().values()]
  const placed = [...podTable.rows().values()].filter(({ status }) => status?.tone !== 'idle')
  const used = (part: 0 | 1) =>
    rows.some(({ name }) => usage?.latest(name))
      ? sum(rows, ({ name }) => usage?.latest(name)?.[part])
      : undefined
  return (
    <section>
      <h2>
        Capacity <span className={styles['more']}>used; the tick is requested</span>
      </h2>
      <Capacity
        label="CPU"
        used={used(0)}
        asked={sum(placed, ({ amounts }) => amounts?.cpuRequest)}
        most={sum(rows, ({ amounts }) => amounts?.cpuLimit)}
        text={measures.CPU.text}
        unit="cores"
      />
      <Capacity
        label="Memory"
        used={used(1)}
        asked={sum(placed, ({ amounts }) => amounts?.memoryRequest)}
        most={sum(rows, ({ amounts }) => amounts?.memoryLimit)}
        text={measures.Memory.text}
      />
    </section>
  )
}

const nameOf = ({ group, version, resource }: ResourceInfo) => ({ group, version, resource })
