import type { TableRow } from '../../src-main/contract/tables.ts'
import type { Sort } from '../bridge/route.ts'
import { severity } from './status.ts'

export type Cell = TableRow['cells'][number]

const collator = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })
const unitMs: Record<string, number> = { y: 31_536e6, d: 864e5, h: 36e5, m: 6e4, s: 1e3 }
const duration = /^(\d+[ydhms]){1,3}( ago)?$/

/** A duration as kubectl prints it (`3m10s`, `5d2h`) in milliseconds; undefined when it isn't one. */
export function parseDuration(text: string): number | undefined {
  if (!duration.test(text)) return undefined
  let ms = 0
  for (const [, count, unit] of text.matchAll(/(\d+)([ydhms])/g)) {
    ms += Number(count) * (unitMs[unit ?? ''] ?? 0)
  }
  return ms
}

const moment = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/

/**
 * Orders two cells of a column: numbers and durations by size, moments by their age, words as a person would; empty
 * ones come first.
 */
export function compareCells(a: Cell | undefined, b: Cell | undefined): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b
  const left = String(a ?? '')
  const right = String(b ?? '')
  if (moment.test(left) && moment.test(right)) return Date.parse(right) - Date.parse(left)
  const leftMs = parseDuration(left)
  const rightMs = parseDuration(right)
  if (leftMs !== undefined && rightMs !== undefined) return leftMs - rightMs
  return collator.compare(left, right)
}

/**
 * How to order rows by a column. `cells` finds a server column's place; `measured` is for a column whose values are
 * kept elsewhere than in the rows.
 */
export function rowComparer(
  sort: Sort | undefined,
  cells: (column: string) => number,
  measured?: (row: TableRow) => number | undefined,
): (a: TableRow, b: TableRow) => number {
  if (!sort) return () => 0
  const sign = sort.descending ? -1 : 1
  if (measured) return (a, b) => sign * ((measured(a) ?? -1) - (measured(b) ?? -1))
  const at = cells(sort.column)
  const compare =
    builtIn[sort.column] ?? ((a: TableRow, b: TableRow) => compareCells(a.cells[at], b.cells[at]))
  return (a, b) => sign * compare(a, b)
}

const text = (a: string | undefined, b: string | undefined) => collator.compare(a ?? '', b ?? '')

const builtIn: Record<string, (a: TableRow, b: TableRow) => number> = {
  Name: (a, b) => text(a.name, b.name),
  Namespace: (a, b) => text(a.namespace, b.namespace),
  Status: (a, b) => severity(a) - severity(b) || -text(a.status?.word, b.status?.word),
  // An age grows as its moment of creation lies further back.
  Age: (a, b) => (a.created < b.created ? 1 : a.created > b.created ? -1 : 0),
  'Controlled by': (a, b) =>
    text(a.owner?.kind, b.owner?.kind) || text(a.owner?.name, b.owner?.name),
  Containers: (a, b) => (a.containers?.length ?? 0) - (b.containers?.length ?? 0),
}

/**
 * What a filter's text is looked for in: the name, the namespace, the state's word, labels. Without words, too, a row's
 * text is put together: rows come a few at a time, and the first key of a filter finds it done.
 */
export function matchesFilter(row: TableRow, words: readonly string[]): boolean {
  const text = searched.get(row) ?? searchedText(row)
  searched.set(row, text)
  return words.every(word => text.includes(word))
}

/** A row that changes is another object, so what was put together for one stays true of it. */
const searched = new WeakMap<TableRow, string>()

function searchedText({ name, namespace, status, owner, labels }: TableRow): string {
  let text = `${name} ${namespace ?? ''} ${status?.word ?? ''} ${owner?.name ?? ''}`
  for (const key in labels) text += ` ${key}=${labels[key]}`
  return text.toLowerCase()
}

/** A filter's text as the words that must all be found. */
export const filterWords = (filter: string): string[] =>
  filter.toLowerCase().split(/\s+/).filter(Boolean)
