import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { ContainerRuntime } from '../runtimes/container-runtime.ts'
import type { ConfigFeed } from './config-readers.ts'
import type { ClusterDns } from './dns-settings.ts'
import { ImagePuller } from './images/image-puller.ts'
import { InformerObjects } from './informer-objects.ts'
import type { PodFeed } from './node-pods.ts'
import { leasePeriodMs, NodeLease } from './node-status/node-lease.ts'
import { allocatableOf, type NodeFacts, type NodeTraits } from './node-status/node-object.ts'
import { NodeRegistration } from './node-status/node-registration.ts'
import { type HostFacts, readStaticFacts, type StaticFacts } from './node-status/static-facts.ts'
import type { BoundPod } from './pod-facts.ts'
import { NodeRoom } from './resize/node-room.ts'
import { Rounds } from './rounds.ts'
import { OrphanCollector } from './sync/orphan-collector.ts'
import type { PodContext } from './sync/pod-context.ts'
import { PodWorkers } from './sync/pod-workers.ts'
import { RestartBackoff } from './sync/restart-backoff.ts'
import { ServiceAccountTokens } from './volumes/service-account-tokens.ts'

export interface KubeletOptions {
  client: Client
  informers: SharedInformers
  pods: PodFeed
  config: ConfigFeed
  /** Shared by the kubelets of this process. */
  rounds: KubeletRounds
  runtime: ContainerRuntime
  host: HostFacts
  nodeName: string
  traits: NodeTraits
  hostIP: string
  podCidr: string
  dns: ClusterDns
  kubeletVersion: string
  clock: Clock
  logger: Logger
}

const engineCheckMs = 10_000
const relistMs = 120_000

/** What the kubelets of one process do regularly. */
export class KubeletRounds implements Disposable {
  readonly leases: Rounds
  readonly engineChecks: Rounds
  readonly relists: Rounds

  constructor(clock: Clock) {
    this.leases = new Rounds(clock, leasePeriodMs)
    this.engineChecks = new Rounds(clock, engineCheckMs)
    this.relists = new Rounds(clock, relistMs)
  }

  [Symbol.dispose](): void {
    for (const rounds of [this.leases, this.engineChecks, this.relists]) rounds[Symbol.dispose]()
  }
}

/** The agent of one node: registers it, and runs on its engine the pods that are bound to it. */
export class Kubelet implements AsyncDisposable {
  readonly #options: KubeletOptions
  readonly #owned = new AsyncDisposableStack()
  readonly #stop = new AbortController()
  readonly #registered = Promise.withResolvers<void>()
  /** Whether the API server reaches it, for logs and the like. */
  isReachable = true
  #workers: PodWorkers | undefined
  #registration: NodeRegistration | undefined

  constructor(options: KubeletOptions) {
    this.#options = options
    this.#registered.promise.catch(() => {})
  }

  /** Resolves when the API has the node with its first status. */
  get registered(): Promise<void> {
    return this.#registered.promise
  }

  get nodeName(): string {
    return this.#options.nodeName
  }

  get hostIP(): string {
    return this.#options.hostIP
  }

  get runtime(): ContainerRuntime {
    return this.#options.runtime
  }

  /** The pods this kubelet looks after. */
  get workers(): PodWorkers | undefined {
    return this.#workers
  }

  /** The API server was out of reach, and is there again. */
  async reconnected(): Promise<void> {
    await this.#registration?.rewrite()
    this.#workers?.wakeAll()
  }

  /** Begins; resolves when pods are being looked after. The node's registration goes on beside. */
  async start(): Promise<void> {
    const { client, clock, logger, nodeName, runtime, rounds } = this.#options
    const { signal } = this.#stop
    const recorder = this.#owned.use(
      new EventRecorder({ client, clock, logger, component: 'kubelet', host: nodeName }),
    )
    const facts = await retrying(clock, signal, logger, () => readStaticFacts(runtime))
    const registration = new NodeRegistration({
      client,
      clock,
      logger,
      recorder,
      facts: () => this.#facts(facts),
      signal,
    })
    this.#registration = registration
    const lease = this.#owned.use(
      new NodeLease({ client, clock, logger, name: nodeName, rounds: rounds.leases }),
    )
    registration.register().then(() => {
      lease.start()
      this.#registered.resolve()
    }, this.#registered.reject)
    const workers = await this.#startWorkers(recorder, facts)
    this.#workers = workers
    this.#owned.defer(() => this.#stop.abort())
    void this.#followEngine(workers)
    this.#join(rounds.engineChecks, () => registration.refresh())
    this.#join(rounds.relists, () => workers.relist())
    logger.debug('kubelet looks after its pods', { node: nodeName, runtime: runtime.name })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort()
    await this.#owned.disposeAsync()
  }

  async #startWorkers(recorder: EventRecorder, facts: StaticFacts): Promise<PodWorkers> {
    const { client, clock, logger, runtime, informers, hostIP, host, dns } = this.#options
    const objects = this.#owned.use(new InformerObjects(client, informers))
    await objects.synced
    const allocatable = allocatableOf(facts.machine)
    const room = new NodeRoom(allocatable)
    const context: PodContext = {
      client,
      runtime,
      clock,
      logger,
      recorder,
      objects,
      tokens: new ServiceAccountTokens(client, clock),
      images: new ImagePuller({ runtime, clock, backoff: new RestartBackoff(clock) }),
      crashes: new RestartBackoff(clock),
      dns: { cluster: dns, host: host.dns },
      room,
      node: { hostIP, allocatable, memoryBytes: facts.machine.memoryBytes },
    }
    const workers = this.#owned.use(new PodWorkers(context))
    this.#owned.use(this.#options.config((...change) => workers.configChanged(...change)))
    await this.#options.pods.synced
    this.#owned.use(
      this.#options.pods.on({
        added: pod => workers.update(pod as BoundPod),
        updated: pod => workers.update(pod as BoundPod),
        deleted: pod => workers.removed(pod as BoundPod),
      }),
    )
    room.open()
    const orphans = new OrphanCollector(runtime, logger)
    void retrying(clock, this.#stop.signal, logger, () =>
      orphans.collect(uid => workers.find(uid) !== undefined),
    ).catch(() => {})
    return workers
  }

  async #followEngine(workers: PodWorkers): Promise<void> {
    const { signal } = this.#stop
    const { runtime, clock, logger } = this.#options
    while (!signal.aborted) {
      try {
        for await (const event of runtime.events(signal)) {
          if (event.type !== 'resync') workers.engineChanged(event.podUid)
          else {
            void this.#registration?.refresh().catch(() => {})
            workers.wakeAll()
          }
        }
      } catch (error) {
        logger.warn('the stream of engine events broke', { error: errorMessage(error) })
      }
      await sleep(clock, 1000, signal).catch(() => {})
    }
  }

  #join(rounds: Rounds, action: () => Promise<void>): void {
    const { logger } = this.#options
    const careful = () =>
      action().catch(error =>
        logger.debug('a periodic check failed', { error: errorMessage(error) }),
      )
    this.#owned.use(rounds.join(careful))
  }

  async #facts({ machine, runtimeVersion }: StaticFacts): Promise<NodeFacts> {
    const { runtime, host, nodeName, traits, hostIP, podCidr, kubeletVersion } = this.#options
    const engine = await runtime
      .status()
      .catch(error => ({ ready: false, message: errorMessage(error) }))
    const images = engine.ready ? await runtime.listImages().catch(() => []) : []
    return {
      name: nodeName,
      traits,
      hostIP,
      podCidr,
      machine,
      machineId: host.machineId,
      bootId: host.bootId,
      runtimeVersion,
      kubeletVersion,
      images: images
        .map(({ tags, digests, sizeBytes }) => ({ names: [...digests, ...tags], sizeBytes }))
        .sort((a, b) => b.sizeBytes - a.sizeBytes),
      engine,
    }
  }
}

async function retrying<T>(
  clock: Clock,
  signal: AbortSignal,
  logger: Logger,
  action: () => Promise<T>,
): Promise<T> {
  for (;;) {
    signal.throwIfAborted()
    try {
      return await action()
    } catch (error) {
      logger.warn('the engine does not answer; will retry', { error: errorMessage(error) })
      await sleep(clock, 1000, signal)
    }
  }
}
