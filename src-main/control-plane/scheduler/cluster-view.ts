import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Informer } from '#client/informer.ts'
import { nodes, podDisruptionBudgets, pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Node, Pod } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { type ClusterInformers, clusterInformers } from './cluster-informers.ts'
import { Devices } from './devices/devices.ts'
import type { ClusterEvent, ClusterListers } from './framework.ts'
import { StorageCapacities } from './storage-capacities.ts'

/** Everything that the scheduler reads of the cluster. */
export class ClusterView implements AsyncDisposable {
  readonly nodes: Informer<Node>
  /** Those that have not ended. */
  readonly pods: Informer<Pod>
  readonly budgets: Informer<PodDisruptionBudget>
  readonly watched: ClusterInformers
  readonly devices: Devices
  readonly storageCapacities: StorageCapacities
  /** What plugins may ask. */
  readonly listers: ClusterListers
  readonly #informers: SharedInformers

  constructor(options: {
    client: Client
    clock: Clock
    logger: Logger
    onChange: (event: ClusterEvent) => void
  }) {
    const informers = new SharedInformers(options)
    this.#informers = informers
    this.watched = clusterInformers(informers)
    this.storageCapacities = new StorageCapacities(informers)
    this.devices = new Devices({ ...options, informers })
    this.listers = {
      ...this.watched,
      csiDrivers: this.storageCapacities.drivers,
      csiStorageCapacities: this.storageCapacities.capacities,
      devices: this.devices,
    }
    this.budgets = informers.use(podDisruptionBudgets).informer
    this.nodes = informers.use(nodes).informer
    this.pods = informers.use(pods, {
      fieldSelector: 'status.phase!=Succeeded,status.phase!=Failed',
    }).informer
  }

  /** Resolves when all pods, nodes and volumes are known. */
  get synced(): Promise<unknown> {
    const all = [this.nodes, this.pods, this.budgets, ...Object.values(this.watched)]
    return Promise.all(all.map(({ synced }) => synced))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#informers[Symbol.asyncDispose]()
  }
}
