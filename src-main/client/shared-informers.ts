import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { Informer } from './informer.ts'
import { Reflector, type ReflectorOptions } from './reflector.ts'
import type { ResourceType } from './resource-types.ts'
import type { Client } from './rest.ts'

export type InformerSelection = NonNullable<ReflectorOptions<KubernetesObject>['select']>

/** A share in an informer: disposing the last one stops its watch. */
export interface InformerShare<T extends KubernetesObject> extends Disposable {
  readonly informer: Informer<T>
}

interface Running {
  informer: Informer<KubernetesObject>
  users: number
  stop: AbortController
  done: Promise<void>
}

/**
 * The informers of one process: one watch per kind and selection, however many use it.
 * The first user starts it, the last one stops it.
 */
export class SharedInformers implements AsyncDisposable {
  readonly #options: { client: Client; clock: Clock; logger: Logger }
  readonly #running = new Map<string, Running>()

  constructor(options: { client: Client; clock: Clock; logger: Logger }) {
    this.#options = options
  }

  /**
   * A share in the informer of a kind; its watch is started when it is the first.
   * Who asks for metadata only gets the whole objects where they are watched already.
   */
  use<T extends KubernetesObject>(
    type: ResourceType<T>,
    select: InformerSelection = {},
  ): InformerShare<T> {
    const whole = identify(type, { ...select, metadataOnly: false })
    const id = select.metadataOnly && !this.#running.has(whole) ? identify(type, select) : whole
    const running = this.#running.get(id) ?? this.#start(id, type, select)
    running.users++
    let released = false
    return {
      informer: running.informer as unknown as Informer<T>,
      [Symbol.dispose]: () => {
        if (released) return
        released = true
        running.users--
        if (running.users > 0) return
        this.#running.delete(id)
        running.stop.abort()
      },
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#running.values()]
    this.#running.clear()
    for (const { stop } of all) stop.abort()
    await Promise.all(all.map(({ done }) => done))
  }

  #start(id: string, type: ResourceType, select: InformerSelection): Running {
    const informer = new Informer<KubernetesObject>(this.#options.logger)
    const reflector = new Reflector({ ...this.#options, type, target: informer, select })
    const stop = new AbortController()
    const running: Running = { informer, users: 0, stop, done: reflector.run(stop.signal) }
    this.#running.set(id, running)
    return running
  }
}

const identify = (type: ResourceType, select: InformerSelection): string =>
  JSON.stringify([
    [type.group, type.version, type.resource],
    [select.namespace, select.labelSelector, select.fieldSelector, select.metadataOnly === true],
  ])
