import { useVirtualizer } from '@tanstack/react-virtual'
import { type CSSProperties, useEffect, useRef } from 'react'
import { classNames } from './class-names.ts'
import { type LogEntry, splitMatches } from './log-buffer.ts'
import styles from './log-view.module.css'

export interface LogViewProps {
  label: string
  entries: readonly LogEntry[]
  /** Stays at the last line; scrolling up ends it. */
  following: boolean
  onFollowing: (following: boolean) => void
  times: boolean
  wrap: boolean
  pattern: RegExp | undefined
  /** The place of the hit that was jumped to. */
  hit: number | undefined
  lineHeight: number
  /** Who wrote a line, where they are several: a colour of its own and a short name. */
  sourceOf?: (source: number) => {
    readonly colour: string
    readonly name: string
    readonly title: string
  }
  /** The room for their names, in characters. */
  sourceWidth?: number
}

const clock = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  fractionalSecondDigits: 3,
})

/** A log of any length; only the lines in sight exist. */
export function LogView(props: LogViewProps) {
  const { entries, following, wrap, hit, lineHeight, onFollowing } = props
  const scroll = useRef<HTMLDivElement>(null)
  const lines = useVirtualizer({
    count: entries.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => lineHeight,
    getItemKey: place => entries[place]?.index ?? place,
    overscan: 20,
    paddingStart: 4,
    paddingEnd: 4,
  })
  // biome-ignore lint/correctness/useExhaustiveDependencies: lines are measured again when their heights may differ
  useEffect(() => lines.measure(), [wrap, lineHeight])
  // biome-ignore lint/correctness/useExhaustiveDependencies: every new line moves the end
  useEffect(() => {
    if (following && entries.length) lines.scrollToIndex(entries.length - 1, { align: 'end' })
  }, [entries, following, wrap])
  // biome-ignore lint/correctness/useExhaustiveDependencies: only a new hit is jumped to
  useEffect(() => {
    if (hit !== undefined) lines.scrollToIndex(hit, { align: 'center' })
  }, [hit])

  return (
    <div
      ref={scroll}
      role="log"
      aria-label={props.label}
      aria-live="off"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keyboard
      tabIndex={0}
      className={classNames(styles['log'], wrap && styles['wrap'])}
      style={{ '--source-width': `${props.sourceWidth ?? 8}ch` } as CSSProperties}
      onWheel={event => event.deltaY < 0 && following && onFollowing(false)}
      onScroll={event => {
        const { scrollTop, clientHeight, scrollHeight } = event.currentTarget
        if (!following && scrollHeight - scrollTop - clientHeight < 2) onFollowing(true)
      }}
      onKeyDown={event => {
        if (event.key === 'End') onFollowing(true)
        else if (['Home', 'PageUp', 'ArrowUp'].includes(event.key)) onFollowing(false)
      }}
    >
      <div className={styles['body']} style={{ height: lines.getTotalSize() }}>
        {lines.getVirtualItems().map(({ index: place, start, key }) => {
          const entry = entries[place]
          return entry ? (
            <div
              key={key}
              data-index={place}
              ref={wrap ? lines.measureElement : null}
              className={classNames(
                entry.mark ? styles['mark'] : styles['line'],
                styles[entry.severity],
                place === hit && styles['now'],
              )}
              style={{ transform: `translateY(${start}px)`, ...(!wrap && { height: lineHeight }) }}
            >
              {entry.mark ? entry.text : <Line entry={entry} {...props} />}
            </div>
          ) : null
        })}
      </div>
    </div>
  )
}

function Line({
  entry,
  times,
  pattern,
  sourceOf,
}: Pick<LogViewProps, 'times' | 'pattern' | 'sourceOf'> & { entry: LogEntry }) {
  const source = entry.source === undefined ? undefined : sourceOf?.(entry.source)
  const at = Date.parse(entry.time)
  return (
    <>
      {times && (
        <time dateTime={entry.time} title={entry.time}>
          {Number.isNaN(at) ? entry.time : clock.format(at)}
        </time>
      )}
      {source && (
        <span className={styles['source']} title={source.title}>
          <i style={{ background: source.colour }} />
          {source.name}
        </span>
      )}
      <span className={styles['text']}>
        {splitMatches(entry.text, pattern).map(piece =>
          piece.found ? <mark key={piece.at}>{piece.text}</mark> : piece.text,
        )}
      </span>
    </>
  )
}
