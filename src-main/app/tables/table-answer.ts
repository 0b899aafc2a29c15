import type { TableColumn } from '#contract/tables.ts'
import { list, number, object, text, type Untyped } from '../status/conditions.ts'
import type { ServerRow } from './row.ts'

/** Asks for a Table and takes a plain list from servers that have none. */
export const tableAccept = 'application/json;as=Table;v=v1;g=meta.k8s.io,application/json'

const plainColumns: TableColumn[] = [
  { name: 'Name', type: 'string', description: '', priority: 0 },
  { name: 'Age', type: 'date', description: '', priority: 0 },
]

/** The columns of a Table; undefined when it carries none, as in later events of a watch. */
export function columnsOf(answer: Untyped): TableColumn[] | undefined {
  if (answer['kind'] !== 'Table') return plainColumns
  const definitions = list(answer['columnDefinitions'])
  if (!definitions.length) return undefined
  return definitions.map(definition => ({
    name: text(definition['name']),
    type:
      text(definition['type']) === 'date' || text(definition['format']) === 'date'
        ? 'date'
        : text(definition['type']),
    description: text(definition['description']),
    priority: number(definition['priority']),
  }))
}

/** The rows of a Table, a list or a single object. */
export function rowsOf(answer: Untyped): ServerRow[] {
  if (answer['kind'] === 'Table') {
    return list(answer['rows']).map(row => ({
      cells: Array.isArray(row['cells']) ? row['cells'] : [],
      object: object(row['object']),
    }))
  }
  const items = Array.isArray(answer['items']) ? list(answer['items']) : [answer]
  return items.map(item => {
    const metadata = object(item['metadata'])
    return { cells: [metadata['name'], metadata['creationTimestamp']], object: item }
  })
}

/** The resource version of an answer, a row or a bookmark. */
export function versionOf(answer: Untyped): string {
  const own = text(object(answer['metadata'])['resourceVersion'])
  if (own) return own
  const [row] = rowsOf(answer)
  return row ? text(object(row.object['metadata'])['resourceVersion']) : ''
}
