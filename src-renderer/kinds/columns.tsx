import type { TableColumn, TableRow } from '../../src-main/contract/tables.ts'
import { Age } from '../components/age.tsx'
import { ContainerSquares } from '../components/container-squares.tsx'
import type { GridColumn } from '../components/data-grid/columns.ts'
import { Status } from '../components/status-glyph.tsx'
import type { Cell } from './compare.ts'
import { NameText } from './name-text.tsx'
import { glyphOf, squareOf } from './status.ts'

/** How one kind's list differs from the generic one. */
export interface ColumnPlan {
  /** The columns in order, by the server's names and ours; others come before Age and Status at its end. */
  readonly order?: readonly string[]
  readonly hidden?: readonly string[]
  readonly columns?: Readonly<Record<string, Partial<GridColumn<TableRow>>>>
  /** Columns that the window makes of the server's cells: `textOf` is the text of a row in one of the server's columns. */
  readonly made?: (textOf: (row: TableRow, column: string) => string) => GridColumn<TableRow>[]
}

type Column = GridColumn<TableRow>
const lastColumns = ['Age', 'Status']
const standardOrder = ['Name', 'Namespace', ...lastColumns]

/** The columns of a list: the server's own, and what the window knows beside them. */
export function buildColumns(
  server: readonly TableColumn[],
  options: {
    namespaced: boolean
    hasStatus: boolean
    hasContainers: boolean
    /** Columns that come from elsewhere than the server's Table. */
    extra?: readonly Column[]
  },
  plan: ColumnPlan = {},
): Column[] {
  const own = new Set(['Name', 'Namespace', 'Age', 'Status'])
  const all = new Map<string, Column>([['Name', nameColumn]])
  if (options.namespaced) all.set('Namespace', namespaceColumn)
  if (options.hasContainers) {
    all.set('Containers', containersColumn)
    all.set('Controlled by', ownerColumn)
  }
  for (const [at, column] of server.entries()) {
    if (!own.has(column.name) && !all.has(column.name))
      all.set(column.name, serverColumn(column, at))
  }
  const places = new Map(server.map(({ name }, at) => [name, at]))
  const made = plan.made?.((row, name) => cellText(row.cells[places.get(name) ?? -1])) ?? []
  for (const column of [...made, ...(options.extra ?? [])]) all.set(column.id, column)
  all.set('Age', ageColumn)
  if (options.hasStatus) all.set('Status', statusColumn)
  else {
    const at = server.findIndex(({ name }) => name === 'Status')
    const column = server[at]
    if (column) all.set('Status', serverColumn(column, at))
  }
  for (const id of plan.hidden ?? []) all.delete(id)
  const order = (plan.order ?? standardOrder).filter(id => all.has(id))
  const end = order.findLastIndex(id => !lastColumns.includes(id)) + 1
  const others = [...all.keys()].filter(id => !order.includes(id))
  return [...order.slice(0, end), ...others, ...order.slice(end)].flatMap(id => {
    const column = all.get(id)
    return column ? [{ ...column, ...plan.columns?.[id] }] : []
  })
}

const nameColumn: Column = {
  id: 'Name',
  header: 'Name',
  width: 160,
  narrowWidth: 120,
  flex: 3,
  title: row => row.name,
  cell: row => <NameText row={row} />,
}

const namespaceColumn: Column = {
  id: 'Namespace',
  header: 'Namespace',
  width: 104,
  narrowWidth: 88,
  title: row => row.namespace,
  cell: row => row.namespace,
}

const containersColumn: Column = {
  id: 'Containers',
  header: 'Containers',
  width: 84,
  narrowWidth: 76,
  cell: row => <ContainerSquares squares={(row.containers ?? []).map(one => squareOf(one))} />,
}

const ownerColumn: Column = {
  id: 'Controlled by',
  header: 'Controlled by',
  width: 96,
  leavesBelow: 940,
  title: row => row.owner && `${row.owner.kind} ${row.owner.name}`,
  cell: row => row.owner?.kind,
}

const ageColumn: Column = {
  id: 'Age',
  header: 'Age',
  width: 52,
  narrowWidth: 44,
  align: 'end',
  cell: row => <Age since={row.created} />,
}

const statusColumn: Column = {
  id: 'Status',
  header: 'Status',
  width: 168,
  narrowWidth: 168,
  title: row => row.status?.message ?? row.status?.word,
  cell: row => row.status && <Status {...glyphOf(row.status)}>{row.status.word}</Status>,
}

const numeric = new Set(['integer', 'number'])

function serverColumn({ name, type, description, priority }: TableColumn, at: number): Column {
  const isNumber = numeric.has(type)
  const isDate = type === 'date'
  return {
    id: name,
    header: name,
    ...(description && { description }),
    width: isNumber ? Math.max(72, name.length * 7 + 20) : Math.max(96, name.length * 7 + 20),
    ...(isNumber || isDate ? { align: 'end' as const } : { flex: 1 }),
    ...(priority > 0 && { optional: true }),
    ...(!isDate && { title: row => cellText(row.cells[at]) }),
    cell: row => (isDate ? <Age since={cellText(row.cells[at])} /> : cellText(row.cells[at])),
  }
}

/** A cell as text. What the server doesn't know is empty, never a word for it. */
export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined || cell === '<none>' || cell === '<unset>') return ''
  return String(cell)
}
