import { endpointSlices, endpoints, services } from '#client/resource-types.ts'
import type { Endpoints } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { UnseenWrites } from '../shared/unseen-writes.ts'
import {
  type MirrorPlan,
  managedBy,
  managedByLabel,
  planMirror,
  serviceNameLabel,
} from './plan-mirror.ts'

const sliceIndex = 'mirrored'
const skipLabel = 'endpointslice.kubernetes.io/skip-mirror'
const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader'
const reads = { services, endpointSlices }

/** Copies Endpoints that people write for services without a selector into EndpointSlices. */
export const endpointSliceMirroringController = defineController({
  name: 'endpointslice-mirroring-controller',
  serviceAccount: 'endpointslicemirroring-controller',
  component: 'endpoint-slice-mirroring-controller',
  for: endpoints,
  reads,
  start: context => {
    const mirroring = new Mirroring(context)
    return key => mirroring.reconcile(key)
  },
})

type Context = ControllerContext<Endpoints, typeof reads>

class Mirroring {
  readonly #context: Context
  readonly #unseen: UnseenWrites

  constructor(context: Context) {
    this.#context = context
    this.#unseen = new UnseenWrites(context.clock)
    const { informers, queue, on } = context
    informers.endpointSlices.addIndex(sliceIndex, slice => {
      const key = mirroredKey(slice)
      return key ? [key] : []
    })
    const wake = (slice: Stored<EndpointSlice>) => {
      const key = mirroredKey(slice)
      if (!key) return
      this.#unseen.seen(key, slice.metadata.name)
      queue.add(key)
    }
    on(informers.endpointSlices, { added: wake, updated: wake, deleted: wake })
    on(informers.services, {
      added: service => queue.add(keyOf(service)),
      updated: service => queue.add(keyOf(service)),
      deleted: service => queue.add(keyOf(service)),
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, informers } = this.#context
    const waitMs = this.#unseen.waitMs(key)
    if (waitMs !== undefined) return waitMs
    const current = informers.endpointSlices
      .byIndex(sliceIndex, key)
      .filter(({ metadata }) => !metadata.deletionTimestamp)
    const source = informer.get(key)
    if (!source || !this.#isMirrored(source)) {
      for (const slice of current) await this.#remove(slice)
      this.#unseen.forget(key)
      return undefined
    }
    const plan = planMirror(source, current)
    this.#tell(source, plan)
    await this.#carryOut(key, plan)
    return undefined
  }

  /** Only what a person wrote: of a service that is there and has no selector, and that doesn't ask to be left out. */
  #isMirrored(source: Stored<Endpoints>): boolean {
    const { labels, annotations } = source.metadata
    if (labels?.[skipLabel] === 'true' || annotations?.[leaderAnnotation] !== undefined)
      return false
    const service = this.#context.informers.services.get(keyOf(source))
    return service !== undefined && service.spec?.selector === undefined
  }

  async #carryOut(key: string, plan: MirrorPlan): Promise<void> {
    const { client, informers } = this.#context
    try {
      for (const slice of plan.create) {
        const created = await client.create(endpointSlices, slice)
        const known = informers.endpointSlices.get(keyOf(created))
        if (!known) this.#unseen.made(key, created.metadata.name)
      }
    } catch (error) {
      if (!isNamespaceTerminating(error)) throw error
    }
    for (const slice of plan.update) await client.update(endpointSlices, slice)
    for (const slice of plan.remove) await this.#remove(slice)
  }

  async #remove({ metadata }: EndpointSlice): Promise<void> {
    try {
      await this.#context.client.delete(endpointSlices, metadata)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #tell(source: Stored<Endpoints>, { invalid, skipped }: MirrorPlan): void {
    if (invalid > 0) {
      const message = `Skipped ${invalid} invalid IP addresses when mirroring to EndpointSlices`
      this.#warn(source, 'InvalidIPAddress', message)
    }
    if (skipped > 0) {
      const message = `A max of 1000 addresses can be mirrored to EndpointSlices per Endpoints subset. ${skipped} addresses were skipped`
      this.#warn(source, 'TooManyAddressesToMirror', message)
    }
  }

  #warn(source: Stored<Endpoints>, reason: string, message: string): void {
    const kind = { apiVersion: 'v1', kind: 'Endpoints' }
    this.#context.recorder.record(source, { type: 'Warning', reason, message }, kind)
  }
}

/** The Endpoints whose copy a slice is, when it is one of ours. */
function mirroredKey({ metadata }: EndpointSlice): string | undefined {
  const name = metadata.labels?.[serviceNameLabel]
  return name && metadata.labels?.[managedByLabel] === managedBy
    ? `${metadata.namespace}/${name}`
    : undefined
}
