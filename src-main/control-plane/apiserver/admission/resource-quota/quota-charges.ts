import type { ResourceQuota } from '#kubernetes/api/core-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { serverUser } from '../../bootstrap/bootstrap-objects.ts'
import { ObjectWriter } from '../../handlers/object-writer.ts'
import type { Services } from '../../services.ts'
import type { Charge, QuotaLedger } from '../admission-step.ts'
import { objectsIn } from '../objects-in.ts'
import { chargeQuotas } from './charge-quotas.ts'

const tries = 10

interface Waiting {
  charge: Charge
  resolve(): void
  reject(error: unknown): void
}

/**
 * Counts writes towards the quotas of their namespaces before they are stored. Those of one namespace that come while
 * another is being written are judged one after the other and written together, so that no two of them take the
 * same room and a burst costs few writes.
 */
export class QuotaCharges implements QuotaLedger {
  readonly #services: () => Services
  readonly #waiting = new Map<string, Waiting[]>()

  /** The services hold this ledger too, so they are asked for when something is charged. */
  constructor(services: () => Services) {
    this.#services = services
  }

  limits(namespace: string): boolean {
    return this.#quotasOf(namespace).length > 0
  }

  charge(charge: Charge): Promise<void> {
    const { namespace } = charge.request
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(namespace)
    if (waiting) waiting.push({ charge, resolve, reject })
    else {
      this.#waiting.set(namespace, [{ charge, resolve, reject }])
      void this.#work(namespace)
    }
    return promise
  }

  async #work(namespace: string): Promise<void> {
    for (;;) {
      const batch = this.#waiting.get(namespace)?.splice(0) ?? []
      if (batch.length === 0) {
        this.#waiting.delete(namespace)
        return
      }
      try {
        await this.#settle(batch, namespace)
      } catch (error) {
        for (const { reject } of batch) reject(error)
      }
    }
  }

  async #settle(batch: Waiting[], namespace: string): Promise<void> {
    const { caches, store } = this.#services()
    /** By uid: quotas that have the batch already, when the write of another one has to be tried again. */
    const written = new Set<string | undefined>()
    const refused = new Map<Waiting, unknown>()
    for (let attempt = 1; ; attempt++) {
      if (written.size === 0) refused.clear()
      const open = this.#quotasOf(namespace).filter(({ metadata }) => !written.has(metadata.uid))
      try {
        for (const quota of judge(batch, open, refused)) {
          await this.#write(quota, namespace)
          written.add(quota.metadata.uid)
        }
      } catch (error) {
        if (attempt === tries || !(isConflict(error) || isNotFound(error))) throw error
        await caches.reached(await store.revision())
        continue
      }
      for (const waiting of batch) {
        if (refused.has(waiting)) waiting.reject(refused.get(waiting))
        else waiting.resolve()
      }
      return
    }
  }

  async #write({ metadata, status = {} }: ResourceQuota, namespace: string): Promise<void> {
    const services = this.#services()
    const definition = services.catalog.get('', 'v1', 'resourcequotas')
    const { name = '', resourceVersion = '' } = metadata
    await new ObjectWriter(services).update(
      { ...ownWrite, definition, namespace, name, warnings: new Set() },
      {
        retries: 0,
        change(current) {
          const next = cloneJson(current) as ResourceQuota
          next.metadata.resourceVersion = resourceVersion
          return { ...next, status: cloneJson(status) }
        },
      },
    )
  }

  #quotasOf(namespace: string): ResourceQuota[] {
    const { catalog, caches } = this.#services()
    return objectsIn(caches, catalog.get('', 'v1', 'resourcequotas'), namespace)
  }
}

const ownWrite = { subresource: 'status', user: serverUser, dryRun: false }

/**
 * Takes one write after the other into the quotas, and answers those that count more by it. What doesn't fit is added to
 * `refused`, and what is there already isn't asked again; a dry run leaves no trace.
 */
function judge(
  batch: Waiting[],
  current: ResourceQuota[],
  refused: Map<Waiting, unknown>,
): ResourceQuota[] {
  const quotas = new Map(current.map(quota => [quota.metadata.uid, quota]))
  const changed = new Set<string | undefined>()
  for (const waiting of batch) {
    if (refused.has(waiting)) continue
    try {
      const charged = chargeQuotas(waiting.charge, [...quotas.values()])
      if (waiting.charge.request.dryRun) continue
      for (const quota of charged) {
        quotas.set(quota.metadata.uid, quota)
        changed.add(quota.metadata.uid)
      }
    } catch (error) {
      refused.set(waiting, error)
    }
  }
  return [...quotas.values()].filter(({ metadata }) => changed.has(metadata.uid))
}
