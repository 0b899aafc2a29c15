import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { useTable, useTableStatus, useUsageVersion } from '../../bridge/hooks.ts'
import { isOnNode } from '../../kinds/pods.tsx'
import { useCluster } from '../shared/cluster.ts'
import { useMeasured } from '../shared/measured.ts'
import { NodesUse } from '../shared/nodes-use.tsx'
import styles from './overview-page.module.css'

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
  return (
    <section>
      <h2>
        Capacity <span className={styles['more']}>used; the tick is requested</span>
      </h2>
      <NodesUse
        nodes={[...nodeTable.rows().values()]}
        pods={[...podTable.rows().values()].filter(isOnNode)}
        usage={usage}
      />
    </section>
  )
}

const nameOf = ({ group, version, resource }: ResourceInfo) => ({ group, version, resource })
