import type { TableColumn } from '#contract/tables.ts'
import { object, text, type Untyped } from '../status/conditions.ts'

/**
 * Columns in which the server words an age as it was when it answered. The window gets the moment instead, and tells
 * the age as it grows. By kind and column.
 */
const moments: Record<string, Record<string, (of: Untyped) => string>> = {
  Event: {
    'Last Seen': event =>
      text(object(event['series'])['lastObservedTime']) ||
      text(event['lastTimestamp']) ||
      text(event['eventTime']) ||
      text(event['firstTimestamp']),
    'First Seen': event => text(event['firstTimestamp']) || text(event['eventTime']),
  },
}

/** The moment (RFC 3339) behind an age of the server's; undefined when the object has none for the column. */
export const momentOf = (kind: string, column: string, of: Untyped): string | undefined =>
  moments[kind]?.[column]?.(of) || undefined

/** The columns of a kind as its rows carry them: those of moments are dates. */
export const withMoments = (kind: string, columns: TableColumn[]): TableColumn[] =>
  columns.map(column => (moments[kind]?.[column.name] ? { ...column, type: 'date' } : column))
