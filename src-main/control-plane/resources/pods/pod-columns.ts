import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Column } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { summarizePod } from './pod-status-text.ts'

function readinessGates({ spec, status }: Pod): string {
  const gates = spec.readinessGates ?? []
  if (gates.length === 0) return '<none>'
  const met = gates.filter(({ conditionType }) =>
    status?.conditions?.some(({ type, status }) => type === conditionType && status === 'True'),
  )
  return `${met.length}/${gates.length}`
}

export const podColumns: Column<Pod>[] = [
  nameColumn,
  { name: 'Ready', type: 'string', value: (pod, now) => summarizePod(pod, now).ready },
  { name: 'Status', type: 'string', value: (pod, now) => summarizePod(pod, now).status },
  { name: 'Restarts', type: 'string', value: (pod, now) => summarizePod(pod, now).restarts },
  ageColumn,
  {
    name: 'IP',
    type: 'string',
    priority: 1,
    value: ({ status }) => status?.podIPs?.[0]?.ip || '<none>',
  },
  { name: 'Node', type: 'string', priority: 1, value: ({ spec }) => spec.nodeName || '<none>' },
  {
    name: 'Nominated Node',
    type: 'string',
    priority: 1,
    value: ({ status }) => status?.nominatedNodeName || '<none>',
  },
  { name: 'Readiness Gates', type: 'string', priority: 1, value: readinessGates },
]
