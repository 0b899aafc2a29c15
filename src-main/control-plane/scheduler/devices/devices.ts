import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Informer } from '#client/informer.ts'
import { deviceClasses, resourceClaims, resourceSlices } from '#client/resource-types.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type {
  AllocationResult,
  DeviceClass,
  ResourceClaim,
  ResourceSlice,
} from '#kubernetes/api/resource-v1.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import type { ClusterEvent } from '../framework.ts'
import { DeviceInventory } from './device-inventory.ts'
import type { DeviceView } from './device-view.ts'
import { DevicesInUse } from './devices-in-use.ts'
import type { CompileSelector } from './selector-results.ts'

interface Sources {
  claims: Informer<ResourceClaim>
  classes: Informer<DeviceClass>
  slices: Informer<ResourceSlice>
  compile: CompileSelector
}

/**
 * Devices, classes and claims as the scheduler knows them: as they are in the API, with the allocations that it is about
 * to write. Watching them, and reading expressions, begins with the first pod that asks for devices.
 */
export class Devices implements DeviceView {
  readonly #informers: SharedInformers
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #onChange: (event: ClusterEvent) => void
  readonly #inUse = new DevicesInUse()
  /** By claim, what is being written. */
  readonly #pending = new Map<string, AllocationResult>()
  /** By key, what was written and the informer hasn't shown yet. */
  readonly #written = new Map<string, Stored<ResourceClaim>>()
  #sources: Sources | undefined
  #starting: Promise<void> | undefined
  #inventory: DeviceInventory | undefined

  constructor(options: {
    informers: SharedInformers
    clock: Clock
    logger: Logger
    onChange: (event: ClusterEvent) => void
  }) {
    this.#informers = options.informers
    this.#clock = options.clock
    this.#logger = options.logger
    this.#onChange = options.onChange
  }

  /** A pod asks for devices: they are needed from now on. */
  begin(): void {
    this.#starting ??= this.#start().catch(error => {
      this.#starting = undefined
      this.#logger.error('could not begin to allocate devices', { error: errorMessage(error) })
    })
  }

  now(): number {
    return this.#clock.now()
  }

  get isReady(): boolean {
    return this.#sources !== undefined
  }

  claim(key: string): Stored<ResourceClaim> | undefined {
    return this.#written.get(key) ?? this.#sources?.claims.get(key)
  }

  isBeingAllocated(uid: string): boolean {
    return this.#pending.has(uid)
  }

  classOf(name: string): DeviceClass | undefined {
    return this.#sources?.classes.get(name)
  }

  get inventory(): DeviceInventory {
    this.#inventory ??= new DeviceInventory(this.#sources?.slices.list() ?? [])
    return this.#inventory
  }

  isInUse(id: string): boolean {
    return this.#inUse.has(id)
  }

  get compile(): CompileSelector {
    if (!this.#sources) throw new Error('expressions are read before their language is loaded')
    return this.#sources.compile
  }

  /** Keeps devices for a claim until `written` or `givenUp`. */
  hold({ metadata }: Stored<ResourceClaim>, allocation: AllocationResult): void {
    this.#pending.set(metadata.uid, allocation)
    this.#inUse.set(metadata.uid, allocation)
  }

  /** A claim was written; counts until the informer shows it. */
  written(claim: Stored<ResourceClaim>): void {
    this.#pending.delete(claim.metadata.uid)
    const shown = this.#sources?.claims.get(keyOf(claim))
    if (shown && isNewer(claim, shown)) this.#written.set(keyOf(claim), claim)
    this.#look(keyOf(claim), claim.metadata.uid)
  }

  /** What was to be written couldn't be. */
  givenUp(claim: Stored<ResourceClaim>): void {
    if (!this.#pending.delete(claim.metadata.uid)) return
    this.#look(keyOf(claim), claim.metadata.uid)
    this.#onChange({ change: 'resource claims', claim: { now: undefined, old: claim } })
  }

  async #start(): Promise<void> {
    const informers = this.#informers
    const claims = informers.use(resourceClaims).informer
    const classes = informers.use(deviceClasses).informer
    const slices = informers.use(resourceSlices).informer
    const { compileDeviceSelector: compile } = await import(
      '#kubernetes/cel/devices/device-selector.ts'
    )
    await Promise.all([loadRegexEngine(), claims.synced, classes.synced, slices.synced])
    this.#sources = { claims, classes, slices, compile }
    claims.on({
      added: claim => this.#changed(claim),
      updated: (claim, old) => this.#changed(claim, old),
      deleted: claim => this.#deleted(claim),
    })
    const tellClass = () => this.#onChange({ change: 'device classes' })
    classes.on({ added: tellClass, updated: tellClass })
    const tellSlice = () => {
      this.#inventory = undefined
      this.#onChange({ change: 'resource slices' })
    }
    slices.on({ added: tellSlice, updated: tellSlice, deleted: tellSlice })
    this.#onChange({ change: 'devices known' })
  }

  #changed(claim: Stored<ResourceClaim>, old?: Stored<ResourceClaim>): void {
    const key = keyOf(claim)
    const written = this.#written.get(key)
    if (written && !isNewer(written, claim)) this.#written.delete(key)
    this.#look(key, claim.metadata.uid)
    this.#onChange({ change: 'resource claims', claim: { now: claim, old } })
  }

  #deleted(claim: Stored<ResourceClaim>): void {
    this.#written.delete(keyOf(claim))
    this.#look(keyOf(claim), claim.metadata.uid)
    this.#onChange({ change: 'resource claims', claim: { now: undefined, old: claim } })
  }

  /** Counts what a claim has by the newest that is known of it. */
  #look(key: string, uid: string): void {
    const claim = this.claim(key)
    const known = claim?.metadata.uid === uid ? claim.status?.allocation : undefined
    this.#inUse.set(uid, known ?? this.#pending.get(uid))
  }
}

const isNewer = (a: Stored<ResourceClaim>, b: Stored<ResourceClaim>): boolean =>
  a.metadata.uid === b.metadata.uid &&
  Number(a.metadata.resourceVersion) > Number(b.metadata.resourceVersion)
