import { type Clock, formatMicroTime, formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Event, ObjectReference } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { EventCorrelator } from './event-correlator.ts'
import { events } from './resource-types.ts'
import type { Client } from './rest.ts'

export interface EventRecorderOptions {
  client: Client
  clock: Clock
  logger: Logger
  /** Upstream's name for the source, such as `deployment-controller`. */
  component: string
  /** The node, for what runs on one. */
  host?: string
  /**
   * How repeats are told: `count` with first and last time as the core API's recorders do, or a `series` with an
   * `action` as the recorders of events.k8s.io do (the scheduler). Default `count`.
   */
  style?: 'count' | 'series'
}

export interface EventNote {
  type: 'Normal' | 'Warning'
  reason: string
  message: string
  /** What was done, in the `series` style. */
  action?: string
  annotations?: Record<string, string>
}

const maxMessage = 1024
const maxWaiting = 1000

/**
 * Writes events about objects, with the aggregation, counting and spam filter of client-go's correlator.
 * `record` never waits and never throws: events are best effort, in order, and dropped when a thousand wait.
 */
export class EventRecorder implements AsyncDisposable {
  readonly #options: EventRecorderOptions
  readonly #correlator: EventCorrelator
  #waiting = 0
  #tail: Promise<void> = Promise.resolve()
  #stopped = false

  constructor(options: EventRecorderOptions) {
    this.#options = options
    this.#correlator = new EventCorrelator(options.clock)
  }

  /** Notes something about an object; `kind` names it where the object doesn't say itself. */
  record(
    about: KubernetesObject | ObjectReference,
    note: EventNote,
    kind?: { apiVersion: string; kind: string },
  ): void {
    if (this.#stopped || this.#waiting >= maxWaiting) return
    const event = this.#build(referenceTo(about, kind), note)
    this.#waiting++
    this.#tail = this.#tail.then(() => this.#write(event)).finally(() => this.#waiting--)
  }

  /** Resolves when everything recorded so far was written or given up. */
  async flush(): Promise<void> {
    await this.#tail
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    await this.#tail
  }

  #build(involvedObject: ObjectReference, note: EventNote): Event {
    const { clock, component, host, style = 'count' } = this.#options
    const now = clock.now()
    const namespace = involvedObject.namespace || 'default'
    const unique = (BigInt(Math.floor(now)) * 1_000_000n + nanoseconds()).toString(16)
    const common: Event = {
      apiVersion: 'v1',
      kind: 'Event',
      metadata: {
        name: `${involvedObject.name}.${unique}`,
        namespace,
        ...(note.annotations ? { annotations: note.annotations } : {}),
      },
      involvedObject,
      type: note.type,
      reason: note.reason,
      message: note.message.slice(0, maxMessage),
      reportingComponent: component,
      reportingInstance: host ?? (style === 'series' ? `${component}-local` : ''),
    }
    if (style === 'series') {
      return { ...common, eventTime: formatMicroTime(now), action: note.action ?? note.reason }
    }
    const source = host ? { component, host } : { component }
    const time = formatTime(now)
    return { ...common, source, firstTimestamp: time, lastTimestamp: time, count: 1 }
  }

  async #write(event: Event): Promise<void> {
    const { client, logger } = this.#options
    const correlated = this.#correlator.correlate(event)
    if (!correlated) return
    try {
      if (correlated.patch) {
        try {
          const { name, namespace } = correlated.event.metadata
          await client.patch(events, { name, namespace }, correlated.patch, { type: 'strategic' })
          return
        } catch (error) {
          // Events expire; the next repeat starts anew.
          if (!isNotFound(error)) throw error
        }
      }
      await client.create(events, correlated.event)
    } catch (error) {
      logger.debug('could not write an event', {
        reason: event.reason,
        object: event.involvedObject.name,
        error: errorMessage(error),
      })
    }
  }
}

let lastNanoseconds = 0n
/** Keeps names apart within one millisecond. */
function nanoseconds(): bigint {
  lastNanoseconds = (lastNanoseconds + 1n) % 1_000_000n
  return lastNanoseconds
}

function referenceTo(
  about: KubernetesObject | ObjectReference,
  kind?: { apiVersion: string; kind: string },
): ObjectReference {
  if (!('metadata' in about)) return about
  const { name, namespace, uid, resourceVersion } = about.metadata
  return {
    kind: about.kind ?? kind?.kind ?? '',
    apiVersion: about.apiVersion ?? kind?.apiVersion ?? '',
    name: name ?? '',
    ...(namespace ? { namespace } : {}),
    ...(uid ? { uid } : {}),
    ...(resourceVersion ? { resourceVersion } : {}),
  }
}
