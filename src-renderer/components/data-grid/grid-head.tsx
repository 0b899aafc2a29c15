import { ArrowDown, ArrowUp } from 'lucide-react'
import type { ReactNode, PointerEvent as ReactPointerEvent } from 'react'
import { CheckMark } from '../checkbox.tsx'
import { classNames } from '../class-names.ts'
import type { FittedColumns } from './columns.ts'
import styles from './data-grid.module.css'

const narrowest = 40

export interface GridHeadProps<Row> {
  id: string
  fitted: FittedColumns<Row>
  template: string
  checkWidth: number
  sort: { readonly column: string; readonly descending: boolean } | undefined
  onSort: (column: string) => void
  orderPaused: boolean
  active: number | undefined
  checked: 'on' | 'off' | 'mixed'
  onCheckAll: () => void
  /** Undefined sets the width back. */
  onResize: (column: string, width: number | undefined) => void
  chooser: ReactNode
}

/** The names of the columns: sorts, resizes, and stays when the rows scroll. */
export function GridHead<Row>(props: GridHeadProps<Row>) {
  const { fitted, sort, onSort } = props
  return (
    // biome-ignore lint/a11y: the grid holds the focus and names its active cell
    <div
      role="row"
      aria-rowindex={1}
      className={styles['head']}
      style={{ gridTemplateColumns: props.template, minWidth: fitted.minWidth + props.checkWidth }}
    >
      {/* biome-ignore lint/a11y: Ctrl+A does the same in the grid */}
      <div
        role="columnheader"
        aria-colindex={1}
        aria-label="Choose all rows"
        className={styles['check']}
        onClick={props.onCheckAll}
      >
        <CheckMark state={props.checked} />
      </div>
      {fitted.visible.map((column, at) => {
        const sorted = sort?.column === column.id
        const canSort = column.sortable !== false
        return (
          // biome-ignore lint/a11y: Enter on the grid's active head does the same
          <div
            key={column.id}
            id={`${props.id}-head-${at}`}
            role="columnheader"
            aria-colindex={at + 2}
            {...(canSort && {
              'aria-sort': sorted ? (sort.descending ? 'descending' : 'ascending') : 'none',
            })}
            className={classNames(
              styles['headCell'],
              at === 0 && styles['name'],
              column.align && styles['end'],
              sorted && styles['sorted'],
              props.active === at && styles['activeHead'],
              at === fitted.visible.length - 1 && styles['last'],
            )}
            title={column.description}
            style={{ gridColumn: at + 2 }}
            onClick={() => canSort && onSort(column.id)}
          >
            <span>{column.header}</span>
            {sorted &&
              (sort.descending ? (
                <ArrowDown size={11} aria-hidden />
              ) : (
                <ArrowUp size={11} aria-hidden />
              ))}
            {sorted && props.orderPaused && <i className={styles['paused']}>order paused</i>}
            <ResizeHandle onResize={width => props.onResize(column.id, width)} />
          </div>
        )
      })}
      {/* biome-ignore lint/a11y: holds a button */}
      <div role="columnheader" aria-label="Columns" className={styles['chooser']}>
        {props.chooser}
      </div>
    </div>
  )
}

function ResizeHandle({ onResize }: { onResize: (width: number | undefined) => void }) {
  const start = (event: ReactPointerEvent<HTMLElement>) => {
    event.preventDefault()
    event.stopPropagation()
    const handle = event.currentTarget
    const cell = handle.parentElement
    if (!cell) return
    const offset = cell.getBoundingClientRect().width - event.clientX
    handle.setPointerCapture(event.pointerId)
    const move = (to: PointerEvent) =>
      onResize(Math.max(narrowest, Math.round(offset + to.clientX)))
    handle.addEventListener('pointermove', move)
    handle.addEventListener(
      'lostpointercapture',
      () => handle.removeEventListener('pointermove', move),
      { once: true },
    )
  }
  return (
    // biome-ignore lint/a11y: a width is a convenience of the pointer
    <i
      className={styles['resize']}
      onPointerDown={start}
      onClick={event => event.stopPropagation()}
      onDoubleClick={event => {
        event.stopPropagation()
        onResize(undefined)
      }}
    />
  )
}
