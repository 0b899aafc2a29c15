import type { ReactNode } from 'react'

/** A column of a grid. `Row` is whatever the caller's rows are. */
export interface GridColumn<Row> {
  readonly id: string
  readonly header: string
  /** What the column says, for its tooltip. */
  readonly description?: string
  /** In px; the least a flexible column gets. */
  readonly width: number
  /** The same in a list narrower than 800; a wider one that lacks room has its columns shrink towards it. */
  readonly narrowWidth?: number
  /** Takes its share of what is left. */
  readonly flex?: number
  readonly align?: 'end'
  /** Leaves when the list is narrower; a column without it never leaves. */
  readonly leavesBelow?: number
  /** Shows only when a person chose it. */
  readonly optional?: boolean
  readonly sortable?: boolean
  readonly cell: (row: Row) => ReactNode
  /** The whole value, for the tooltip of a cell that may be cut. */
  readonly title?: (row: Row) => string | undefined
}

/** What a person chose for a list: shown or hidden by column, and widths in px. */
export interface ColumnChoice {
  readonly shown: Readonly<Record<string, boolean>>
  readonly widths: Readonly<Record<string, number>>
}

export const noChoice: ColumnChoice = { shown: {}, widths: {} }

/** Reads a choice that was remembered; unreadable parts are dropped. */
export function parseChoice(value: unknown): ColumnChoice {
  const { shown, widths } = (typeof value === 'object' && value ? value : {}) as Record<
    string,
    unknown
  >
  const only = <T>(of: unknown, type: string) =>
    Object.fromEntries(
      Object.entries(of ?? {}).filter(([, item]) => typeof item === type),
    ) as Record<string, T>
  return { shown: only<boolean>(shown, 'boolean'), widths: only<number>(widths, 'number') }
}

/** Lists narrower than this have smaller cells. */
export const narrow = 800
/** What the column chooser takes from a last column whose text stands at its end. */
const chooserWidth = 36
/** The column of the check marks, before all others. */
export const checkWidth = 34
/** How much wider the padding of a cell is in a list that is not narrow. */
const widePadding = 4

export interface FittedColumns<Row> {
  readonly visible: readonly GridColumn<Row>[]
  /** Ids that only lack room. */
  readonly lackRoom: ReadonlySet<string>
  /** As `grid-template-columns`. */
  readonly template: string
  /** The least width of a row; wider than the list means it scrolls sideways. */
  readonly minWidth: number
}

/**
 * Which columns show in a list of this width, and how wide. Columns leave in the order of `leavesBelow`, and those that
 * stay shrink when they lack room; more leave when that is not enough. One that a person chose never leaves, the list
 * scrolls sideways instead. `textScale` is how much wider text is than the columns were measured for; widths that a
 * person set stay.
 */
export function fitColumns<Row>(
  columns: readonly GridColumn<Row>[],
  choice: ColumnChoice,
  listWidth: number,
  textScale = 1,
): FittedColumns<Row> {
  const isWanted = ({ id, optional }: GridColumn<Row>) => choice.shown[id] ?? !optional
  const isChosen = ({ id }: GridColumn<Row>) => choice.shown[id] === true
  const wanted = columns.filter(isWanted)
  let visible = wanted.filter(
    column => isChosen(column) || listWidth / textScale >= (column.leavesBelow ?? 0),
  )
  let sizes = columnSizes(visible, choice, listWidth, textScale)
  while (listWidth > 0 && sizes.total > listWidth - checkWidth) {
    const ranks = visible.flatMap(one => (isChosen(one) ? [] : (one.leavesBelow ?? [])))
    if (!ranks.length) break
    const next = Math.max(...ranks)
    visible = visible.filter(one => isChosen(one) || one.leavesBelow !== next)
    sizes = columnSizes(visible, choice, listWidth, textScale)
  }
  return {
    visible,
    lackRoom: new Set(wanted.filter(one => !visible.includes(one)).map(({ id }) => id)),
    template: visible.map((column, at) => track(column, choice, sizes.each[at] ?? 0)).join(' '),
    minWidth: sizes.total,
  }
}

/** The width of each column: as it is meant, or as much of it as the list has room for. */
function columnSizes<Row>(
  visible: readonly GridColumn<Row>[],
  choice: ColumnChoice,
  listWidth: number,
  textScale: number,
): { each: number[]; total: number } {
  const isNarrow = listWidth / textScale < narrow
  const last = visible.at(-1)
  const bounds = visible.map(column => {
    const { id, width, narrowWidth = width, align } = column
    const room = column === last && align ? chooserWidth : 0
    const set = choice.widths[id]
    if (set !== undefined) return { least: set + room, natural: set + room }
    const natural = isNarrow ? narrowWidth : width
    const least = Math.min(natural, isNarrow ? narrowWidth : narrowWidth + widePadding)
    return {
      least: Math.round(least * textScale) + room,
      natural: Math.round(natural * textScale) + room,
    }
  })
  const natural = bounds.reduce((sum, one) => sum + one.natural, 0)
  const slack = natural - bounds.reduce((sum, one) => sum + one.least, 0)
  const lacking = listWidth > 0 ? Math.max(0, natural - (listWidth - checkWidth)) : 0
  const share = slack ? Math.min(1, lacking / slack) : 0
  const each = bounds.map(one => one.natural - Math.ceil((one.natural - one.least) * share))
  return { each, total: each.reduce((sum, size) => sum + size, 0) }
}

function track<Row>({ id, flex }: GridColumn<Row>, choice: ColumnChoice, size: number): string {
  return flex && choice.widths[id] === undefined ? `minmax(${size}px, ${flex}fr)` : `${size}px`
}
