import type { Clock } from '#base/clock.ts'
import { AbortError } from '#base/errors.ts'
import {
  bootstrapFlowSchemas,
  bootstrapPriorityLevels,
} from '#control-plane/resources/shared/flow-control/bootstrap-flow-control.ts'
import type { FlowSchema, PriorityLevelConfiguration } from '#kubernetes/api/flowcontrol-v1.ts'
import type { Caches } from '../cache/caches.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import type { Catalog } from '../catalog.ts'
import type { Metrics } from '../metrics.ts'
import { type PlainRefusal, tooManyRequests } from '../plain-refusal.ts'
import type { RequestInfo } from '../request-info.ts'
import type { UserInfo } from '../server-request.ts'
import type { Waiting } from './fair-queues.ts'
import { type Flow, FlowIndex, flowKey } from './flow-index.ts'
import type { Rejection } from './priority-level.ts'
import { Seats } from './seats.ts'
import { type Asking, widthOf } from './width.ts'

/** Upstream's --max-requests-inflight and --max-mutating-requests-inflight together. */
const totalSeats = 600
/** A quarter of a request's time limit. */
const longestWaitMs = 15_000

const group = 'flowcontrol.apiserver.k8s.io'

/**
 * API priority and fairness: sorts requests into flows by the FlowSchemas, and lets as many of each priority level be
 * answered at once as its PriorityLevelConfiguration says. What the objects say holds from the next request on, and for
 * who waits.
 */
export class FlowControl {
  readonly #catalog: Catalog
  readonly #caches: Caches
  readonly #clock: Clock
  readonly #schemas: ResourceCache
  readonly #levels: ResourceCache
  readonly #seats = new Seats(totalSeats)
  readonly #rejected = new Map<string, { labels: Record<string, string>; value: number }>()
  #index = new FlowIndex([], new Map())
  #madeAt = -1
  #waiting = 0
  #following: Disposable | undefined

  constructor({ catalog, caches, clock }: { catalog: Catalog; caches: Caches; clock: Clock }) {
    this.#catalog = catalog
    this.#caches = caches
    this.#clock = clock
    this.#schemas = caches.of(catalog.get(group, 'v1', 'flowschemas'))
    this.#levels = caches.of(catalog.get(group, 'v1', 'prioritylevelconfigurations'))
  }

  /** Where a request belongs. */
  flowOf(user: UserInfo, info: RequestInfo): Flow | undefined {
    this.#refresh()
    return this.#index.flowOf(user, info)
  }

  /**
   * Takes the request's seats, which disposing the result gives back; waits for them where its level lets requests wait.
   * Throws a 429 when there are none to be had.
   */
  enter(flow: Flow, asking: Asking): Disposable | Promise<Disposable> {
    const { level } = flow
    const width = level.limits ? widthOf(asking, level.limits, this.#catalog, this.#caches) : 1
    return level.take(width) ?? this.#wait(flow, asking, width)
  }

  /** Shows in the metrics what the levels may take, what they hold, who waits, and who was refused. */
  report(metrics: Metrics): void {
    const prefix = 'apiserver_flowcontrol'
    const perLevel = (read: (level: Flow['level']) => number) => () =>
      [...this.#seats.levels.values()].map(level => ({
        labels: { priority_level: level.name },
        value: read(level),
      }))
    metrics.gauge(
      `${prefix}_nominal_limit_seats`,
      'Nominal number of execution seats configured for each priority level',
      perLevel(({ limits }) => limits?.nominal ?? 0),
    )
    metrics.gauge(
      `${prefix}_current_executing_seats`,
      'Concurrency (number of seats) occupied by the currently executing (initial stage for a WATCH, any stage otherwise) requests in the API Priority and Fairness subsystem',
      perLevel(({ executing }) => executing),
    )
    metrics.gauge(
      `${prefix}_current_inqueue_requests`,
      'Number of requests currently pending in queues of the API Priority and Fairness subsystem',
      () => this.#countWaiting(),
    )
    metrics.counter(
      `${prefix}_rejected_requests_total`,
      'Number of requests rejected by API Priority and Fairness subsystem',
      () => [...this.#rejected.values()],
    )
  }

  #countWaiting() {
    return [...this.#seats.levels.values()].flatMap(({ name, waiting }) => {
      const bySchema = Map.groupBy(waiting, ({ schema }) => schema)
      return [...bySchema].map(([schema, { length }]) => ({
        labels: { flow_schema: schema, priority_level: name },
        value: length,
      }))
    })
  }

  async #wait(flow: Flow, asking: Asking, width: number): Promise<Disposable> {
    const { level } = flow
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const schema = flow.schema.metadata.name ?? ''
    const key = flowKey(flow, asking.user, asking.info)
    const waiting: Waiting = { flow: key, schema, width, start: resolve }
    const rejection = level.enqueue(waiting)
    if (rejection) throw this.#refuse(flow, rejection)
    const giveUp = (why: () => Error) => {
      if (level.leave(waiting)) reject(why())
    }
    using _timer = this.#clock.after(longestWaitMs, () =>
      giveUp(() => this.#refuse(flow, 'time-out')),
    )
    const onAbort = () => giveUp(() => new AbortError('the client is gone'))
    const { signal } = asking.request
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) onAbort()
    this.#follow(+1)
    try {
      await promise
      return level.seatsOf(waiting)
    } finally {
      signal.removeEventListener('abort', onAbort)
      this.#follow(-1)
    }
  }

  #refuse({ schema, level }: Flow, reason: Rejection): PlainRefusal {
    level.retryAfter.refuse(this.#clock.now())
    const labels = {
      flow_schema: schema.metadata.name ?? '',
      priority_level: level.name,
      reason,
    }
    const key = Object.values(labels).join(' ')
    const counter = this.#rejected.get(key) ?? { labels, value: 0 }
    counter.value++
    this.#rejected.set(key, counter)
    return tooManyRequests(level.retryAfter.seconds)
  }

  /** While somebody waits, no request may come that would notice a change. */
  #follow(change: number): void {
    this.#waiting += change
    if (this.#waiting > 0) this.#following ??= this.#caches.progress.on(() => this.#refresh())
    else {
      this.#following?.[Symbol.dispose]()
      this.#following = undefined
    }
  }

  #refresh(): void {
    const changes = this.#schemas.changes + this.#levels.changes
    if (changes === this.#madeAt) return
    this.#madeAt = changes
    this.#seats.configure([
      ...withMandatory<PriorityLevelConfiguration>(this.#levels, bootstrapPriorityLevels),
    ])
    const schemas = withMandatory<FlowSchema>(this.#schemas, bootstrapFlowSchemas)
    this.#index = new FlowIndex(schemas, this.#seats.levels)
  }
}

/** What is stored, and what is mandatory even while it is not. */
function* withMandatory<T extends FlowSchema | PriorityLevelConfiguration>(
  cache: ResourceCache,
  bootstrap: readonly { name: string; mandatory: boolean; spec: T['spec'] }[],
): Generator<Readonly<T>> {
  const names = new Set<string | undefined>()
  for (const { object } of cache.values()) {
    names.add(object.metadata.name)
    yield object as unknown as Readonly<T>
  }
  for (const { name, mandatory, spec } of bootstrap) {
    if (mandatory && !names.has(name)) yield { metadata: { name }, spec } as Readonly<T>
  }
}
