import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage, isAbort } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Informer } from '#client/informer.ts'
import { nodes, podDisruptionBudgets, pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { bindPod } from './bind-pod.ts'
import { VolumeBinder } from './bind-volumes.ts'
import { chooseExtended } from './choose-extended.ts'
import { NodeChooser } from './choose-node.ts'
import { nodeChanges, podChanges } from './cluster-changes.ts'
import { type ClusterInformers, clusterInformers } from './cluster-informers.ts'
import type { Profile } from './configuration/profile.ts'
import { defaultSchedulerName, readConfiguration } from './configuration/read-configuration.ts'
import { ClaimBinder, type Deallocation } from './devices/claim-binder.ts'
import type { ClaimReservation } from './devices/claim-reservation.ts'
import { Devices } from './devices/devices.ts'
import { explainPod, type PodExplanation } from './explain-pod.ts'
import type { ConnectExtender } from './extenders/extender.ts'
import { Extenders } from './extenders/extenders.ts'
import type { Candidate } from './find-victims.ts'
import { type FitFailure, fitMessage } from './fit-error.ts'
import type { ClusterChange, ClusterEvent, ClusterListers } from './framework.ts'
import { NodeState } from './node-state.ts'
import { Nominations } from './nominations.ts'
import { OrderedWrites } from './ordered-writes.ts'
import { type PodInfo, podInfo } from './pod-info.ts'
import { PodReports } from './pod-reports.ts'
import { Preemption, type PreemptionResult } from './preemption.ts'
import { SchedulerCache } from './scheduler-cache.ts'
import { SchedulingQueue } from './scheduling-queue.ts'
import { StorageCapacities } from './storage-capacities.ts'

/** Writes under way at once; more would only wait in the API server. */
const maxWrites = 64
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
  readonly #client: Client
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #owned = new AsyncDisposableStack()
  readonly #stop = new AbortController()
  readonly #profiles: ReadonlyMap<string, Profile>
  readonly #cache = new SchedulerCache()
  readonly #queue: SchedulingQueue
  readonly #chooser: NodeChooser
  readonly #nominations = new Nominations()
  readonly #preemption: Preemption
  readonly #listers: ClusterListers
  readonly #devices: Devices
  readonly #claimBinder: ClaimBinder
  readonly #volumeBinder: VolumeBinder
  /** Absent without any in the configuration. */
  readonly #extenders: Extenders | undefined
  readonly #reports = new Map<Profile, PodReports>()
  readonly #writes = new OrderedWrites(maxWrites)
  #running: Promise<void> | undefined
  readonly #storageCapacities: StorageCapacities
  /** How many groups of informers are still to be read. */
  #unsynced = 0
  /** Something became ready while a run was under way, perhaps after it looked. */
  #again = false

  constructor(options: SchedulerOptions) {
    const { transport, clock, random } = options
    const { profiles, extenders, firstBackoffMs, maxBackoffMs } = readConfiguration(
      options.configuration,
    )
    const logger = options.logger.with({ component: 'scheduler' })
    const client = new Client(transport, { userAgent: 'kube-scheduler' })
    this.#client = client
    this.#clock = clock
    this.#logger = logger
    if (extenders.length > 0) {
      const by = { connect: options.connectExtender, clock, logger }
      this.#extenders = this.#owned.use(new Extenders(extenders, by))
    }
    this.#profiles = new Map(profiles.map(profile => [profile.schedulerName, profile]))
    const informers = this.#owned.use(new SharedInformers({ client, clock, logger }))
    const watched = clusterInformers(informers)
    const capacities = new StorageCapacities(informers)
    const devices = new Devices({ informers, logger, onChange: event => this.#changed(event) })
    const listers: ClusterListers = {
      ...watched,
      csiDrivers: capacities.drivers,
      csiStorageCapacities: capacities.capacities,
      devices,
    }
    this.#storageCapacities = capacities
    this.#devices = devices
    this.#claimBinder = new ClaimBinder({ client, devices, logger })
    this.#listers = listers
    const { signal } = this.#stop
    this.#volumeBinder = new VolumeBinder({ client, clock, claims: watched.claims, signal })
    const nominations = this.#nominations
    this.#chooser = new NodeChooser({ listers, nominations, random })
    for (const profile of profiles) {
      const recorder = this.#owned.use(
        new EventRecorder({
          client,
          clock,
          logger,
          component: profile.schedulerName,
          style: 'series',
        }),
      )
      this.#reports.set(profile, new PodReports({ client, clock, logger, recorder }))
    }
    this.#queue = this.#owned.use(
      new SchedulingQueue({
        clock,
        plugins: info => this.#profileOf(info.pod)?.plugins ?? [],
        gate: (plugin, info) => plugin.preEnqueue?.(info, listers),
        backoff: { firstMs: firstBackoffMs, maxMs: maxBackoffMs },
        onReady: () => this.#wake(),
      }),
    )
    const budgets = informers.use(podDisruptionBudgets).informer
    this.#preemption = new Preemption({
      client,
      clock,
      logger,
      cache: this.#cache,
      chooser: this.#chooser,
      nominations,
      budgets,
      random,
    })
    this.#watch(informers, watched, budgets)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#running
    await this.#writes.all()
    await this.#owned.disposeAsync()
  }

  /**
   * Why a pod that waits has no node, node by node; undefined for a pod that doesn't wait here. Worked out when asked,
   * with what is on the nodes now: nothing is kept, however many pods wait.
   */
  explain(namespace: string, name: string): PodExplanation | undefined {
    const info = this.#queue.find(namespace, name)
    const profile = info && this.#profileOf(info.pod)
    if (!info || !profile) return undefined
    const { nodes } = this.#cache
    return explainPod(info, { profile, chooser: this.#chooser, listers: this.#listers, nodes })
  }

  #watch(
    informers: SharedInformers,
    listers: ClusterInformers,
    budgets: Informer<PodDisruptionBudget>,
  ): void {
    const nodeInformer = informers.use(nodes).informer
    const podInformer = informers.use(pods, {
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
    }).informer
    nodeInformer.on({
      added: node => this.#changed({ change: 'node added', node: this.#cache.putNode(node) }),
      updated: (node, old) => {
        const state = this.#cache.putNode(node)
        for (const change of nodeChanges(node, old)) this.#changed({ change, node: state })
      },
      deleted: node => this.#cache.removeNode(node.metadata.name),
    })
    podInformer.on({
      added: pod => this.#putPod(pod),
      updated: (pod, old) => this.#putPod(pod, old),
      deleted: pod => this.#removePod(pod),
    })
    const { claims, volumes, classes, namespaces, csiNodes } = listers
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
    const all = [nodeInformer, podInformer, budgets, ...Object.values(listers)]
    this.#holdUntil(Promise.all(all.map(({ synced }) => synced)))
  }

  #watchStorageCapacities(): void {
    const synced = this.#storageCapacities.watch(() => this.#changed({ change: 'storage' }))
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

  #profileOf({ spec }: Pod): Profile | undefined {
    return this.#profiles.get(spec?.schedulerName ?? defaultSchedulerName)
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
      for (const change of podChanges(pod, old)) this.#changed({ change, pod })
      return
    }
    const isOurs = this.#profileOf(pod) !== undefined
    if (!isOurs || pod.metadata.deletionTimestamp || this.#cache.isAssumed(uid)) {
      if (!this.#cache.isAssumed(uid)) this.#queue.remove(uid)
      return
    }
    if (pod.spec?.resourceClaims?.length) this.#devices.begin()
    const changed = !old || podChanges(pod, old).length > 0
    const info = podInfo(pod)
    const promised = old ? undefined : pod.status?.nominatedNodeName
    if (promised) this.#nominations.put({ info, node: promised, victims: new Set() })
    this.#queue.put(info, changed)
  }

  #removePod(pod: Stored<Pod>): void {
    const { uid } = pod.metadata
    this.#queue.remove(uid)
    const gone = () => this.#changed({ change: 'pod removed', pod })
    if (this.#nominations.get(uid)) {
      this.#nominations.remove(uid)
      gone()
    }
    const held = pod.spec?.nodeName !== undefined || this.#cache.isAssumed(uid)
    this.#cache.removePod(uid)
    if (held) gone()
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
      try {
        if (this.#extenders?.concern(pod)) await this.#scheduleExtended(pod, this.#extenders)
        else this.#scheduleOne(pod)
      } catch (error) {
        this.#broke(pod, error)
      }
      const room = this.#writes.room()
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

  #scheduleOne(info: PodInfo): void {
    const profile = this.#profileOf(info.pod)
    if (!profile) return
    const choice = this.#chooser.choose(info, this.#cache.nodes, profile)
    const reports = this.#reportsOf(profile)
    if (choice instanceof NodeState) {
      this.#place(info, choice, profile)
      return
    }
    const room = this.#makeRoom(info, choice, profile)
    const preemption = room.run
      ? { text: '' }
      : this.#preemption.find(info, choice, { profile, recorder: reports.recorder })
    this.#reject(info, choice, { room, preemption }, reports)
  }

  /** As `scheduleOne`, with extenders having their say. What they answer may be outdated when it comes, as upstream. */
  async #scheduleExtended(info: PodInfo, extenders: Extenders): Promise<void> {
    const profile = this.#profileOf(info.pod)
    if (!profile) return
    const reports = this.#reportsOf(profile)
    const choice = await chooseExtended(info, {
      extenders,
      profile,
      chooser: this.#chooser,
      nodes: () => this.#cache.nodes,
    })
    if (this.#stop.signal.aborted || !this.#queue.has(info.uid)) return
    if (choice instanceof NodeState) {
      this.#place(info, choice, profile)
      return
    }
    const { recorder } = reports
    const agree = (places: readonly Candidate[]) => extenders.preempt(info, places)
    const room = this.#makeRoom(info, choice, profile)
    const find = () => this.#preemption.findAgreed(info, choice, { profile, recorder, agree })
    const preemption = await (room.run ? Promise.resolve({ text: '' }) : find()).catch(error => {
      this.#logger.warn('could not look for pods to displace', { error: errorMessage(error) })
      return { text: '' }
    })
    this.#reject(info, choice, { room, preemption }, reports)
  }

  #makeRoom(info: PodInfo, failure: FitFailure, { claims }: Profile): Deallocation {
    return claims.deallocate ? this.#claimBinder.makeRoom(info, failure) : { text: '' }
  }

  #reject(
    info: PodInfo,
    failure: FitFailure,
    tried: { room: Deallocation; preemption: PreemptionResult },
    reports: PodReports,
  ): void {
    this.#queue.rejected(info.uid, failure.plugins)
    this.#writes.add(info.uid, () => reportUnschedulable(reports, info, failure, tried))
  }

  #place(info: PodInfo, choice: NodeState, profile: Profile): void {
    const reservation = profile.claims.reserve ? this.#claimBinder.reserve(info, choice) : undefined
    this.#cache.assume(info, choice.name)
    const waits = this.#volumeBinder.waits(info)
    const bind = () => this.#bind(info, choice.name, profile, reservation)
    this.#writes.add(info.uid, bind, { waits })
  }

  /** A rule could not be asked: the pod is tried again after a while. */
  #broke(info: PodInfo, error: unknown): void {
    const profile = this.#profileOf(info.pod)
    if (!profile || this.#stop.signal.aborted) return
    this.#queue.failed(info.uid)
    const reports = this.#reportsOf(profile)
    this.#writes.add(info.uid, () => reports.failed(info, 'SchedulerError', errorMessage(error)))
  }

  #reportsOf(profile: Profile): PodReports {
    const reports = this.#reports.get(profile)
    if (!reports) throw new Error(`no profile ${profile.schedulerName}`)
    return reports
  }

  async #bind(
    info: PodInfo,
    node: string,
    profile: Profile,
    reservation: ClaimReservation | undefined,
  ): Promise<void> {
    const { uid } = info
    const reports = this.#reportsOf(profile)
    const timeoutMs = profile.bindTimeoutMs
    try {
      const by = {
        client: this.#client,
        volumeBinder: this.#volumeBinder,
        reservation,
        timeoutMs,
        extenders: this.#extenders,
      }
      if (this.#volumeBinder.waits(info)) await reports.promised(info, node)
      await bindPod(info, node, by)
      this.#queue.remove(uid)
      reports.scheduled(info, node)
    } catch (error) {
      this.#cache.forget(uid)
      await reservation?.undo()
      if (isNotFound((error as Error).cause)) {
        this.#queue.remove(uid)
        return
      }
      if (this.#stop.signal.aborted) return
      this.#queue.failed(uid)
      this.#changed({ change: 'pod removed', pod: info.pod })
      await reports.failed(info, 'SchedulerError', errorMessage(error), '')
    }
  }
}

async function reportUnschedulable(
  reports: PodReports,
  info: PodInfo,
  failure: FitFailure,
  { room, preemption }: { room: Deallocation; preemption: PreemptionResult },
): Promise<void> {
  const { text, nominatedNode, evict } = preemption
  // A place that was found by preemption is told of by itself.
  const helps = nominatedNode ? [text] : [room.text, text]
  const tried = helps.filter(Boolean).join(', ')
  await reports.failed(info, 'Unschedulable', fitMessage(failure, tried), nominatedNode)
  await room.run?.()
  await evict?.()
}
