import type { TableRow } from '../../../src-main/contract/tables.ts'
import type { Usage } from '../../bridge/usage.ts'
import { type Measure, measures } from '../../kinds/measured-columns.tsx'
import { Capacity } from './capacity.tsx'

/** CPU and memory of nodes: what pods use and request together, of what the nodes have to give. */
export function NodesUse({
  nodes,
  pods,
  usage,
}: {
  nodes: readonly TableRow[]
  pods: readonly TableRow[]
  /** Of nodes. */
  usage: Usage | undefined
}) {
  const asking = pods.filter(({ status }) => status?.tone !== 'idle')
  return (Object.keys(measures) as Measure[]).map(measure => {
    const { part, text, request, limit, unit } = measures[measure]
    const most = sum(nodes.map(({ amounts }) => amounts?.[limit]))
    if (most === undefined) return null
    return (
      <Capacity
        key={measure}
        label={measure}
        used={sum(nodes.map(({ name }) => usage?.latest(name)?.[part]))}
        asked={sum(asking.map(({ amounts }) => amounts?.[request])) ?? 0}
        most={most}
        text={text}
        unit={unit}
      />
    )
  })
}

/** Undefined when nothing is known. */
function sum(amounts: readonly (number | undefined)[]): number | undefined {
  const known = amounts.filter(amount => amount !== undefined)
  return known.length ? known.reduce((total, amount) => total + amount, 0) : undefined
}
