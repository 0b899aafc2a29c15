import { discover } from '#client/discovery.ts'
import type { Informer } from '#client/informer.ts'
import {
  persistentVolumeClaims,
  pods,
  type ResourceType,
  resourceQuotas,
  services,
} from '#client/resource-types.ts'
import type { ResourceQuota } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { type KubernetesObject, keyOf, type Stored } from '#kubernetes/objects.ts'
import { isQuotaOf } from '#kubernetes/quota/quota-scopes.ts'
import { countsTowards, quotaUsage } from '#kubernetes/quota/quota-usage.ts'
import { type Amounts, addAmounts, maxAmounts, pickAmounts } from '#kubernetes/resource-amounts.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from './define-controller.ts'
import { DueTimes } from './shared/due-times.ts'

/** Writes that were counted and then failed are forgotten after this long. */
const recountEveryMs = 5 * 60_000
/**
 * A second look, for what was counted as requested but not yet seen as stored when something went. It takes nothing back,
 * or it would do so to what comes just then.
 */
const secondLookMs = 1000

/**
 * Counts what is used of every quota when the quota changes and when something goes. What comes is counted by
 * admission; counting it here as well would take back what was granted and isn't stored yet.
 */
export const resourceQuotaController = defineController({
  name: 'resourcequota-controller',
  for: resourceQuotas,
  start: context => {
    const counting = new QuotaCounting(context)
    return key => counting.reconcile(key)
  },
})

const wholes: readonly ResourceType[] = [pods, services, persistentVolumeClaims]

type Context = ControllerContext<ResourceQuota, Record<never, never>>
type Quota = Stored<ResourceQuota>

/** A kind whose objects are counted. */
interface Counted {
  type: ResourceType
  informer: Informer<KubernetesObject>
}

class QuotaCounting {
  readonly #context: Context
  readonly #counted = new Map<string, Counted>()
  readonly #due: DueTimes
  /** Those whose next look is a second one. */
  readonly #seconds = new Set<string>()

  constructor(context: Context) {
    this.#context = context
    this.#due = new DueTimes(context.clock)
    context.on(context.informer, {
      updated: (quota, old) => {
        if (!semanticEqual(quota.spec, old.spec)) this.#wake(quota)
      },
      deleted: quota => this.#forget(keyOf(quota)),
    })
    for (const type of wholes) this.#follow(type)
  }

  async reconcile(key: string): Promise<number | undefined> {
    const quota = this.#context.informer.get(key)
    if (!quota) return undefined
    const leftMs = this.#due.leftMs(key)
    if (leftMs > 0) return leftMs
    const isSecond = this.#seconds.delete(key)
    const counted = await this.#count(quota)
    const before = pickAmounts(quota.status?.used ?? {}, Object.keys(counted))
    const changed = await this.#write(quota, isSecond ? maxAmounts(before, counted) : counted)
    if (changed) this.#seconds.add(key)
    return this.#due.after(key, changed ? secondLookMs : recountEveryMs)
  }

  /** What all objects of the namespace that the quota is about use together. */
  async #count(quota: Quota): Promise<Amounts> {
    const hard = Object.keys(quota.spec.hard ?? {})
    let used: Amounts = Object.fromEntries(hard.map(name => [name, '0']))
    const now = this.#context.clock.now()
    for (const { type, informer } of await this.#kindsOf(hard)) {
      const resource = { group: type.group, plural: type.resource }
      for (const object of informer.list(quota.metadata.namespace)) {
        if (!isQuotaOf(quota, resource, object)) continue
        used = addAmounts(used, pickAmounts(quotaUsage(resource, object, now), hard))
      }
    }
    return used
  }

  async #write(quota: Quota, used: Amounts): Promise<boolean> {
    const status = { ...(quota.spec.hard ? { hard: quota.spec.hard } : {}), used }
    if (semanticEqual(quota.status, status)) return false
    try {
      await this.#context.client.updateStatus(resourceQuotas, { ...quota, status })
      return true
    } catch (error) {
      if (isNotFound(error)) return false
      throw error
    }
  }

  /** The kinds that the names of a quota's resources are about; those that aren't served count nothing. */
  async #kindsOf(hard: string[]): Promise<Counted[]> {
    const isUnknown = (name: string) =>
      ![...this.#counted.values()].some(({ type }) => countsTowards(resourceOf(type), name))
    const unknown = hard.filter(isUnknown)
    if (unknown.length > 0) {
      const { resources } = await discover(this.#context.client)
      for (const type of resources) {
        const isAsked = unknown.some(name => countsTowards(resourceOf(type), name))
        if (type.preferred && type.namespaced && isAsked) this.#follow(type)
      }
    }
    const counted = [...this.#counted.values()].filter(({ type }) =>
      hard.some(name => countsTowards(resourceOf(type), name)),
    )
    await Promise.all(counted.map(({ informer }) => informer.synced))
    return counted
  }

  /** Watches a kind: whole objects where more of them counts than their number. */
  #follow(type: ResourceType): void {
    const id = `${type.resource}.${type.group}`
    if (this.#counted.has(id)) return
    const { clock, use, on } = this.#context
    const informer = use(type, { metadataOnly: !wholes.includes(type) })
    this.#counted.set(id, { type, informer })
    const resource = resourceOf(type)
    on(informer, {
      deleted: object => this.#wakeAll(object),
      updated: (object, old) => {
        const now = clock.now()
        const before = quotaUsage(resource, old, now)
        if (!semanticEqual(quotaUsage(resource, object, now), before)) this.#wakeAll(object)
      },
    })
  }

  #wakeAll({ metadata }: KubernetesObject): void {
    for (const quota of this.#context.informer.list(metadata.namespace)) this.#wake(quota)
  }

  #wake(quota: Quota): void {
    this.#forget(keyOf(quota))
    this.#context.queue.add(keyOf(quota))
  }

  #forget(key: string): void {
    this.#due.now(key)
    this.#seconds.delete(key)
  }
}

const resourceOf = ({ group, resource }: ResourceType) => ({ group, plural: resource })
