import type { PriorityLevelConfiguration } from '#kubernetes/api/flowcontrol-v1.ts'
import { FairQueues, type QueueShape, type Waiting } from './fair-queues.ts'
import { RetryAfter } from './retry-after.ts'

/** Why a request was not served, as upstream's metrics name it. */
export type Rejection = 'concurrency-limit' | 'queue-full' | 'time-out'

/** How many requests of a level may be answered at once. */
export interface Limits {
  /** Its share of the server. */
  nominal: number
  /** What it never lends. */
  min: number
  /** What it has with all it may borrow. */
  max: number
}

/** Whether a level may take more seats than those it never lends. */
export interface Lender {
  lends(seats: number): boolean
  /** Told whenever what a level holds, or never lends, changed by so many seats. */
  claimed(seats: number): void
  /** Told when somebody of a level waits. */
  waits(level: PriorityLevel): void
  /** Told when seats became free. */
  freed(): void
}

/** The seats of a PriorityLevelConfiguration, and who waits for them. Exempt levels have no limits and count nothing. */
export class PriorityLevel {
  readonly name: string
  readonly retryAfter = new RetryAfter()
  readonly #lender: Lender
  readonly #oneSeat: Disposable = { [Symbol.dispose]: () => this.#give(1) }
  #uid = ''
  #limits: Limits | undefined
  #executing = 0
  #queues: FairQueues | undefined
  #shape = ''

  constructor(name: string, lender: Lender) {
    this.name = name
    this.#lender = lender
  }

  get uid(): string {
    return this.#uid
  }

  /** Undefined where everything is served at once. */
  get limits(): Limits | undefined {
    return this.#limits
  }

  get executing(): number {
    return this.#executing
  }

  /** Everything that waits for a seat. */
  get waiting(): Iterable<Waiting> {
    return this.#queues ?? []
  }

  get isWaiting(): boolean {
    return (this.#queues?.size ?? 0) > 0
  }

  /** Takes over what the object says. Who waits keeps waiting, by the new queues. */
  configure(object: Readonly<PriorityLevelConfiguration>, limits: Limits | undefined): void {
    const before = this.#claim
    this.#uid = object.metadata.uid ?? ''
    this.#limits = limits
    this.#lender.claimed(this.#claim - before)
    const { type, queuing } = object.spec.limited?.limitResponse ?? {}
    this.#reshape(type === 'Queue' ? { ...defaultShape, ...queuing } : undefined)
  }

  /** The level is no more: whoever waits is served, and what it holds is nobody's concern. */
  retire(): void {
    this.#lender.claimed(-this.#claim)
    this.#limits = undefined
    this.#reshape(undefined)
  }

  /** Takes seats at once, when there are as many and nobody waits for them; disposing the result gives them back. */
  take(width: number): Disposable | undefined {
    if (!this.#limits) return noSeat
    if (this.isWaiting || !this.#hasRoom(width)) return undefined
    this.#occupy(width)
    return this.#seats(width)
  }

  /** Takes the seats of the request whose turn it is, and starts it; false when there are none, or nobody waits. */
  startNext(): boolean {
    const first = this.#queues?.first()
    if (!first || !this.#hasRoom(first.width)) return false
    this.#queues?.shift()
    this.#occupy(first.width)
    first.start()
    return true
  }

  /** Lets a request wait; why not, where it may not. */
  enqueue(request: Waiting): Rejection | undefined {
    if (!this.#queues) return 'concurrency-limit'
    if (!this.#queues.add(request)) return 'queue-full'
    this.#lender.waits(this)
    return undefined
  }

  /** Forgets a request that waits no longer; false when it waits no more, since it was started. */
  leave(request: Waiting): boolean {
    return this.#queues?.remove(request) ?? false
  }

  /** What gives back the seats of a request that was started. */
  seatsOf({ width }: Waiting): Disposable {
    return this.#seats(width)
  }

  /** How much of its share is in use; the smallest is served first. */
  get load(): number {
    return this.#executing / Math.max(this.#limits?.nominal ?? 1, 1)
  }

  get #claim(): number {
    return this.#limits ? Math.max(this.#executing, this.#limits.min) : 0
  }

  /** A request that is wider than the level is served once the level is empty. */
  #hasRoom(width: number): boolean {
    const limits = this.#limits
    if (!limits) return true
    const wanted = this.#executing + width
    if (wanted <= limits.min) return true
    if (wanted > limits.max && (this.#executing > 0 || limits.max === 0)) return false
    return this.#lender.lends(wanted - this.#claim)
  }

  #occupy(width: number): void {
    const before = this.#claim
    this.#executing += width
    if (this.#claim !== before) this.#lender.claimed(this.#claim - before)
  }

  #give(width: number): void {
    this.#occupy(-width)
    this.#lender.freed()
  }

  #seats(width: number): Disposable {
    return width === 1 ? this.#oneSeat : { [Symbol.dispose]: () => this.#give(width) }
  }

  #reshape(shape: QueueShape | undefined): void {
    const text = shape ? `${shape.queues} ${shape.handSize} ${shape.queueLengthLimit}` : ''
    if (text === this.#shape) return
    this.#shape = text
    const waiting = [...this.waiting]
    this.#queues = shape && new FairQueues(shape)
    for (const request of waiting) {
      if (this.#queues?.add(request)) continue
      this.#occupy(request.width)
      request.start()
    }
  }
}

const noSeat: Disposable = { [Symbol.dispose]() {} }

/** Upstream's defaults of a queuing configuration. */
const defaultShape: QueueShape = { queues: 64, handSize: 8, queueLengthLimit: 50 }
