import { Ellipsis } from 'lucide-react'
import { type MouseEvent, memo, useCallback, useSyncExternalStore } from 'react'
import { CheckMark } from '../checkbox.tsx'
import { classNames } from '../class-names.ts'
import { Icon } from '../icon.tsx'
import type { GridColumn } from './columns.ts'
import styles from './data-grid.module.css'

/** Where rows come from: each has listeners of its own. */
export interface RowSource<Row> {
  row(key: string): Row | undefined
  subscribeRow(key: string, listener: () => void): () => void
}

export interface GridRowProps<Row> {
  id: string
  rowKey: string
  index: number
  top: number
  height: number
  template: string
  columns: readonly GridColumn<Row>[]
  source: RowSource<Row>
  isActive: boolean
  isCurrent: boolean
  isChosen: boolean
  onRow: (key: string, event: MouseEvent, part: 'row' | 'check' | 'menu') => void
}

function GridRowInner<Row>(props: GridRowProps<Row>) {
  const { id, rowKey, index, top, height, template, columns, onRow } = props
  const { source } = props
  const row = useSyncExternalStore(
    useCallback(listener => source.subscribeRow(rowKey, listener), [source, rowKey]),
    () => source.row(rowKey),
  )
  return (
    // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useSemanticElements: the grid holds the focus and names its active row
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid takes the keys
    <div
      id={id}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={props.isChosen || props.isCurrent}
      className={classNames(
        styles['row'],
        props.isActive && styles['active'],
        (props.isCurrent || props.isChosen) && styles['selected'],
      )}
      style={{ transform: `translateY(${top}px)`, height, gridTemplateColumns: template }}
      onClick={event => onRow(rowKey, event, 'row')}
      onContextMenu={event => onRow(rowKey, event, 'menu')}
    >
      {/* biome-ignore lint/a11y: a part of the row above */}
      <div
        role="gridcell"
        aria-colindex={1}
        className={styles['check']}
        onClick={event => {
          event.stopPropagation()
          onRow(rowKey, event, 'check')
        }}
      >
        <CheckMark state={props.isChosen ? 'on' : 'off'} />
      </div>
      {row !== undefined &&
        columns.map((column, at) => (
          // biome-ignore lint/a11y: a part of the row above
          <div
            key={column.id}
            role="gridcell"
            aria-colindex={at + 2}
            className={classNames(
              styles['cell'],
              at === 0 && styles['name'],
              column.align && styles['end'],
              at === columns.length - 1 && styles['last'],
            )}
            title={column.title?.(row)}
          >
            {column.cell(row)}
          </div>
        ))}
      <div
        className={styles['more']}
        aria-hidden
        onClick={event => {
          event.stopPropagation()
          onRow(rowKey, event, 'menu')
        }}
      >
        <Icon of={Ellipsis} size={14} />
      </div>
    </div>
  )
}

/** One row; renders again only for its own data, place and state. */
export const GridRow = memo(GridRowInner) as typeof GridRowInner
