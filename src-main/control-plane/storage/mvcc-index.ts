import { OrderedMap, prefixEnd } from '#base/ordered-map.ts'
import type { LogEntry } from './commit-log.ts'
import { EventHistory } from './event-history.ts'
import {
  CompactedError,
  FutureRevisionError,
  type KeyValue,
  type RangeRequest,
  type RangeResult,
  type Revision,
  type StoreEvent,
} from './store.ts'

type Snapshot = OrderedMap<KeyValue>

/** A snapshot is kept every so many events; one in between is made from the nearest older one and the events since. */
const checkpointEvery = 1024
/** Snapshots that chunked lists are reading. */
const recentSnapshots = 32

/**
 * Everything durable, in memory: the current state, the events since the last compaction, and from both every state in
 * between. With checkpoints at 0 and 1024, the state at 1500 is checkpoint 1024 with events 1025…1500 applied.
 */
export class MvccIndex {
  #current: Snapshot = OrderedMap.empty()
  #revision = 0 as Revision
  #compacted = 0 as Revision
  readonly #events = new EventHistory()
  /** By revision, oldest first. The first one is the state at `compacted`. */
  #checkpoints = new Map<Revision, Snapshot>([[this.#revision, this.#current]])
  #sinceCheckpoint = 0
  /** By revision, least recently used first. */
  readonly #recent = new Map<Revision, Snapshot>()

  get revision(): Revision {
    return this.#revision
  }

  get compacted(): Revision {
    return this.#compacted
  }

  get(key: string, at?: Revision): KeyValue | undefined {
    return this.#at(at).get(key)
  }

  range({ prefix, after, limit, at }: RangeRequest): RangeResult {
    const snapshot = this.#at(at)
    const revision = at ?? this.#revision
    const from = after === undefined || after < prefix ? prefix : `${after}\0`
    const end = prefixEnd(prefix)
    const items = limit
      ? snapshot.values(from, end).take(limit).toArray()
      : [...snapshot.values(from, end)]
    const remaining = limit ? snapshot.count(from, end) - items.length : 0
    if (remaining > 0) this.#remember(revision, snapshot)
    return { items, revision, remaining }
  }

  /** The events in (after, now], at most `limit`. */
  eventsAfter(after: number, limit: number): StoreEvent[] {
    return this.#events.between(after, this.#revision, limit)
  }

  /** Takes a durable write in and answers what watchers see of it. */
  apply(entry: LogEntry): StoreEvent {
    const event = toEvent(entry, this.#current.get(entry.key))
    this.#current = applyEvent(this.#current, event)
    this.#revision = entry.revision
    this.#events.push(event)
    if (++this.#sinceCheckpoint >= checkpointEvery) this.#checkpoint()
    return event
  }

  /** The revisions of the entries that nothing refers to any more once history before `upTo` is forgotten. */
  superseded(upTo: Revision): Revision[] {
    return this.#events.between(0, upTo).flatMap(event => {
      const gone = event.previous ? [event.previous.revision] : []
      return event.type === 'delete' ? [...gone, event.revision] : gone
    })
  }

  /** Forgets history before `upTo`. */
  compact(upTo: Revision): void {
    if (upTo <= this.#compacted) return
    const base = this.#at(upTo)
    const kept = [...this.#checkpoints].filter(([revision]) => revision > upTo)
    this.#checkpoints = new Map([[upTo, base], ...kept])
    for (const revision of this.#recent.keys()) if (revision < upTo) this.#recent.delete(revision)
    this.#compacted = upTo
    this.#events.forget(upTo)
  }

  /** After loading: the store's counters, which can be ahead of the newest entry that is left. */
  restore(revision: Revision, compacted: Revision): void {
    this.#revision = revision
    this.compact(compacted)
  }

  #at(at: Revision | undefined): Snapshot {
    if (at === undefined || at === this.#revision) return this.#current
    if (at > this.#revision) throw new FutureRevisionError(at, this.#revision)
    if (at < this.#compacted) throw new CompactedError(at, this.#compacted)
    const recent = this.#recent.get(at)
    if (recent) {
      this.#remember(at, recent)
      return recent
    }
    let [base, baseRevision] = [OrderedMap.empty<KeyValue>(), 0]
    for (const [revision, snapshot] of this.#checkpoints) {
      if (revision <= at) [base, baseRevision] = [snapshot, revision]
    }
    return this.#events.between(baseRevision, at).reduce(applyEvent, base)
  }

  #remember(revision: Revision, snapshot: Snapshot): void {
    this.#recent.delete(revision)
    this.#recent.set(revision, snapshot)
    for (const oldest of this.#recent.keys()) {
      if (this.#recent.size <= recentSnapshots) break
      this.#recent.delete(oldest)
    }
  }

  #checkpoint(): void {
    this.#checkpoints.set(this.#revision, this.#current)
    this.#sinceCheckpoint = 0
  }
}

function toEvent(entry: LogEntry, previous: KeyValue | undefined): StoreEvent {
  const { key, revision, created, value } = entry
  return {
    type: value ? 'put' : 'delete',
    key,
    revision,
    created,
    ...(value && { value }),
    ...(previous && { previous }),
  }
}

function applyEvent(snapshot: Snapshot, { key, value, revision, created }: StoreEvent): Snapshot {
  return value ? snapshot.with(key, { key, value, revision, created }) : snapshot.without(key)
}
