import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { type DiscoveredResource, discover } from '#client/discovery.ts'
import { EventRecorder } from '#client/events.ts'
import {
  apiServices,
  customResourceDefinitions,
  type ResourceType,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { WorkQueue } from '#client/work-queue.ts'
import { apiVersionOf } from '#kubernetes/objects.ts'
import { isConflict } from '#kubernetes/status-error.ts'
import { type Controller, type ControllerEnvironment, clientOf } from '../define-controller.ts'
import { Collector } from './collector.ts'
import { type GraphWork, OwnershipGraph } from './ownership-graph.ts'

const workers = 20
const rediscoverKey = 'discover'
/** Kinds whose objects own nothing and are owned by nothing, and change all the time. */
const ignored = new Set(['events', 'events.events.k8s.io'])

/** Deletes objects whose owners are gone, whatever their kind, and carries out foreground deletion and orphaning. */
export const garbageCollectorController: Controller = {
  name: 'garbage-collector-controller',
  start: environment => new GarbageCollector(environment),
}

class GarbageCollector implements AsyncDisposable {
  readonly #environment: ControllerEnvironment
  readonly #client: Client
  readonly #logger: Logger
  readonly #graph = new OwnershipGraph()
  readonly #owned = new AsyncDisposableStack()
  readonly #queue: WorkQueue
  readonly #discovery: WorkQueue
  readonly #collector: Collector
  readonly #watched = new Map<string, Disposable>()
  /** By apiVersion and kind. */
  readonly #types = new Map<string, DiscoveredResource>()
  readonly #running: Promise<unknown>
  #started = false
  #stopped = false

  constructor(environment: ControllerEnvironment) {
    const { clock } = environment
    this.#environment = environment
    this.#logger = environment.logger.with({ controller: 'garbage-collector-controller' })
    this.#client = clientOf(environment, 'generic-garbage-collector')
    this.#queue = new WorkQueue(clock)
    this.#discovery = new WorkQueue(clock, { baseMs: 100, maxMs: 30_000 })
    const recorder = this.#owned.use(
      new EventRecorder({
        client: this.#client,
        clock,
        logger: this.#logger,
        component: 'garbage-collector-controller',
      }),
    )
    this.#collector = new Collector({
      client: this.#client,
      recorder,
      graph: this.#graph,
      findType: (apiVersion, kind) => this.#types.get(`${apiVersion} ${kind}`),
    })
    this.#discovery.add(rediscoverKey)
    this.#running = Promise.all([
      this.#discovery.work(1, () => this.#rediscover()),
      this.#queue.work(workers, key => this.#handle(key)),
    ])
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true
    this.#queue[Symbol.dispose]()
    this.#discovery[Symbol.dispose]()
    for (const watched of this.#watched.values()) watched[Symbol.dispose]()
    await this.#running
    await this.#owned.disposeAsync()
  }

  /** Watches every kind that is served and can be deleted; kinds that are gone are left. */
  async #rediscover(): Promise<void> {
    try {
      const { resources, failures } = await discover(this.#client)
      this.#types.clear()
      for (const resource of resources) {
        this.#types.set(`${apiVersionOf(resource)} ${resource.kind}`, resource)
      }
      const wanted = new Map(
        resources.filter(isCollectable).map(type => [`${type.resource}.${type.group}`, type]),
      )
      for (const [id, watched] of this.#watched) {
        if (wanted.has(id) || failures.length > 0) continue
        this.#watched.delete(id)
        watched[Symbol.dispose]()
      }
      const synced = [...wanted].map(([id, type]) => this.#watch(id, type))
      this.#discovery.forget(rediscoverKey)
      // Nothing is judged before the whole graph is known: an owner not seen yet costs a request each.
      if (!this.#started) void Promise.all(synced).then(() => this.#begin())
    } catch (error) {
      if (this.#stopped || isAbort(error)) return
      this.#logger.debug('could not ask what is served; will retry', { error: errorMessage(error) })
      this.#discovery.addRateLimited(rediscoverKey)
    }
  }

  #watch(id: string, type: ResourceType): Promise<void> {
    if (this.#watched.has(id) || this.#stopped) return Promise.resolve()
    const owned = new DisposableStack()
    this.#watched.set(id, owned)
    const { informer } = owned.use(this.#environment.informers.use(type, { metadataOnly: true }))
    const changesKinds = [customResourceDefinitions, apiServices].some(
      ({ group, resource }) => group === type.group && resource === type.resource,
    )
    owned.use(
      informer.on({
        added: object => this.#do(this.#graph.put(type, object)),
        updated: object => this.#do(this.#graph.put(type, object)),
        deleted: object => this.#do(this.#graph.remove(object.metadata.uid)),
      }),
    )
    if (changesKinds) {
      const soon = () => this.#discovery.addAfter(rediscoverKey, 1000)
      owned.use(informer.on({ added: soon, updated: soon, deleted: soon }))
    }
    return informer.synced
  }

  readonly #early = new Set<string>()

  #do(work: GraphWork): void {
    for (const node of work.check) this.#enqueue(`check ${node.uid}`)
    for (const node of work.orphan) this.#enqueue(`orphan ${node.uid}`)
  }

  #enqueue(key: string): void {
    if (this.#started) this.#queue.add(key)
    else this.#early.add(key)
  }

  #begin(): void {
    this.#started = true
    for (const key of this.#early) this.#queue.add(key)
    this.#early.clear()
  }

  async #handle(key: string): Promise<void> {
    const [what, uid = ''] = key.split(' ')
    const node = this.#graph.get(uid)
    try {
      if (node) {
        if (what === 'orphan') await this.#collector.orphan(node)
        else await this.#collector.check(node)
      }
      this.#queue.forget(key)
    } catch (error) {
      if (this.#stopped || isAbort(error)) return
      this.#queue.addRateLimited(key)
      const level = isConflict(error) || this.#queue.failures(key) < 4 ? 'debug' : 'warn'
      this.#logger[level]('could not judge an object; will retry', {
        object: `${node?.kind} ${node?.namespace ?? ''}/${node?.name}`,
        error: errorMessage(error),
      })
    }
  }
}

const isCollectable = ({ group, resource, preferred, verbs }: DiscoveredResource): boolean =>
  preferred &&
  ['delete', 'list', 'watch'].every(verb => verbs.includes(verb)) &&
  !ignored.has(group ? `${resource}.${group}` : resource)
