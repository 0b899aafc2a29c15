import { type Clock, formatMicroTime, formatTime } from '#base/clock.ts'
import type { Event } from '#kubernetes/api/core-v1.ts'

const maxKeys = 4096
const aggregateAfter = 10
const aggregateWithinMs = 600_000
const burst = 25
const refillMs = 300_000

interface Similar {
  messages: Set<string>
  last: number
}

interface Known {
  name: string
  count: number
  firstTimestamp: string | undefined
  eventTime: string | undefined
}

/** What to do with an event: create it, or patch the one that said the same before. */
export interface Correlated {
  event: Event
  patch?: Record<string, unknown>
}

/**
 * Keeps repeated events from flooding the API, as client-go's correlator does:
 * - more than 10 similar events (all but the message alike) within 10 minutes become one `(combined from similar events)`;
 * - an event that says the same as before becomes a patch of its count (or series);
 * - a source may write 25 events about one object in a burst, then one per 5 minutes.
 * Each memory holds the 4096 keys used last.
 */
export class EventCorrelator {
  readonly #clock: Clock
  readonly #similar = new Map<string, Similar>()
  readonly #known = new Map<string, Known>()
  readonly #tokens = new Map<string, { left: number; at: number }>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Undefined when the event is to be dropped. */
  correlate(event: Event): Correlated | undefined {
    if (!this.#take(event)) return undefined
    const { event: aggregated, key } = this.#aggregate(event)
    return this.#count(aggregated, key)
  }

  #take(event: Event): boolean {
    const key = join([sourceKey(event), objectKey(event)])
    const now = this.#clock.monotonic()
    const known = recall(this.#tokens, key) ?? { left: burst, at: now }
    const left = Math.min(burst, known.left + (now - known.at) / refillMs)
    const allowed = left >= 1
    remember(this.#tokens, key, { left: allowed ? left - 1 : left, at: now })
    return allowed
  }

  #aggregate(event: Event): { event: Event; key: string } {
    const similarKey = join([sourceKey(event), objectKey(event), event.type, event.reason])
    const now = this.#clock.monotonic()
    let similar = recall(this.#similar, similarKey)
    if (!similar || now - similar.last > aggregateWithinMs) {
      similar = { messages: new Set(), last: now }
    }
    similar.last = now
    similar.messages.add(event.message ?? '')
    remember(this.#similar, similarKey, similar)
    if (similar.messages.size < aggregateAfter) {
      return { event, key: join([similarKey, event.message]) }
    }
    for (const oldest of similar.messages) {
      similar.messages.delete(oldest)
      break
    }
    const message = `(combined from similar events): ${event.message ?? ''}`
    return { event: { ...event, message }, key: similarKey }
  }

  #count(event: Event, key: string): Correlated {
    const known = recall(this.#known, key)
    const count = (known?.count ?? 0) + 1
    const series = event.eventTime !== undefined
    const name = known?.name ?? event.metadata.name ?? ''
    remember(this.#known, key, {
      name,
      count,
      firstTimestamp: known?.firstTimestamp ?? event.firstTimestamp,
      eventTime: known?.eventTime ?? event.eventTime,
    })
    if (!known) return { event }
    const now = this.#clock.now()
    const repeat = series
      ? { series: { count, lastObservedTime: formatMicroTime(now) } }
      : { count, lastTimestamp: formatTime(now) }
    return {
      event: {
        ...event,
        ...repeat,
        ...(known.firstTimestamp ? { firstTimestamp: known.firstTimestamp } : {}),
        ...(known.eventTime ? { eventTime: known.eventTime } : {}),
        metadata: { ...event.metadata, name },
      },
      patch: { ...repeat, message: event.message },
    }
  }
}

const sourceKey = (event: Event) =>
  join([event.source?.component, event.source?.host, event.reportingComponent])

const objectKey = ({ involvedObject: about }: Event) =>
  join([about.kind, about.namespace, about.name, about.uid, about.apiVersion, about.fieldPath])

const join = (parts: (string | undefined)[]) => parts.map(part => part ?? '').join('\u0000')

function recall<V>(memory: Map<string, V>, key: string): V | undefined {
  const value = memory.get(key)
  if (value === undefined) return undefined
  memory.delete(key)
  memory.set(key, value)
  return value
}

function remember<V>(memory: Map<string, V>, key: string, value: V): void {
  memory.delete(key)
  memory.set(key, value)
  if (memory.size <= maxKeys) return
  for (const oldest of memory.keys()) {
    memory.delete(oldest)
    return
  }
}
