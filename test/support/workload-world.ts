import { type Clock, systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { Informer } from '#client/informer.ts'
import { pods, serviceAccounts } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Controller } from '#control-plane/controllers/index.ts'
import type { Pod, PodCondition } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodActive, isPodTerminal } from '#kubernetes/pod-state.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { startControlledCluster } from './controlled-cluster.ts'
import { PretendKubelet } from './pretend-kubelet.ts'

export const namespace = 'default'
const nodeCount = 3

export const imageOf = ({ spec }: Pod): string => spec?.containers[0]?.image ?? ''

/** A cluster with some controllers and three pretended nodes, where things can be broken. Pods of an image `broken…` never become ready. */
export class WorkloadWorld implements AsyncDisposable {
  readonly client: Client
  readonly kubelet: PretendKubelet
  readonly #owned: AsyncDisposableStack
  readonly #restart: () => Promise<void>

  private constructor(options: {
    client: Client
    kubelet: PretendKubelet
    owned: AsyncDisposableStack
    restart: () => Promise<void>
  }) {
    this.client = options.client
    this.kubelet = options.kubelet
    this.#owned = options.owned
    this.#restart = options.restart
  }

  static async start(only: readonly Controller[], clock: Clock = systemClock) {
    await using starting = new AsyncDisposableStack()
    const controlled = starting.use(await startControlledCluster({ only, clock }))
    const { client } = controlled
    await client.create(serviceAccounts, { metadata: { name: 'default', namespace } })
    const kubelet = starting.use(new PretendKubelet(client, clock))
    kubelet.isReady = pod => !imageOf(pod).startsWith('broken')
    let next = 0
    kubelet.nodeFor = () => `node-${next++ % nodeCount}`
    const owned = starting.move()
    return new WorkloadWorld({ client, kubelet, owned, restart: () => controlled.restart() })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }

  /** As after a crash: the controllers know nothing of what they did before. */
  restartControllers(): Promise<void> {
    return this.#restart()
  }

  async podsOf(app: string): Promise<Stored<Pod>[]> {
    return (await this.client.list(pods, { namespace, labelSelector: `app=${app}` })).items
  }

  /** Follows the pods of an application: `look` is called after every single change, in the order of the changes. */
  async follow(
    app: string,
    look: (pods: Informer<Pod>, change: PodChange) => void,
  ): Promise<AsyncDisposable> {
    const { client } = this
    const informers = new SharedInformers({ client, clock: systemClock, logger: silentLogger })
    const { informer } = informers.use(pods, { namespace, labelSelector: `app=${app}` })
    await informer.synced
    informer.on({
      added: pod => look(informer, { type: 'added', pod }),
      updated: (pod, old) => look(informer, { type: 'updated', pod, old }),
      deleted: pod => look(informer, { type: 'deleted', pod }),
    })
    return informers
  }

  /** Removes one active pod from the API, as those of a node that is gone are: said to have failed, then deleted. */
  async kill(app: string, which: number): Promise<void> {
    const pod = pick((await this.podsOf(app)).filter(isPodActive), which)
    if (pod) await this.#remove(pod)
  }

  /** Has the containers of one active pod end with an error, and says more of it where told. */
  async fail(app: string, which: number, conditions: PodCondition[] = []): Promise<void> {
    const pod = pick((await this.podsOf(app)).filter(isPodActive), which)
    if (pod) await this.#markFailed(pod, conditions)
  }

  /** Deletes every pod of an application as a person would: its node lets it go in its own time. */
  async evict(app: string): Promise<void> {
    for (const { metadata } of await this.podsOf(app)) await this.client.delete(pods, metadata)
  }

  /** Removes all pods of one node. */
  async loseNode(app: string, which: number): Promise<void> {
    const lost = (await this.podsOf(app)).filter(
      ({ spec }) => spec?.nodeName === `node-${which % nodeCount}`,
    )
    for (const pod of lost) await this.#remove(pod)
  }

  /** Removes what is left of an application's pods. */
  async clear(app: string): Promise<void> {
    for (const pod of await this.podsOf(app)) await this.#remove(pod)
  }

  #markFailed({ metadata }: Stored<Pod>, more: PodCondition[] = []): Promise<void> {
    const status = { phase: 'Failed', conditions: [{ type: 'Ready', status: 'False' }, ...more] }
    const options = { type: 'strategic', subresource: 'status' } as const
    return unlessChanged(this.client.patch(pods, metadata, { status }, options))
  }

  async #remove(pod: Stored<Pod>): Promise<void> {
    if (!isPodTerminal(pod)) await this.#markFailed(pod)
    const { metadata } = pod
    const options = { gracePeriodSeconds: 0, preconditions: { uid: metadata.uid } }
    await unlessChanged(this.client.delete(pods, metadata, options))
  }
}

/** What happened to a pod. */
export type PodChange =
  | { type: 'added' | 'deleted'; pod: Stored<Pod> }
  | { type: 'updated'; pod: Stored<Pod>; old: Stored<Pod> }

const pick = <T>(items: T[], which: number): T | undefined => items[which % items.length]

async function unlessChanged(request: Promise<unknown>): Promise<void> {
  try {
    await request
  } catch (error) {
    if (!isNotFound(error) && !isConflict(error)) throw error
  }
}

/** Lets time pass that is as long as the input says. */
export const pause = (ms: number): Promise<void> =>
  new Promise(resolve => systemClock.after(ms, resolve))
