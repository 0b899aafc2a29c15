import { errorMessage } from '#base/errors.ts'
import { endpointSlices, nodes, pods, services } from '#client/resource-types.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { hasEndpoints, podsOfService, wakeServices } from '../shared/service-pods.ts'
import { UnseenWrites } from '../shared/unseen-writes.ts'
import { zoneLabel } from './endpoints-of-pods.ts'
import {
  managedBy,
  managedByLabel,
  planSlices,
  type SlicePlan,
  serviceNameLabel,
} from './plan-slices.ts'

const serviceIndex = 'service'

/** Writes the EndpointSlices of every service with a selector. */
export const endpointSliceController = defineController({
  name: 'endpointslice-controller',
  component: 'endpoint-slice-controller',
  for: services,
  reads: { pods, nodes, endpointSlices },
  start: context => {
    const reconciler = new EndpointSliceReconciler(context)
    return key => reconciler.reconcile(key)
  },
})

type Reads = { pods: typeof pods; nodes: typeof nodes; endpointSlices: typeof endpointSlices }

class EndpointSliceReconciler {
  readonly #context: ControllerContext<Service, Reads>
  readonly #unseen: UnseenWrites

  constructor(context: ControllerContext<Service, Reads>) {
    this.#context = context
    this.#unseen = new UnseenWrites(context.clock)
    const { informer, informers, queue, on } = context
    informers.endpointSlices.addIndex(serviceIndex, slice => {
      const key = serviceKeyOf(slice)
      return key ? [key] : []
    })
    on(
      informers.pods,
      wakeServices(informer, key => queue.add(key)),
    )
    const wake = (slice: Stored<EndpointSlice>) => {
      const key = serviceKeyOf(slice)
      if (!key) return
      this.#unseen.seen(key, slice.metadata.name)
      queue.add(key)
    }
    on(informers.endpointSlices, { added: wake, updated: wake, deleted: wake })
    on(informers.nodes, {
      updated: (node, old) => {
        if (node.metadata.labels?.[zoneLabel] === old.metadata.labels?.[zoneLabel]) return
        for (const service of informer.list()) queue.add(keyOf(service))
      },
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, informers } = this.#context
    const service = informer.get(key)
    if (!service) {
      this.#unseen.forget(key)
      return undefined
    }
    if (!hasEndpoints(service) || service.metadata.deletionTimestamp) return undefined
    const waitMs = this.#unseen.waitMs(key)
    if (waitMs !== undefined) return waitMs
    const current = informers.endpointSlices.byIndex(serviceIndex, key)
    const plan = planSlices(
      service,
      podsOfService(service, informers.pods),
      node => informers.nodes.get(node)?.metadata.labels?.[zoneLabel],
      current.filter(({ metadata }) => !metadata.deletionTimestamp),
    )
    await this.#carryOut(service, key, plan)
    return undefined
  }

  async #carryOut(service: Stored<Service>, key: string, plan: SlicePlan): Promise<void> {
    const { client, informers, recorder } = this.#context
    try {
      for (const slice of plan.create) {
        const created = await client.create(endpointSlices, slice)
        const known = informers.endpointSlices.get(keyOf(created))
        if (!known) this.#unseen.made(key, created.metadata.name)
      }
      for (const slice of plan.update) await client.update(endpointSlices, slice)
      for (const slice of plan.remove) await this.#remove(slice)
    } catch (error) {
      if (isNamespaceTerminating(error)) return
      const { namespace, name } = service.metadata
      recorder.record(
        service,
        {
          type: 'Warning',
          reason: 'FailedToUpdateEndpointSlices',
          message: `Error updating Endpoint Slices for Service ${namespace}/${name}: ${errorMessage(error)}`,
        },
        { apiVersion: 'v1', kind: 'Service' },
      )
      throw error
    }
  }

  async #remove(slice: EndpointSlice): Promise<void> {
    try {
      await this.#context.client.delete(endpointSlices, slice.metadata)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
}

/** The service whose slice this is, when it is one of ours. */
function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const service = metadata.labels?.[serviceNameLabel]
  return service && metadata.labels?.[managedByLabel] === managedBy
    ? `${metadata.namespace}/${service}`
    : undefined
}
