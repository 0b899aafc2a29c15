import type { Informer } from '#client/informer.ts'
import { csiDrivers, csiStorageCapacities } from '#client/resource-types.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { CSIDriver, CSIStorageCapacity } from '#kubernetes/api/storage-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'

/** CSI drivers and what storage they say there is, watched from the first claim on: most clusters have no such drivers. */
export class StorageCapacities {
  readonly #informers: SharedInformers
  #drivers: Informer<CSIDriver> | undefined
  #capacities: Informer<CSIStorageCapacity> | undefined

  constructor(informers: SharedInformers) {
    this.#informers = informers
  }

  /** Begins to watch; undefined when it did so before. What is returned resolves when everything is known. */
  watch(onChange: () => void): Promise<unknown> | undefined {
    if (this.#drivers) return undefined
    this.#drivers = this.#informers.use(csiDrivers).informer
    this.#capacities = this.#informers.use(csiStorageCapacities).informer
    const handlers = { added: onChange, updated: onChange, deleted: onChange }
    this.#drivers.on(handlers)
    this.#capacities.on(handlers)
    return Promise.all([this.#drivers.synced, this.#capacities.synced])
  }

  readonly drivers = {
    get: (name: string): Stored<CSIDriver> | undefined => this.#drivers?.get(name),
  }

  readonly capacities = {
    list: (): Stored<CSIStorageCapacity>[] => this.#capacities?.list() ?? [],
  }
}
