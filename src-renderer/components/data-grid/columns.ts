import type { ReactNode } from 'react'

/** A column of a grid. `Row` is whatever the caller's rows are. */
export interface GridColumn<Row> {
  readonly id: string
  readonly header: string
  /** What the column says, for its tooltip. */
  readonly description?: string
  /** In px; the least a flexible column gets. */
  readonly width: number
  /** The same in a list narrower than 800. */
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
const chooserWidth = 28

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
 * Which columns show in a list of this width. Columns leave in the order of `leavesBelow`; one that a person chose
 * never leaves, the list scrolls sideways instead. `textScale` is how much wider text is than the columns were measured
 * for; widths that a person set stay.
 */
export function fitColumns<Row>(
  columns: readonly GridColumn<Row>[],
  choice: ColumnChoice,
  listWidth: number,
  textScale = 1,
): FittedColumns<Row> {
  const width = listWidth / textScale
  const lackRoom = new Set<string>()
  const visible = columns.filter(({ id, optional, leavesBelow }) => {
    const chosen = choice.shown[id]
    if (chosen !== undefined) return chosen
    if (optional) return false
    if (leavesBelow === undefined || width >= leavesBelow) return true
    lackRoom.add(id)
    return false
  })
  const last = visible.at(-1)
  const sizeOf = (column: GridColumn<Row>) => {
    const natural = width < narrow ? (column.narrowWidth ?? column.width) : column.width
    const room = column === last && column.align ? chooserWidth : 0
    return (choice.widths[column.id] ?? Math.round(natural * textScale)) + room
  }
  const template = visible
    .map(column => {
      const size = sizeOf(column)
      const fixed = !column.flex || choice.widths[column.id] !== undefined
      return fixed ? `${size}px` : `minmax(${size}px, ${column.flex}fr)`
    })
    .join(' ')
  return {
    visible,
    lackRoom,
    template,
    minWidth: visible.reduce((sum, one) => sum + sizeOf(one), 0),
  }
}
