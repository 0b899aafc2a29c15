import { createHash } from 'node:crypto'

/** A request that waits for seats. */
export interface Waiting {
  /** What tells its flow from others: its schema and who, or whose namespace, it is of. */
  readonly flow: string
  readonly schema: string
  /** How many seats it takes. */
  readonly width: number
  /** Called once, when the seats are its own. */
  start(): void
}

export interface QueueShape {
  queues: number
  handSize: number
  queueLengthLimit: number
}

interface Queue {
  readonly waiting: Waiting[]
  /** Where its first request stands in the order of all queues: grows with the seats that it was given. */
  virtualStart: number
}

/**
 * Queues that flows are dealt to by shuffle sharding: a flow that asks much fills the few queues of its hand, and others
 * find one that is shorter. They are served in turn, by the seats each was given (start-time fair queuing).
 */
export class FairQueues {
  readonly #shape: QueueShape
  readonly #queues: Queue[]
  #virtualTime = 0
  #size = 0

  constructor(shape: QueueShape) {
    this.#shape = shape
    this.#queues = Array.from({ length: shape.queues }, () => ({ waiting: [], virtualStart: 0 }))
  }

  get size(): number {
    return this.#size
  }

  /** Puts a request into the shortest queue of its flow's hand; false when even that is full. */
  add(request: Waiting): boolean {
    let shortest: Queue | undefined
    for (const card of handOf(request.flow, this.#shape)) {
      const queue = this.#queues[card]
      if (queue && queue.waiting.length < (shortest?.waiting.length ?? Number.POSITIVE_INFINITY))
        shortest = queue
    }
    if (!shortest || shortest.waiting.length >= this.#shape.queueLengthLimit) return false
    if (!shortest.waiting.length)
      shortest.virtualStart = Math.max(shortest.virtualStart, this.#virtualTime)
    shortest.waiting.push(request)
    this.#size++
    return true
  }

  /** Whose turn it is. */
  first(): Waiting | undefined {
    return this.#next()?.waiting[0]
  }

  /** Takes out whose turn it is. */
  shift(): Waiting | undefined {
    const queue = this.#next()
    const request = queue?.waiting.shift()
    if (!queue || !request) return undefined
    this.#size--
    this.#virtualTime = queue.virtualStart
    queue.virtualStart += request.width
    return request
  }

  /** Takes out a request that waits no longer; false when it is not there. */
  remove(request: Waiting): boolean {
    for (const { waiting } of this.#queues) {
      const at = waiting.indexOf(request)
      if (at === -1) continue
      waiting.splice(at, 1)
      this.#size--
      return true
    }
    return false
  }

  /** Everything that waits. */
  *[Symbol.iterator](): Generator<Waiting> {
    for (const { waiting } of this.#queues) yield* waiting
  }

  #next(): Queue | undefined {
    let next: Queue | undefined
    for (const queue of this.#queues) {
      if (queue.waiting.length && (!next || queue.virtualStart < next.virtualStart)) next = queue
    }
    return next
  }
}

/** The queues of a flow: as many different ones as a hand has cards, drawn by the flow's hash. */
export function handOf(flow: string, { queues, handSize }: QueueShape): number[] {
  const digest = createHash('sha256').update(flow).digest()
  const deck = Array.from({ length: queues }, (_, index) => index)
  const hand: number[] = []
  for (let draw = 0; draw < Math.min(handSize, queues); draw++) {
    const place = digest.readUInt32LE((draw % 8) * 4) % deck.length
    hand.push(...deck.splice(place, 1))
  }
  return hand
}
