import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import type { Node } from '../../../src-main/kubernetes/api/core-v1.ts'
import { useTable, useTableStatus, useUsageVersion } from '../../bridge/hooks.ts'
import { presentationOf } from '../../kinds/index.ts'
import { type Measure, measures, usageKey } from '../../kinds/measured-columns.tsx'
import { Capacity } from '../shared/capacity.tsx'
import { useCluster } from '../shared/cluster.ts'
import { useMeasured } from '../shared/measured.ts'
import { NodesUse } from '../shared/nodes-use.tsx'
import { podsOn } from './pods-of.ts'
import styles from './summary.module.css'
import { useRowOf } from './use-row-of.ts'

/** How much a pod uses of what it may, or how full a node is. Nothing where that isn't known. */
export function UseSection({
  object,
  info,
  body,
}: {
  object: ObjectName
  info: ResourceInfo
  body: ObjectBody
}) {
  switch (presentationOf(info).usage) {
    case 'pods':
      return <PodUse object={object} />
    case 'nodes':
      return <NodeUse object={object} node={body as unknown as Node} />
    default:
      return null
  }
}

function PodUse({ object }: { object: ObjectName }) {
  const cluster = useCluster()
  const { resource, namespace } = object
  const namespaces = [...cluster.namespaces]
  const row = useRowOf(useTable({ cluster: cluster.id, resource, namespaces }), object)
  const usage = useMeasured('pods', namespace ? [namespace] : [])
  useUsageVersion(usage)
  const now = usage?.latest(usageKey(object))
  if (!now) return null
  return (
    <section className={styles['section']}>
      <h3>Use</h3>
      {(Object.keys(measures) as Measure[]).map(measure => {
        const { part, text, request, limit } = measures[measure]
        const asked = row?.amounts?.[request]
        const most = row?.amounts?.[limit] ?? asked
        const used = now[part]
        if (most === undefined) {
          return (
            <p key={measure} className={styles['plainUse']}>
              <span>{measure}</span>
              <span>{text(used)}, no request and no limit</span>
            </p>
          )
        }
        const hasLimit = row?.amounts?.[limit] !== undefined
        return (
          <Capacity
            key={measure}
            label={measure}
            used={used}
            asked={hasLimit ? asked : undefined}
            most={most}
            text={text}
            note={
              hasLimit
                ? `limit ${text(most)}${asked === undefined ? '' : `, ${text(asked)} requested`}`
                : `${text(most)} requested, no limit`
            }
          />
        )
      })}
    </section>
  )
}

function NodeUse({ object, node }: { object: ObjectName; node: Node }) {
  const cluster = useCluster()
  const usage = useMeasured('nodes')
  useUsageVersion(usage)
  const table = useTable(podsOn(object))
  useTableStatus(table)
  const pods = [...table.rows().values()]
  const row = useRowOf(
    useTable({ cluster: cluster.id, resource: object.resource, namespaces: [] }),
    object,
  )
  const room = Number(node.status?.allocatable?.['pods'] ?? 0)
  return (
    <section className={styles['section']}>
      <h3>
        Use <span className={styles['more']}>of what pods can have; the tick is requested</span>
      </h3>
      <NodesUse nodes={row ? [row] : []} pods={pods} usage={usage} />
      {room > 0 && <Capacity label="Pods" used={pods.length} most={room} text={String} />}
    </section>
  )
}
