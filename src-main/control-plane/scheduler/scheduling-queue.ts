import type { Clock } from '#base/clock.ts'
import type { ClusterChange, Plugin } from './framework.ts'
import type { PodInfo } from './pod-info.ts'

const firstBackoffMs = 1000
const maxBackoffMs = 10_000
/** Even a pod that nothing seems to concern is tried again after so long. */
const flushMs = 300_000

interface Entry {
  info: PodInfo
  /** Order of arrival, which decides among equals. */
  readonly arrived: number
  attempts: number
  state: 'active' | 'backoff' | 'unschedulable' | 'taken'
  /** End of the back-off, or when it became unschedulable, by the monotonic clock. */
  at: number
  rejectedBy: ReadonlySet<string>
  /** The last attempt failed for a reason that isn't the pod's: it must wait its back-off out. */
  failed: boolean
}

/**
 * The pods that wait for a node: those to be tried now, by priority and then by age; those in back-off (1 s, doubling to
 * 10 s); and those that fit nowhere, which only a change that concerns what rejected them brings back.
 * While nothing else is to be done, pods are taken out of back-off early, unless their last attempt broke.
 */
export class SchedulingQueue implements Disposable {
  readonly #clock: Clock
  readonly #plugins: readonly Plugin[]
  readonly #onReady: () => void
  readonly #entries = new Map<string, Entry>()
  readonly #active: Entry[] = []
  #sorted = true
  #arrivals = 0
  #timer: { at: number; timer: Disposable } | undefined

  /** `onReady` is called when there may be something to `pop`. */
  constructor(options: { clock: Clock; plugins: readonly Plugin[]; onReady: () => void }) {
    this.#clock = options.clock
    this.#plugins = options.plugins
    this.#onReady = options.onReady
  }

  get size(): number {
    return this.#entries.size
  }

  /** A pod without a node was seen, new or changed. Its own change may be what makes it fit. */
  put(info: PodInfo, changed = true): void {
    const known = this.#entries.get(info.uid)
    if (!known) {
      const arrived = this.#arrivals++
      const fresh = { attempts: 0, state: 'taken', at: 0, rejectedBy: new Set<string>() } as const
      const entry: Entry = { ...fresh, info, arrived, failed: false }
      this.#entries.set(info.uid, entry)
      this.#activate(entry)
      return
    }
    known.info = info
    if (known.state === 'unschedulable' && changed) this.#retry(known)
  }

  remove(uid: string): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    this.#entries.delete(uid)
    if (entry.state === 'active') this.#active.splice(this.#active.indexOf(entry), 1)
  }

  /** The pod to try next; undefined when none is due. Each is answered with `rejected`, `failed` or `remove`. */
  pop(): PodInfo | undefined {
    const entry = this.#nextActive() ?? this.#nextInBackoff()
    if (!entry) return undefined
    entry.state = 'taken'
    entry.attempts++
    return entry.info
  }

  /** The pod fits nowhere, by the word of these plugins. */
  rejected(uid: string, plugins: ReadonlySet<string>): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    entry.state = 'unschedulable'
    entry.rejectedBy = plugins
    entry.failed = false
    entry.at = this.#clock.monotonic()
    this.#arm()
  }

  /** The attempt broke: a node was found, but couldn't be given. */
  failed(uid: string): void {
    const entry = this.#entries.get(uid)
    if (!entry) return
    entry.failed = true
    this.#backOff(entry, this.#clock.monotonic())
  }

  /** Something changed in the cluster: pods that were rejected for what it concerns are tried again. */
  changed(change: ClusterChange): void {
    const concerned = new Set(
      this.#plugins.filter(({ wakesOn }) => wakesOn?.includes(change)).map(({ name }) => name),
    )
    let any = false
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'unschedulable') continue
      const isConcerned =
        entry.rejectedBy.size === 0 || [...entry.rejectedBy].some(name => concerned.has(name))
      if (!isConcerned) continue
      this.#retry(entry)
      any = true
    }
    if (any) this.#onReady()
  }

  [Symbol.dispose](): void {
    this.#timer?.timer[Symbol.dispose]()
    this.#timer = undefined
    this.#entries.clear()
    this.#active.length = 0
  }

  #activate(entry: Entry): void {
    entry.state = 'active'
    this.#active.push(entry)
    this.#sorted = false
    this.#onReady()
  }

  /** Out of the unschedulable: at once when the back-off since the last attempt is over. */
  #retry(entry: Entry): void {
    this.#backOff(entry, entry.at)
  }

  #backOff(entry: Entry, since: number): void {
    const ms = Math.min(firstBackoffMs * 2 ** (entry.attempts - 1), maxBackoffMs)
    entry.at = since + ms
    if (entry.at <= this.#clock.monotonic()) {
      this.#activate(entry)
      return
    }
    entry.state = 'backoff'
    this.#arm()
    this.#onReady()
  }

  #nextActive(): Entry | undefined {
    if (!this.#sorted) {
      // From the end, so that taking the next is cheap.
      this.#active.sort((a, b) => a.info.priority - b.info.priority || b.arrived - a.arrived)
      this.#sorted = true
    }
    return this.#active.pop()
  }

  #nextInBackoff(): Entry | undefined {
    let next: Entry | undefined
    for (const entry of this.#entries.values()) {
      if (entry.state !== 'backoff' || entry.failed) continue
      if (!next || entry.at < next.at) next = entry
    }
    return next
  }

  /** One timer, for the first pod that falls due. */
  #arm(): void {
    let at = Number.POSITIVE_INFINITY
    for (const entry of this.#entries.values()) at = Math.min(at, dueAt(entry))
    if (this.#timer && this.#timer.at <= at) return
    this.#timer?.timer[Symbol.dispose]()
    this.#timer = undefined
    if (at === Number.POSITIVE_INFINITY) return
    const timer = this.#clock.after(at - this.#clock.monotonic(), () => {
      this.#timer = undefined
      this.#flush()
    })
    this.#timer = { at, timer }
  }

  #flush(): void {
    const now = this.#clock.monotonic()
    for (const entry of this.#entries.values()) {
      if (dueAt(entry) <= now) this.#activate(entry)
    }
    this.#arm()
  }
}

function dueAt({ state, at }: Entry): number {
  if (state === 'backoff') return at
  return state === 'unschedulable' ? at + flushMs : Number.POSITIVE_INFINITY
}
