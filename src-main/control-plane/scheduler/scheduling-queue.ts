import type { Clock } from '#base/clock.ts'
import { Heap } from '#base/heap.ts'
import type { ClusterEvent, Plugin } from './framework.ts'
import type { PodInfo } from './pod-info.ts'

/** Even a pod that nothing seems to concern is tried again after so long. */
const flushMs = 300_000

type State = 'gated' | 'active' | 'backoff' | 'error' | 'unschedulable' | 'taken'

interface Entry {
  info: PodInfo
  state: State
  attempts: number
  /** When it was last put in line, which decides among equals. */
  turn: number
  /** End of the back-off, or when it became unschedulable, by the monotonic clock. */
  at: number
  rejectedBy: ReadonlySet<string>
  /** Grows with every move: a place in line from before it is void. */
  moves: number
}

/** A place in line. */
interface Place {
  entry: Entry
  move: number
}

export interface SchedulingQueueOptions {
  clock: Clock
  /** The plugins of the pod's profile. */
  plugins: (info: PodInfo) => readonly Plugin[]
  /** Why a pod may not be tried yet, by one of its plugins. */
  gate?: (plugin: Plugin, info: PodInfo) => string | undefined
  /** How long the first back-off is, and the longest. */
  backoff?: { firstMs: number; maxMs: number }
  /** Called when there may be something to `pop`. */
  onReady: () => void
}

/**
 * The pods that wait for a node: those to be tried now, by priority and then by how long they are in line; those in
 * back-off (1 s, doubling to 10 s); those that fit nowhere, which only a change that may help brings back; and those
 * that gates hold up. While nothing else is to be done, pods are taken out of back-off early, unless their last attempt
 * broke.
 */
export class SchedulingQueue implements Disposable {
  readonly #options: SchedulingQueueOptions
  readonly #backoff: { firstMs: number; maxMs: number }
  readonly #entries = new Map<string, Entry>()
  readonly #active = new Heap<Place>(
    ({ entry: a }, { entry: b }) =>
      a.info.priority > b.info.priority || (a.info.priority === b.info.priority && a.turn < b.turn),
  )
  readonly #inBackoff = new Heap<Place>(isDueBefore)
  readonly #inErrorBackoff = new Heap<Place>(isDueBefore)
  /** By uid, in the order in which they became unschedulable. */
  readonly #unschedulable = new Map<string, Entry>()
  readonly #gated = new Map<string, Entry>()
  #turns = 0
  #timer: { at: number; timer: Disposable } | undefined

  constructor(options: SchedulingQueueOptions) {
    this.#options = options
    this.#backoff = options.backoff ?? { firstMs: 1000, maxMs: 10_000 }
  }

  get size(): number {
    return this.#entries.size
  }

  /** Whether a pod waits, or is being placed. */
  has(uid: string): boolean {
    return this.#entries.has(uid)
  }

  /** A pod that waits, by name. */
  find(namespace: string, name: string): PodInfo | undefined {
    const key = `${namespace}/${name}`
    for (const { info } of this.#entries.values()) if (info.key === key) return info
    return undefined
  }

  /** A pod without a node was seen, new or changed. Its own change may be what makes it fit. */
  put(info: PodInfo, changed = true): void {
    const known = this.#entries.get(info.uid)
    const entry = known ?? this.#enter(info)
    entry.info = info
    if (this.#isGated(info)) {
      this.#move(entry, 'gated')
      this.#gated.set(info.uid, entry)
    } else if (!known || entry.state === 'gated') this.#activate(entry)
    else if (entry.state === 'unschedulable' && changed) this.#backOff(entry, entry.at)
  }

  remove(uid: string): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    this.#entries.delete(uid)
    this.#unschedulable.delete(uid)
    this.#gated.delete(uid)
    entry.moves++
  }

  /** The pod to try next; undefined when none is due. Each is answered with `rejected`, `failed` or `remove`. */
  pop(): PodInfo | undefined {
    const entry = takeFirst(this.#active) ?? takeFirst(this.#inBackoff)
    if (!entry) return undefined
    this.#move(entry, 'taken')
    entry.attempts++
    return entry.info
  }

  /** The pod fits nowhere, by the word of these plugins. */
  rejected(uid: string, plugins: ReadonlySet<string>): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    this.#move(entry, 'unschedulable')
    entry.rejectedBy = plugins
    entry.turn = this.#turns++
    entry.at = this.#options.clock.monotonic()
    this.#unschedulable.set(uid, entry)
    this.#arm()
  }

  /** The attempt broke: a node was found, but couldn't be given. */
  failed(uid: string): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    entry.turn = this.#turns++
    this.#backOff(entry, this.#options.clock.monotonic(), 'error')
  }

  /** Something changed in the cluster: pods that it may help are tried again. */
  changed(event: ClusterEvent): void {
    for (const entry of this.#unschedulable.values()) {
      if (this.#mayHelp(entry, event)) this.#backOff(entry, entry.at)
    }
    for (const entry of this.#gated.values()) {
      if (this.#mayOpen(entry.info, event) && !this.#isGated(entry.info)) this.#activate(entry)
    }
  }

  [Symbol.dispose](): void {
    this.#timer?.timer[Symbol.dispose]()
    this.#timer = undefined
    this.#entries.clear()
    this.#unschedulable.clear()
    this.#gated.clear()
    for (const heap of [this.#active, this.#inBackoff, this.#inErrorBackoff]) heap.clear()
  }

  #enter(info: PodInfo): Entry {
    const turn = this.#turns++
    const fresh = { attempts: 0, at: 0, rejectedBy: new Set<string>(), moves: 0 }
    const entry: Entry = { ...fresh, info, turn, state: 'taken' }
    this.#entries.set(info.uid, entry)
    return entry
  }

  #isGated(info: PodInfo): boolean {
    const { plugins, gate } = this.#options
    return plugins(info).some(plugin => gate?.(plugin, info) !== undefined)
  }

  /** Whether a change concerns a plugin that can hold pods up before they are tried. */
  #mayOpen(info: PodInfo, { change }: ClusterEvent): boolean {
    const plugins = this.#options.plugins(info)
    return plugins.some(({ preEnqueue, wakesOn }) => preEnqueue && wakesOn?.includes(change))
  }

  #mayHelp({ info, rejectedBy }: Entry, event: ClusterEvent): boolean {
    if (rejectedBy.size === 0) return true
    return this.#options
      .plugins(info)
      .some(
        ({ name, wakesOn, mayHelp }) =>
          rejectedBy.has(name) &&
          wakesOn?.includes(event.change) &&
          (mayHelp?.(info, event) ?? true),
      )
  }

  #move(entry: Entry, state: State): void {
    this.#unschedulable.delete(entry.info.uid)
    this.#gated.delete(entry.info.uid)
    entry.state = state
    entry.moves++
  }

  #activate(entry: Entry): void {
    this.#move(entry, 'active')
    this.#active.push({ entry, move: entry.moves })
    this.#options.onReady()
  }

  /** Waits for the back-off since some moment, if it isn't over yet. */
  #backOff(entry: Entry, since: number, state: 'backoff' | 'error' = 'backoff'): void {
    const { firstMs, maxMs } = this.#backoff
    entry.at = since + Math.min(firstMs * 2 ** (entry.attempts - 1), maxMs)
    if (entry.at <= this.#options.clock.monotonic()) {
      this.#activate(entry)
      return
    }
    this.#move(entry, state)
    const heap = state === 'error' ? this.#inErrorBackoff : this.#inBackoff
    heap.push({ entry, move: entry.moves })
    this.#arm()
    if (state === 'backoff') this.#options.onReady()
  }

  /** One timer, for the first pod that falls due. */
  #arm(): void {
    const at = Math.min(
      first(this.#inBackoff)?.at ?? Number.POSITIVE_INFINITY,
      first(this.#inErrorBackoff)?.at ?? Number.POSITIVE_INFINITY,
      this.#nextFlush()?.at ?? Number.POSITIVE_INFINITY,
    )
    if (this.#timer && this.#timer.at <= at) return
    this.#timer?.timer[Symbol.dispose]()
    this.#timer = undefined
    if (at === Number.POSITIVE_INFINITY) return
    const timer = this.#options.clock.after(at - this.#options.clock.monotonic(), () => {
      this.#timer = undefined
      this.#flush()
    })
    this.#timer = { at, timer }
  }

  /** The pod that has been unschedulable for longest. */
  #nextFlush(): { entry: Entry; at: number } | undefined {
    const [entry] = this.#unschedulable.values()
    return entry && { entry, at: entry.at + flushMs }
  }

  #flush(): void {
    const now = this.#options.clock.monotonic()
    for (const heap of [this.#inBackoff, this.#inErrorBackoff]) {
      for (let next = first(heap); next && next.at <= now; next = first(heap)) this.#activate(next)
    }
    for (let next = this.#nextFlush(); next && next.at <= now; next = this.#nextFlush()) {
      this.#activate(next.entry)
    }
    this.#arm()
  }
}

function isDueBefore({ entry: a }: Place, { entry: b }: Place): boolean {
  return a.at < b.at
}

/** The first whose place is still good; void places before it are dropped. */
function first(heap: Heap<Place>): Entry | undefined {
  for (let place = heap.peek(); place; place = heap.peek()) {
    if (place.entry.moves === place.move) return place.entry
    heap.pop()
  }
  return undefined
}

function takeFirst(heap: Heap<Place>): Entry | undefined {
  const entry = first(heap)
  heap.pop()
  return entry
}
