import type { Event } from '#kubernetes/api/core-v1.ts'
import { humanAge } from '#kubernetes/duration.ts'
import type { Column } from '../define-resource.ts'
import { nameColumn } from '../shared/columns.ts'

const firstSeen = ({ firstTimestamp, eventTime }: Event, now: number): string =>
  humanAge(firstTimestamp ?? eventTime, now)

function lastSeen(event: Event, now: number): string {
  if (event.series) return humanAge(event.series.lastObservedTime, now)
  return event.lastTimestamp ? humanAge(event.lastTimestamp, now) : firstSeen(event, now)
}

function objectText({ involvedObject }: Event): string {
  const kind = (involvedObject?.kind ?? '').toLowerCase()
  return involvedObject?.name ? `${kind}/${involvedObject.name}` : kind
}

function sourceText({ source, reportingComponent, reportingInstance }: Event): string {
  const component = source?.component || reportingComponent || ''
  const host = source?.host || reportingInstance
  return host ? `${component}, ${host}` : component
}

export const eventColumns: Column<Event>[] = [
  { name: 'Last Seen', type: 'string', value: lastSeen },
  { name: 'Type', type: 'string', value: ({ type }) => type ?? '' },
  { name: 'Reason', type: 'string', value: ({ reason }) => reason ?? '' },
  { name: 'Object', type: 'string', value: objectText },
  {
    name: 'Subobject',
    type: 'string',
    priority: 1,
    value: ({ involvedObject }) => involvedObject?.fieldPath ?? '',
  },
  { name: 'Source', type: 'string', priority: 1, value: sourceText },
  { name: 'Message', type: 'string', value: ({ message }) => (message ?? '').trim() },
  { name: 'First Seen', type: 'string', priority: 1, value: firstSeen },
  {
    name: 'Count',
    type: 'string',
    priority: 1,
    value: ({ series, count }) => (series ? (series.count ?? 0) : count || 1),
  },
  { ...nameColumn, priority: 1 },
]
