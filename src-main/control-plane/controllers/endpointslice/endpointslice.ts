import { errorMessage } from '#base/errors.ts'
import { endpointSlices, nodes, pods, services } from '#client/resource-types.ts'
import type { Node, Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { hasEndpoints, podsOfService, wakeServices } from '../shared/service-pods.ts'
import { TriggerTimes, triggerTimeAnnotation } from '../shared/trigger-times.ts'
import { UnseenWrites } from '../shared/unseen-writes.ts'
import {
  managedBy,
  managedByLabel,
  planSlices,
  type SlicePlan,
  serviceNameLabel,
} from './plan-slices.ts'
import { hasTopologyMode, zoneLabel } from './topology.ts'
import { TopologyHints } from './topology-hints.ts'

const serviceIndex = 'service'
const serviceType = { apiVersion: 'v1', kind: 'Service' }

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
  readonly #topologyHints: TopologyHints
  readonly #triggerTimes = new TriggerTimes()

  constructor(context: ControllerContext<Service, Reads>) {
    this.#context = context
    this.#unseen = new UnseenWrites(context.clock)
    this.#topologyHints = new TopologyHints(context.informers.nodes)
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
    this.#watchNodes()
  }

  #watchNodes(): void {
    const { informer, informers, queue, on } = this.#context
    const zonesChanged = () => {
      this.#topologyHints.nodesChanged()
      for (const service of informer.list()) {
        if (hasTopologyMode(service)) queue.add(keyOf(service))
      }
    }
    on(informers.nodes, {
      added: zonesChanged,
      updated: (node, old) => {
        if (!semanticEqual(zoneFacts(node), zoneFacts(old))) zonesChanged()
        if (node.metadata.labels?.[zoneLabel] === old.metadata.labels?.[zoneLabel]) return
        for (const service of informer.list()) queue.add(keyOf(service))
      },
      deleted: zonesChanged,
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, informers, recorder } = this.#context
    const service = informer.get(key)
    if (!service) {
      this.#unseen.forget(key)
      this.#topologyHints.forget(key)
      this.#triggerTimes.forget(key)
      return undefined
    }
    if (!hasEndpoints(service) || service.metadata.deletionTimestamp) return undefined
    const waitMs = this.#unseen.waitMs(key)
    if (waitMs !== undefined) return waitMs
    const current = informers.endpointSlices.byIndex(serviceIndex, key)
    const selected = podsOfService(service, informers.pods)
    const plan = planSlices(
      service,
      selected,
      node => informers.nodes.get(node)?.metadata.labels?.[zoneLabel],
      current.filter(({ metadata }) => !metadata.deletionTimestamp),
    )
    const events = this.#topologyHints.settle(service, plan)
    const changedAt = this.#triggerTimes.changedAt(service, selected)
    for (const slice of [...plan.create, ...plan.update]) setTriggerTime(slice, changedAt)
    await this.#carryOut(service, key, plan)
    for (const event of events) recorder.record(service, event, serviceType)
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
        serviceType,
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

/** What of a node counts when endpoints are divided among zones. */
const zoneFacts = ({ metadata, status }: Node) => [
  metadata.labels,
  status?.allocatable?.['cpu'],
  status?.conditions?.find(({ type }) => type === 'Ready')?.status,
]

function setTriggerTime(slice: EndpointSlice, time: string | undefined): void {
  const { [triggerTimeAnnotation]: _, ...others } = slice.metadata.annotations ?? {}
  const annotations = { ...others, ...(time ? { [triggerTimeAnnotation]: time } : {}) }
  slice.metadata = { ...slice.metadata, annotations }
}

/** The service whose slice this is, when it is one of ours. */
function serviceKeyOf({ metadata }: EndpointSlice): string | undefined {
  const service = metadata.labels?.[serviceNameLabel]
  return service && metadata.labels?.[managedByLabel] === managedBy
    ? `${metadata.namespace}/${service}`
    : undefined
}
