import type { EventRow } from '../../../src-main/contract/objects.ts'
import { Age } from '../../components/age.tsx'
import { plural } from '../../components/format.ts'
import { EmptyState, ErrorState, Skeleton } from '../../components/states.tsx'
import { StatusGlyph } from '../../components/status-glyph.tsx'
import styles from './events-tab.module.css'

const isWarning = ({ type }: EventRow) => type === 'Warning'

/** An event in one line. */
export function EventLine({ event }: { event: EventRow }) {
  return (
    <li className={styles['line']} title={`${event.reason}: ${event.message}`}>
      <Glyph event={event} />
      <span className={styles['text']}>
        {event.reason}: {event.message}
      </span>
      <Times event={event} />
    </li>
  )
}

const Glyph = ({ event }: { event: EventRow }) =>
  isWarning(event) ? (
    <StatusGlyph shape="triangle" tone="warn" />
  ) : (
    <StatusGlyph shape="dash" tone="idle" />
  )

const Times = ({ event }: { event: EventRow }) => (
  <span className={styles['times']}>
    <Age since={event.last} />
    {event.count > 1 && `, ${plural(event.count, 'time')}`}
  </span>
)

/** Everything that was said about an object, whole. */
export function EventsTab({
  live,
  name,
}: {
  live: { value: readonly EventRow[] | undefined; error: Error | undefined; retry: () => void }
  name: string
}) {
  if (live.error && !live.value) {
    return (
      <ErrorState
        title="Events can’t be listed"
        message={live.error.message}
        onRetry={live.retry}
      />
    )
  }
  if (!live.value) return <Skeleton />
  if (!live.value.length) {
    return (
      <EmptyState title="No events">
        Nothing happened to {name} lately. The server forgets events after an hour.
      </EmptyState>
    )
  }
  return (
    <ul className={styles['list']}>
      {live.value.map(event => (
        <li key={event.uid}>
          <Glyph event={event} />
          <div>
            <div className={styles['title']}>
              <b>{event.reason}</b>
              <Times event={event} />
            </div>
            <p>{event.message}</p>
            <p className={styles['source']}>{event.source}</p>
          </div>
        </li>
      ))}
    </ul>
  )
}
