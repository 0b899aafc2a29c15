import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { Client } from '#client/rest.ts'
import type { Transport } from '#client/transport.ts'
import { VolumeBinder } from './bind-volumes.ts'
import { NodeChooser } from './choose-node.ts'
import { nodeChanges } from './cluster-changes.ts'
import { ClusterView } from './cluster-view.ts'
import { readConfiguration } from './configuration/read-configuration.ts'
import { ClaimBinder } from './devices/claim-binder.ts'
import { explainPod, type PodExplanation } from './explain-pod.ts'
import type { ConnectExtender } from './extenders/extender.ts'
import { Extenders } from './extenders/extenders.ts'
import type { ClusterChange, ClusterEvent } from './framework.ts'
import { Nominations } from './nominations.ts'
import type { PodInfo } from './pod-info.ts'
import { PodIntake } from './pod-intake.ts'
import { Preemption } from './preemption.ts'
import { RunningProfiles } from './running-profiles.ts'
import { SchedulerCache } from './scheduler-cache.ts'
import { SchedulingCycle } from './scheduling-cycle.ts'
import { SchedulingQueue } from './scheduling-queue.ts'

/** How long pods are placed without letting anything else in the process have its turn. */
const sliceMs = 8

export interface SchedulerOptions {
  transport: Transport
  clock: Clock
  logger: Logger
  /** A `KubeSchedulerConfiguration`; nothing means upstream's defaults. Throws for one that isn't right. */
  configuration?: unknown
  /** Opens the way to an extender that the configuration names. */
  connectExtender: ConnectExtender
  /** For choosing among equals. */
  random?: () => number
}

/**
 * Gives pods their nodes. Acts as the identity of the transport (upstream: `system:kube-scheduler`);
 * disposing the result stops it.
 */
export function runScheduler(options: SchedulerOptions): Scheduler {
  return new Scheduler(options)
}

/** The scheduler, while it runs. */
export class Scheduler implements AsyncDisposable {
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #owned = new AsyncDisposableStack()
  readonly #stop = new AbortController()
  readonly #profiles: RunningProfiles
  readonly #cache = new SchedulerCache()
  readonly #view: ClusterView
  readonly #queue: SchedulingQueue
  readonly #chooser: NodeChooser
  readonly #nominations = new Nominations()
  readonly #cycle: SchedulingCycle
  readonly #intake: PodIntake
  #running: Promise<void> | undefined
  /** How many groups of informers are still to be read. */
  #unsynced = 0
  /** Something became ready while a run was under way, perhaps after it looked. */
  #again = false

  constructor(options: SchedulerOptions) {
    const { clock, random } = options
    const { profiles, extenders, firstBackoffMs, maxBackoffMs } = readConfiguration(
      options.configuration,
    )
    const logger = options.logger.with({ component: 'scheduler' })
    const client = new Client(options.transport, { userAgent: 'kube-scheduler' })
    this.#clock = clock
    this.#logger = logger
    const by = { connect: options.connectExtender, clock, logger }
    const extending = extenders.length ? this.#owned.use(new Extenders(extenders, by)) : undefined
    const onChange = (event: ClusterEvent) => this.#changed(event)
    this.#view = this.#owned.use(new ClusterView({ client, clock, logger, onChange }))
    this.#profiles = this.#owned.use(new RunningProfiles(profiles, { client, clock, logger }))
    const { listers, devices } = this.#view
    const nominations = this.#nominations
    this.#chooser = new NodeChooser({ listers, nominations, random })
    this.#queue = this.#owned.use(
      new SchedulingQueue({
        clock,
        plugins: info => this.#profiles.of(info.pod)?.plugins ?? [],
        gate: (plugin, info) => plugin.preEnqueue?.(info, listers),
        backoff: { firstMs: firstBackoffMs, maxMs: maxBackoffMs },
        onReady: () => this.#wake(),
      }),
    )
    this.#intake = new PodIntake({
      queue: this.#queue,
      cache: this.#cache,
      nominations,
      devices,
      isOurs: pod => this.#profiles.of(pod) !== undefined,
      onChange,
    })
    this.#cycle = this.#makeCycle(client, extending, random)
    this.#watch()
  }

  #makeCycle(
    client: Client,
    extenders: Extenders | undefined,
    random: SchedulerOptions['random'],
  ): SchedulingCycle {
    const { signal } = this.#stop
    const { watched, devices, budgets } = this.#view
    const clock = this.#clock
    const logger = this.#logger
    const cache = this.#cache
    const chooser = this.#chooser
    const nominations = this.#nominations
    return new SchedulingCycle({
      client,
      logger,
      queue: this.#queue,
      cache,
      chooser,
      preemption: new Preemption({
        client,
        clock,
        logger,
        cache,
        chooser,
        nominations,
        budgets,
        random,
      }),
      volumeBinder: new VolumeBinder({ client, clock, claims: watched.claims, signal }),
      claimBinder: new ClaimBinder({ client, devices, logger }),
      extenders,
      profileOf: pod => this.#profiles.of(pod),
      reportsOf: profile => this.#profiles.reportsOf(profile),
      signal,
      onFreed: pod => this.#changed({ change: 'pod removed', pod }),
    })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#cycle.done()
    await this.#owned.disposeAsync()
  }

  /**
   * Why a pod that waits has no node, node by node; undefined for a pod that doesn't wait here. Worked out when asked,
   * with what is on the nodes now: nothing is kept, however many pods wait.
   */
  explain(namespace: string, name: string): PodExplanation | undefined {
    const info = this.#queue.find(namespace, name)
    const profile = info && this.#profiles.of(info.pod)
    if (!info || !profile) return undefined
    const { nodes } = this.#cache
    const { listers } = this.#view
    return explainPod(info, { profile, chooser: this.#chooser, listers, nodes })
  }

  #watch(): void {
    this.#view.nodes.on({
      added: node => this.#changed({ change: 'node added', node: this.#cache.putNode(node) }),
      updated: (node, old) => {
        const state = this.#cache.putNode(node)
        for (const change of nodeChanges(node, old)) this.#changed({ change, node: state })
      },
      deleted: node => this.#cache.removeNode(node.metadata.name),
    })
    this.#view.pods.on({
      added: pod => this.#intake.put(pod),
      updated: (pod, old) => this.#intake.put(pod, old),
      deleted: pod => this.#intake.remove(pod),
    })
    const { claims, volumes, classes, namespaces, csiNodes } = this.#view.watched
    const on = (change: ClusterChange) => {
      const tell = () => this.#changed({ change })
      return { added: tell, updated: tell, deleted: tell }
    }
    claims.on(on('storage'))
    claims.on({ added: () => this.#watchStorageCapacities() })
    volumes.on(on('storage'))
    classes.on(on('storage'))
    namespaces.on(on('namespace labels'))
    csiNodes.on(on('csi node'))
    // Nothing is placed before all pods, nodes and volumes are known: a node would look empty.
    this.#holdUntil(this.#view.synced)
  }

  #watchStorageCapacities(): void {
    const synced = this.#view.storageCapacities.watch(() => this.#changed({ change: 'storage' }))
    if (synced) this.#holdUntil(synced)
  }

  /** Places nothing before something is known. */
  #holdUntil(known: Promise<unknown>): void {
    this.#unsynced++
    void known.then(() => {
      this.#unsynced--
      this.#wake()
    })
  }

  #changed(event: ClusterEvent): void {
    this.#queue.changed(event)
  }

  #wake(): void {
    if (this.#unsynced > 0 || this.#stop.signal.aborted) return
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
    for (let pod = this.#nextPod(); pod; pod = this.#nextPod()) {
      const asked = this.#cycle.schedule(pod)
      if (asked) await asked
      const room = this.#cycle.room()
      if (room) await room
      if (this.#clock.monotonic() - sliceStart > sliceMs) {
        await sleep(this.#clock, 0, signal)
        sliceStart = this.#clock.monotonic()
      }
    }
  }

  #nextPod(): PodInfo | undefined {
    const isHeld = this.#unsynced > 0 || this.#stop.signal.aborted
    return isHeld ? undefined : this.#queue.pop()
  }
}
