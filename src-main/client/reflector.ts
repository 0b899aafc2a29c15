import { type Clock, sleep } from '#base/clock.ts'
import { AbortError, errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { KubernetesObject, Stored, WatchEvent } from '#kubernetes/objects.ts'
import { isExpired, isInvalid, StatusError } from '#kubernetes/status-error.ts'
import type { ResourceType } from './resource-types.ts'
import type { Client, ListOptions } from './rest.ts'

/** Where a reflector puts what it sees. Calls come one after another. */
export interface ReflectorTarget<T extends KubernetesObject> {
  /** Everything there is at one moment; what isn't in it is gone. */
  replace(objects: Stored<T>[]): void
  apply(type: 'ADDED' | 'MODIFIED' | 'DELETED', object: Stored<T>): void
}

export interface ReflectorOptions<T extends KubernetesObject> {
  client: Client
  clock: Clock
  logger: Logger
  type: ResourceType<T>
  target: ReflectorTarget<T>
  /** Selectors, namespace, `metadataOnly`. */
  select?: Pick<ListOptions, 'namespace' | 'labelSelector' | 'fieldSelector' | 'metadataOnly'>
  /** Between 0 and 1, for jitter. */
  random?: () => number
}

const initialEventsEnd = 'k8s.io/initial-events-end'
const pageSize = 500
/** Servers send a bookmark about every minute; a stream that is silent for longer than this is taken for dead. */
const maxSilenceMs = 180_000
const firstBackoffMs = 200
const maxBackoffMs = 30_000
/** A connection that lived this long makes the next failure start from the first back-off again. */
const healthyAfterMs = 120_000

/**
 * Mirrors one kind of resource into a target: streams the initial state where the server can (`sendInitialEvents`),
 * else lists in pages; then watches from there, over and over. A broken watch resumes where it was, a revision
 * that is compacted away (410) starts over with the whole state, and failures back off with jitter.
 * A computer that slept wakes up with a silent connection; silence beyond the bookmarks' period reconnects it.
 */
export class Reflector<T extends KubernetesObject> {
  readonly #options: ReflectorOptions<T>
  readonly #random: () => number
  #resourceVersion: string | undefined
  #canStream = true

  constructor(options: ReflectorOptions<T>) {
    this.#options = options
    this.#random = options.random ?? Math.random
  }

  /** Runs until the signal aborts; never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, logger, type } = this.#options
    let backoffMs = firstBackoffMs
    while (!signal.aborted) {
      const started = clock.monotonic()
      try {
        await this.#follow(signal)
      } catch (error) {
        if (signal.aborted) return
        if (isExpired(error)) {
          this.#resourceVersion = undefined
          logger.debug('the watch fell behind; listing again', { resource: type.resource })
        } else if (this.#canStream && isInvalid(error)) {
          this.#canStream = false
          continue
        } else if (!isAbort(error)) {
          logger.warn('watch failed; will retry', {
            resource: type.resource,
            error: errorMessage(error),
          })
        }
      }
      if (signal.aborted) return
      const lived = clock.monotonic() - started
      if (lived > healthyAfterMs) backoffMs = firstBackoffMs
      // A watch that the server closed in good order is opened again at once.
      if (lived > firstBackoffMs * 2) continue
      await sleep(clock, backoffMs * (1 + this.#random()), signal).catch(() => {})
      backoffMs = Math.min(backoffMs * 2, maxBackoffMs)
    }
  }

  async #follow(signal: AbortSignal): Promise<void> {
    if (this.#resourceVersion === undefined && !this.#canStream) await this.#list(signal)
    const { client, type, select } = this.#options
    using watchdog = new Watchdog(this.#options.clock, signal)
    const initial = this.#resourceVersion === undefined ? new Map<string, Stored<T>>() : undefined
    const events = await client.watch(type, {
      ...select,
      allowWatchBookmarks: true,
      timeoutSeconds: 300 + Math.floor(this.#random() * 300),
      signal: watchdog.signal,
      ...(initial
        ? { sendInitialEvents: true, resourceVersionMatch: 'NotOlderThan' as const }
        : { resourceVersion: this.#resourceVersion ?? '' }),
    })
    await this.#consume(events, initial, watchdog)
  }

  async #consume(
    events: AsyncIterable<WatchEvent<T>>,
    initial: Map<string, Stored<T>> | undefined,
    watchdog: Watchdog,
  ): Promise<void> {
    const { target } = this.#options
    let pending = initial
    for await (const event of events) {
      watchdog.fed()
      if (event.type === 'ERROR') throw new StatusError(event.object)
      if (event.type !== 'BOOKMARK') {
        if (pending && event.type === 'DELETED') pending.delete(event.object.metadata.uid)
        else if (pending) pending.set(event.object.metadata.uid, event.object)
        else target.apply(event.type, event.object)
      } else if (pending && event.object.metadata.annotations?.[initialEventsEnd] === 'true') {
        target.replace([...pending.values()])
        pending = undefined
      }
      if (!pending) this.#resourceVersion = event.object.metadata.resourceVersion
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { client, type, select, target } = this.#options
    const objects: Stored<T>[] = []
    let next: string | undefined
    for (;;) {
      const page = await client.list(type, { ...select, limit: pageSize, continue: next, signal })
      objects.push(...page.items)
      next = page.metadata.continue
      if (next) continue
      target.replace(objects)
      this.#resourceVersion = page.metadata.resourceVersion ?? ''
      return
    }
  }
}

/** Aborts its signal when nobody fed it for `maxSilenceMs`, or when the outer signal aborts. */
class Watchdog implements Disposable {
  readonly #clock: Clock
  readonly #controller = new AbortController()
  readonly #outer: AbortSignal
  readonly #onOuter = () => this.#controller.abort(this.#outer.reason)
  #lastFed: number
  #timer: Disposable

  constructor(clock: Clock, outer: AbortSignal) {
    this.#clock = clock
    this.#outer = outer
    this.#lastFed = clock.monotonic()
    this.#timer = this.#arm(maxSilenceMs)
    outer.addEventListener('abort', this.#onOuter, { once: true })
    if (outer.aborted) this.#onOuter()
  }

  get signal(): AbortSignal {
    return this.#controller.signal
  }

  fed(): void {
    this.#lastFed = this.#clock.monotonic()
  }

  [Symbol.dispose](): void {
    this.#timer[Symbol.dispose]()
    this.#outer.removeEventListener('abort', this.#onOuter)
    this.#controller.abort(new AbortError('the watch is over'))
  }

  #arm(ms: number): Disposable {
    return this.#clock.after(ms, () => {
      const left = this.#lastFed + maxSilenceMs - this.#clock.monotonic()
      if (left > 0) this.#timer = this.#arm(left)
      else this.#controller.abort(new AbortError('the watch fell silent'))
    })
  }
}
