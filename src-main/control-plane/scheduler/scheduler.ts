import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Informer } from '#client/informer.ts'
import {
  nodes,
  persistentVolumeClaims,
  persistentVolumes,
  podBindings,
  podDisruptionBudgets,
  pods,
  storageClasses,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import type { PersistentVolume, PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { VolumeBinder } from './bind-volumes.ts'
import { NodeChooser } from './choose-node.ts'
import { nodeChanges, podChanges } from './cluster-changes.ts'
import { type FitFailure, fitMessage } from './fit-error.ts'
import { NodeState } from './node-state.ts'
import { Nominations } from './nominations.ts'
import { OrderedWrites } from './ordered-writes.ts'
import { plugins as defaultPlugins } from './plugins/index.ts'
import { type PodInfo, podInfo } from './pod-info.ts'
import { PodReports } from './pod-reports.ts'
import { Preemption, type PreemptionResult } from './preemption.ts'
import { SchedulerCache } from './scheduler-cache.ts'
import { SchedulingQueue } from './scheduling-queue.ts'

const schedulerName = 'default-scheduler'
/** Writes under way at once; more would only wait in the API server. */
const maxWrites = 64
/** How long pods are placed without letting anything else in the process have its turn. */
const sliceMs = 8

/**
 * Gives pods their nodes. Acts as the identity of the transport (upstream: `system:kube-scheduler`);
 * disposing the result stops it.
 */
export function runScheduler(options: {
  transport: Transport
  clock: Clock
  logger: Logger
  /** For choosing among equals. */
  random?: () => number
}): AsyncDisposable {
  return new Scheduler(options)
}

/** Informers of what pods keep their data in. */
interface Storage {
  claims: Informer<PersistentVolumeClaim>
  volumes: Informer<PersistentVolume>
  classes: Informer<StorageClass>
}

class Scheduler implements AsyncDisposable {
  readonly #client: Client
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #owned = new AsyncDisposableStack()
  readonly #stop = new AbortController()
  readonly #reports: PodReports
  readonly #cache = new SchedulerCache()
  readonly #queue: SchedulingQueue
  readonly #chooser: NodeChooser
  readonly #nominations = new Nominations()
  readonly #preemption: Preemption
  readonly #volumeBinder: VolumeBinder
  readonly #writes = new OrderedWrites(maxWrites)
  #running: Promise<void> | undefined
  #synced = false
  /** Something became ready while a run was under way, perhaps after it looked. */
  #again = false

  constructor(options: {
    transport: Transport
    clock: Clock
    logger: Logger
    random?: () => number
  }) {
    const { transport, clock, random } = options
    const logger = options.logger.with({ component: 'scheduler' })
    const client = new Client(transport, { userAgent: 'kube-scheduler' })
    this.#client = client
    this.#clock = clock
    this.#logger = logger
    const informers = this.#owned.use(new SharedInformers({ client, clock, logger }))
    const storage = {
      claims: informers.use(persistentVolumeClaims).informer,
      volumes: informers.use(persistentVolumes).informer,
      classes: informers.use(storageClasses).informer,
    }
    this.#volumeBinder = new VolumeBinder({
      client,
      clock,
      claims: storage.claims,
      signal: this.#stop.signal,
    })
    this.#chooser = new NodeChooser(defaultPlugins, random, storage, this.#nominations)
    const recorder = this.#owned.use(
      new EventRecorder({ client, clock, logger, component: schedulerName, style: 'series' }),
    )
    this.#reports = new PodReports({ client, clock, logger, recorder })
    this.#queue = this.#owned.use(
      new SchedulingQueue({ clock, plugins: defaultPlugins, onReady: () => this.#wake() }),
    )
    const budgets = informers.use(podDisruptionBudgets).informer
    this.#preemption = new Preemption({
      client,
      clock,
      logger,
      recorder,
      cache: this.#cache,
      chooser: this.#chooser,
      nominations: this.#nominations,
      budgets,
      schedulerName,
      random,
    })
    this.#watch(informers, storage, budgets)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#writes.all()
    await this.#owned.disposeAsync()
  }

  #watch(
    informers: SharedInformers,
    storage: Storage,
    budgets: Informer<PodDisruptionBudget>,
  ): void {
    const nodeInformer = informers.use(nodes).informer
    const podInformer = informers.use(pods, {
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
    }).informer
    nodeInformer.on({
      added: node => {
        this.#cache.putNode(node)
        this.#queue.changed('node added')
      },
      updated: (node, old) => {
        this.#cache.putNode(node)
        for (const change of nodeChanges(node, old)) this.#queue.changed(change)
      },
      deleted: node => this.#cache.removeNode(node.metadata.name),
    })
    podInformer.on({
      added: pod => this.#putPod(pod),
      updated: (pod, old) => this.#putPod(pod, old),
      deleted: pod => this.#removePod(pod),
    })
    const storageChanged = () => this.#queue.changed('storage')
    const wakes = { added: storageChanged, updated: storageChanged, deleted: storageChanged }
    storage.claims.on(wakes)
    storage.volumes.on(wakes)
    storage.classes.on(wakes)
    // Nothing is placed before all pods, nodes and volumes are known: a node would look empty.
    const all = [nodeInformer, podInformer, budgets, ...Object.values(storage)]
    void Promise.all(all.map(({ synced }) => synced)).then(() => {
      this.#synced = true
      this.#wake()
    })
  }

  #putPod(pod: Stored<Pod>, old?: Stored<Pod>): void {
    const { uid } = pod.metadata
    const node = pod.spec?.nodeName
    if (isPodTerminal(pod)) {
      this.#removePod(pod)
      return
    }
    if (node) {
      this.#queue.remove(uid)
      this.#nominations.remove(uid)
      this.#cache.putPod(podInfo(pod), node)
      for (const change of podChanges(pod, old)) this.#queue.changed(change)
      return
    }
    const ours = (pod.spec?.schedulerName ?? schedulerName) === schedulerName
    const gated = (pod.spec?.schedulingGates ?? []).length > 0
    if (!ours || gated || pod.metadata.deletionTimestamp || this.#cache.isAssumed(uid)) {
      if (!this.#cache.isAssumed(uid)) this.#queue.remove(uid)
      return
    }
    const changed = !old || podChanges(pod, old).length > 0
    const info = podInfo(pod)
    const promised = old ? undefined : pod.status?.nominatedNodeName
    if (promised) this.#nominations.put({ info, node: promised, victims: new Set() })
    this.#queue.put(info, changed)
  }

  #removePod(pod: Stored<Pod>): void {
    const { uid } = pod.metadata
    this.#queue.remove(uid)
    if (this.#nominations.get(uid)) {
      this.#nominations.remove(uid)
      this.#queue.changed('pod removed')
    }
    const held = pod.spec?.nodeName !== undefined || this.#cache.isAssumed(uid)
    this.#cache.removePod(uid)
    if (held) this.#queue.changed('pod removed')
  }

  #wake(): void {
    if (!this.#synced || this.#stop.signal.aborted) return
    if (this.#running) {
      this.#again = true
      return
    }
    // After the event that woke us, so that a burst of pods is seen whole.
    this.#running = Promise.resolve()
      .then(() => this.#schedule())
      .catch(error => {
        if (!isAbort(error)) {
          this.#logger.error('scheduling broke off', { error: errorMessage(error) })
        }
      })
      .finally(() => {
        this.#running = undefined
        if (!this.#again) return
        this.#again = false
        this.#wake()
      })
  }

  async #schedule(): Promise<void> {
    const { signal } = this.#stop
    let sliceStart = this.#clock.monotonic()
    for (let pod = this.#queue.pop(); pod && !signal.aborted; pod = this.#queue.pop()) {
      this.#scheduleOne(pod)
      const room = this.#writes.room()
      if (room) await room
      if (this.#clock.monotonic() - sliceStart > sliceMs) {
        await sleep(this.#clock, 0, signal)
        sliceStart = this.#clock.monotonic()
      }
    }
  }

  #scheduleOne(info: PodInfo): void {
    const choice = this.#chooser.choose(info, this.#cache.nodes)
    if (!(choice instanceof NodeState)) {
      const preemption = this.#preemption.find(info, choice)
      this.#queue.rejected(info.uid, choice.plugins)
      this.#writes.add(info.uid, () => this.#reportUnschedulable(info, choice, preemption))
      return
    }
    this.#cache.assume(info, choice.name)
    const waits = this.#volumeBinder.waits(info)
    this.#writes.add(info.uid, () => this.#bind(info, choice.name), { waits })
  }

  async #bind(info: PodInfo, node: string): Promise<void> {
    const { name, namespace = '', uid } = info.pod.metadata
    const target = { apiVersion: 'v1', kind: 'Node', name: node }
    let step = 'PreBind plugin "VolumeBinding"'
    try {
      await this.#volumeBinder.bind(info, node)
      step = 'Bind plugin "DefaultBinder"'
      const binding = { metadata: { name, namespace, uid }, target }
      await this.#client.create(podBindings, binding, { subresource: 'binding' })
      this.#queue.remove(uid)
      this.#reports.scheduled(info, node)
    } catch (error) {
      this.#cache.forget(uid)
      if (isNotFound(error)) {
        this.#queue.remove(uid)
        return
      }
      if (this.#stop.signal.aborted) return
      this.#queue.failed(uid)
      this.#queue.changed('pod removed')
      const message = `binding rejected: running ${step}: ${errorMessage(error)}`
      await this.#reports.failed(info, 'SchedulerError', message)
    }
  }

  async #reportUnschedulable(
    info: PodInfo,
    failure: FitFailure,
    { text, nominatedNode, evict }: PreemptionResult,
  ): Promise<void> {
    const message = fitMessage(failure, text)
    await this.#reports.failed(info, 'Unschedulable', message, nominatedNode)
    await evict?.()
  }
}
