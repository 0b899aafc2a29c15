import type { TableColumn, TableRow } from '#contract/tables.ts'
import { list, object, text, type Untyped } from '../status/conditions.ts'
import { objectStatus } from '../status/object-status.ts'
import { containerSquares, podStatus } from '../status/pod-status.ts'
import { amountsOf } from './amounts.ts'
import { momentOf } from './moments.ts'

/** A row of the server's Table with its whole object. */
export interface ServerRow {
  cells: unknown[]
  object: Untyped
}

/** What crosses to the window of a row: cells, state and a few facts; never the object. */
export function tableRow(row: ServerRow, columns: TableColumn[], kind: string): TableRow {
  const metadata = object(row.object['metadata'])
  const cells = columns.map(
    ({ name }, index) => momentOf(kind, name, row.object) ?? plain(row.cells[index]),
  )
  const byName = Object.fromEntries(columns.map((column, index) => [column.name, cells[index]]))
  const isPod = kind === 'Pod'
  const status = isPod
    ? podStatus(row.object, text(byName['Status']), text(byName['Ready']))
    : objectStatus(row.object, kind, byName)
  const [owner] = list(metadata['ownerReferences'])
  const labels = object(metadata['labels']) as Record<string, string>
  const amounts = amountsOf(row.object, kind)
  return {
    uid: text(metadata['uid']) || `${text(metadata['namespace'])}/${text(metadata['name'])}`,
    name: text(metadata['name']),
    created: text(metadata['creationTimestamp']),
    cells,
    ...(metadata['namespace'] ? { namespace: text(metadata['namespace']) } : {}),
    ...(status ? { status } : {}),
    ...(Object.keys(labels).length ? { labels } : {}),
    ...(owner ? { owner: { kind: text(owner['kind']), name: text(owner['name']) } } : {}),
    ...(metadata['deletionTimestamp'] ? { deleting: true } : {}),
    ...(isPod ? { containers: containerSquares(row.object) } : {}),
    ...(amounts ? { amounts } : {}),
    ...(isHeld(row.object) ? { held: true } : {}),
  }
}

function plain(cell: unknown): TableRow['cells'][number] {
  switch (typeof cell) {
    case 'string':
    case 'number':
    case 'boolean':
      return cell
    default:
      return cell === null || cell === undefined ? null : JSON.stringify(cell)
  }
}

function isHeld(of: Untyped): boolean {
  const spec = object(of['spec'])
  return [spec['unschedulable'], spec['paused'], spec['suspend']].includes(true)
}
