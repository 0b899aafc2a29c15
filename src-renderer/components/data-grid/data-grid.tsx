import { useVirtualizer } from '@tanstack/react-virtual'
import {
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  useCallback,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { classNames } from '../class-names.ts'
import { ColumnChooser } from './column-chooser.tsx'
import { type ColumnChoice, checkWidth, fitColumns, type GridColumn, narrow } from './columns.ts'
import styles from './data-grid.module.css'
import { GridHead } from './grid-head.tsx'
import { type GridCursor, moveCursor } from './grid-keys.ts'
import { GridRow, type RowSource } from './grid-row.tsx'
import { extend, type Selection, toggle } from './selection.ts'
import { useWidth } from './use-width.ts'

export interface GridSort {
  readonly column: string
  readonly descending: boolean
}

export interface DataGridProps<Row> {
  /** Names the grid. */
  label: string
  columns: readonly GridColumn<Row>[]
  choice: ColumnChoice
  onChoice: (choice: ColumnChoice) => void
  /** Keys of the rows, in order. */
  keys: readonly string[]
  source: RowSource<Row>
  sort: GridSort | undefined
  onSort: (column: string) => void
  /** Says that rows would stand elsewhere, were the order not held. */
  orderPaused: boolean
  onHover: (inside: boolean) => void
  selection: Selection
  onSelection: (selection: Selection) => void
  /** The row shown beside the list. */
  current: string | undefined
  /** `how`: a click or Enter opens beside the list, a double click opens as a page, arrows only move. */
  onOpen: (key: string, how: 'beside' | 'page' | 'move') => void
  onMenu: (key: string, at: { x: number; y: number }) => void
  /** A key that the grid has no use for, on a row. */
  onKey?: (key: string, event: KeyboardEvent) => void
  rowHeight: number
  textScale: number
  /** Faded: what shows is not as fresh as it should be. */
  dimmed?: boolean
  children?: ReactNode
}

const overscan = 10

/**
 * A list of any length as an ARIA grid: it keeps the focus itself and names its active row. Only the rows in sight
 * exist, each listening to its own key.
 */
export function DataGrid<Row>(props: DataGridProps<Row>) {
  const {
    columns,
    choice,
    keys,
    selection,
    onSelection,
    current,
    onOpen,
    onMenu,
    rowHeight,
    textScale,
  } = props
  const id = useId()
  const scroll = useRef<HTMLDivElement>(null)
  const width = useWidth(scroll)
  const fitted = useMemo(
    () => fitColumns(columns, choice, width, textScale),
    [columns, choice, width, textScale],
  )
  const template = `${checkWidth}px ${fitted.template}`
  const [cursor, setCursor] = useState<{ key: string } | { head: number } | undefined>()
  const activeKey = cursor && 'key' in cursor ? cursor.key : current
  const activeIndex = useMemo(() => (activeKey ? keys.indexOf(activeKey) : -1), [keys, activeKey])

  const rows = useVirtualizer({
    count: keys.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => rowHeight,
    overscan,
    scrollPaddingStart: 28,
    rangeExtractor: ({ startIndex, endIndex, count }) => {
      const first = Math.max(0, startIndex - overscan)
      const last = Math.min(count - 1, endIndex + overscan)
      const range = Array.from({ length: last - first + 1 }, (_, index) => first + index)
      if (activeIndex >= 0 && (activeIndex < first || activeIndex > last)) range.push(activeIndex)
      return range
    },
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the sizes depend on the row height alone
  useEffect(() => rows.measure(), [rowHeight])

  const moveTo = (next: GridCursor) => {
    if ('head' in next) return setCursor(next)
    const key = keys[next.row]
    if (!key) return
    rows.scrollToIndex(next.row)
    setCursor({ key })
    onOpen(key, 'move')
  }

  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget) return
    const at: GridCursor | undefined =
      cursor && 'head' in cursor ? cursor : activeIndex >= 0 ? { row: activeIndex } : undefined
    const page = Math.max(1, Math.floor((scroll.current?.clientHeight ?? 0) / rowHeight) - 2)
    const next = moveCursor(event.key, at, {
      rows: keys.length,
      columns: fitted.visible.length,
      page,
    })
    const key = activeIndex >= 0 ? keys[activeIndex] : undefined
    if (next) {
      if (event.shiftKey && 'row' in next) {
        const target = keys[next.row]
        if (target) onSelection(extend(selection, keys, key, target))
      }
      moveTo(next)
    } else if (cursor && 'head' in cursor && (event.key === 'Enter' || event.key === ' ')) {
      const column = fitted.visible[cursor.head]
      if (column?.sortable !== false && column) props.onSort(column.id)
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) {
      onSelection({ keys: new Set(keys), anchor: keys[0] })
    } else if (event.key === 'Escape' && selection.keys.size) {
      onSelection({ keys: new Set(), anchor: undefined })
    } else if (!key) return
    else if (event.key === 'Enter') onOpen(key, 'beside')
    else if (event.key === ' ') onSelection(toggle(selection, key))
    else if (event.key === 'ContextMenu' || (event.key === 'F10' && event.shiftKey)) {
      const box = document.getElementById(`${id}-${key}`)?.getBoundingClientRect()
      if (box) onMenu(key, { x: box.left + checkWidth, y: box.bottom })
    } else return props.onKey?.(key, event)
    event.preventDefault()
    event.stopPropagation()
  }

  const latest = useRef({ selection, keys, onOpen, onMenu, onSelection, activeKey })
  latest.current = { selection, keys, onOpen, onMenu, onSelection, activeKey }
  const onRow = useCallback((key: string, event: MouseEvent, part: 'row' | 'check' | 'menu') => {
    const now = latest.current
    setCursor({ key })
    if (part === 'menu' || event.type === 'contextmenu') {
      event.preventDefault()
      now.onMenu(key, { x: event.clientX, y: event.clientY })
    } else if (event.shiftKey) {
      now.onSelection(extend(now.selection, now.keys, now.activeKey, key))
    } else if (part === 'check' || event.ctrlKey || event.metaKey) {
      now.onSelection(toggle(now.selection, key))
    } else now.onOpen(key, event.detail > 1 ? 'page' : 'beside')
  }, [])

  const headIndex = cursor && 'head' in cursor ? cursor.head : undefined
  const activeId =
    headIndex !== undefined
      ? `${id}-head-${headIndex}`
      : activeIndex >= 0
        ? `${id}-${keys[activeIndex]}`
        : undefined
  return (
    // biome-ignore lint/a11y/useSemanticElements: a table element can't hold virtual rows
    <div
      ref={scroll}
      className={classNames(
        styles['grid'],
        props.dimmed && styles['dimmed'],
        selection.keys.size > 0 && styles['choosing'],
        width < narrow && styles['narrow'],
        width > 0 && fitted.minWidth + checkWidth > width && styles['wide'],
      )}
      role="grid"
      tabIndex={0}
      aria-label={props.label}
      aria-rowcount={keys.length + 1}
      aria-colcount={fitted.visible.length + 1}
      aria-multiselectable
      aria-activedescendant={activeId}
      onKeyDown={onKeyDown}
      onPointerEnter={() => props.onHover(true)}
      onPointerLeave={() => props.onHover(false)}
    >
      <GridHead
        id={id}
        fitted={fitted}
        template={template}
        checkWidth={checkWidth}
        sort={props.sort}
        onSort={props.onSort}
        orderPaused={props.orderPaused}
        active={headIndex}
        checked={
          selection.keys.size === 0 ? 'off' : selection.keys.size >= keys.length ? 'on' : 'mixed'
        }
        onCheckAll={() =>
          onSelection({
            keys: new Set(selection.keys.size ? [] : keys),
            anchor: undefined,
          })
        }
        onResize={(column, size) =>
          props.onChoice({ ...choice, widths: setOrDrop(choice.widths, column, size) })
        }
        chooser={
          <ColumnChooser
            columns={columns}
            lackRoom={fitted.lackRoom}
            choice={choice}
            onChoice={props.onChoice}
          />
        }
      />
      {/* biome-ignore lint/a11y/useSemanticElements: see above */}
      <div
        role="rowgroup"
        className={styles['body']}
        style={{ height: rows.getTotalSize(), minWidth: fitted.minWidth + checkWidth }}
      >
        {rows.getVirtualItems().map(({ index, start }) => {
          const key = keys[index]
          return key === undefined ? null : (
            <GridRow<Row>
              key={key}
              id={`${id}-${key}`}
              rowKey={key}
              index={index}
              top={start}
              height={rowHeight}
              template={template}
              columns={fitted.visible}
              source={props.source}
              isActive={key === activeKey && headIndex === undefined}
              isCurrent={key === current}
              isChosen={selection.keys.has(key)}
              onRow={onRow}
            />
          )
        })}
      </div>
      {props.children}
    </div>
  )
}

function setOrDrop(
  widths: Readonly<Record<string, number>>,
  column: string,
  size: number | undefined,
): Record<string, number> {
  const { [column]: _, ...rest } = widths
  return size === undefined ? rest : { ...rest, [column]: size }
}
