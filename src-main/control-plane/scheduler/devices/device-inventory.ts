import type { Device, ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import { matchesNodeTerm, type NamedNode } from '#kubernetes/selectors/node-selector.ts'

/** The slices of one driver that belong together, of the newest generation. */
export interface DevicePool {
  driver: string
  name: string
  slices: ResourceSlice[]
  /** Slices are missing: the driver is at changing them. */
  isIncomplete: boolean
  /** Two devices have the same name. */
  isInvalid: boolean
}

/** A device within reach of a node. */
export interface ReachableDevice {
  /** `driver/pool/device`. */
  id: string
  device: Device
  slice: ResourceSlice
  pool: DevicePool
}

/** A pool, and what of it a node can use. */
export interface PoolInReach {
  pool: DevicePool
  devices: ReachableDevice[]
}

export const deviceId = (device: { driver: string; pool: string; device: string }): string =>
  `${device.driver}/${device.pool}/${device.device}`

/** The devices of a cluster, by what its drivers published. */
export class DeviceInventory {
  /** By node, the pools with slices for that node alone. */
  readonly #local = new Map<string, Set<DevicePool>>()
  /** The pools with slices that several nodes can use. */
  readonly #shared = new Set<DevicePool>()

  constructor(slices: readonly ResourceSlice[]) {
    for (const pool of poolsOf(slices)) {
      for (const { spec } of pool.slices) {
        if (spec.nodeName === undefined) this.#shared.add(pool)
        else addTo(this.#local, spec.nodeName, pool)
      }
    }
  }

  /** The pools that a node can use devices of, by driver and name. */
  reach(node: NamedNode): PoolInReach[] {
    const pools = new Set([...(this.#local.get(node.name) ?? []), ...this.#shared])
    return [...pools]
      .map(pool => ({ pool, slices: pool.slices.filter(slice => isFor(slice, node)) }))
      .filter(({ slices }) => slices.length > 0)
      .map(({ pool, slices }) => ({ pool, devices: devicesOf(pool, slices) }))
      .sort((a, b) => compare(a.pool, b.pool))
  }
}

const addTo = <K, V>(sets: Map<K, Set<V>>, key: K, value: V): void => {
  const set = sets.get(key) ?? new Set()
  sets.set(key, set.add(value))
}

const compare = (a: DevicePool, b: DevicePool): number =>
  a.driver === b.driver ? (a.name < b.name ? -1 : 1) : a.driver < b.driver ? -1 : 1

function poolsOf(slices: readonly ResourceSlice[]): DevicePool[] {
  const groups = Map.groupBy(slices, ({ spec }) => JSON.stringify([spec.driver, spec.pool.name]))
  return [...groups.values()].flatMap(group => {
    const newest = Math.max(...group.map(({ spec }) => spec.pool.generation))
    const current = group
      .filter(({ spec }) => spec.pool.generation === newest)
      .sort((a, b) => ((a.metadata.name ?? '') < (b.metadata.name ?? '') ? -1 : 1))
    const [first] = current
    if (!first) return []
    const { driver, pool } = first.spec
    const names = current.flatMap(({ spec }) => (spec.devices ?? []).map(({ name }) => name))
    return {
      driver,
      name: pool.name,
      slices: current,
      isIncomplete: current.length !== pool.resourceSliceCount,
      isInvalid: new Set(names).size < names.length,
    }
  })
}

function isFor({ spec }: ResourceSlice, node: NamedNode): boolean {
  const { nodeName, nodeSelector, allNodes } = spec
  if (nodeName !== undefined) return nodeName === node.name
  if (allNodes) return true
  return nodeSelector?.nodeSelectorTerms.some(term => matchesNodeTerm(term, node)) ?? false
}

const devicesOf = (pool: DevicePool, slices: readonly ResourceSlice[]): ReachableDevice[] =>
  slices.flatMap(slice =>
    (slice.spec.devices ?? []).map(device => ({
      id: deviceId({ driver: pool.driver, pool: pool.name, device: device.name }),
      device,
      slice,
      pool,
    })),
  )
