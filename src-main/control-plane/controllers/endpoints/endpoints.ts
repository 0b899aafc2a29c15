import { errorMessage } from '#base/errors.ts'
import { endpoints, pods, services } from '#client/resource-types.ts'
import type { Endpoints, Service } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import {
  hasEndpoints,
  headlessLabel,
  isHeadless,
  podsOfService,
  wakeServices,
} from '../shared/service-pods.ts'
import { TriggerTimes, triggerTimeAnnotation } from '../shared/trigger-times.ts'
import { capSubsets, endpointSubsets } from './subsets.ts'

const managedByLabel = 'endpoints.kubernetes.io/managed-by'
const managedBy = 'endpoint-controller'
const overCapacity = 'endpoints.kubernetes.io/over-capacity'

/** Writes the older `Endpoints` of every service with a selector. */
export const endpointsController = defineController({
  name: 'endpoints-controller',
  serviceAccount: 'endpoint-controller',
  component: 'endpoint-controller',
  for: services,
  reads: { pods, endpoints },
  start: context => {
    const { informer, informers, queue, on } = context
    on(
      informers.pods,
      wakeServices(informer, key => queue.add(key)),
    )
    on(informers.endpoints, {
      // Made by us for a service that went while no one looked.
      added: object => {
        if (object.metadata.labels?.[managedByLabel] === managedBy) queue.add(keyOf(object))
      },
      updated: object => queue.add(keyOf(object)),
      deleted: object => queue.add(keyOf(object)),
    })
    const triggerTimes = new TriggerTimes()
    return async key => {
      const service = informer.get(key)
      const current = informers.endpoints.get(key)
      if (!service) {
        triggerTimes.forget(key)
        await removeLeftover(context, current)
      } else if (hasEndpoints(service) && !service.metadata.deletionTimestamp) {
        await write(context, service, { current, triggerTimes })
      }
      return undefined
    }
  },
})

type Context = ControllerContext<Service, { pods: typeof pods; endpoints: typeof endpoints }>

async function removeLeftover(
  { client }: Context,
  current: Stored<Endpoints> | undefined,
): Promise<void> {
  if (current?.metadata.labels?.[managedByLabel] !== managedBy) return
  try {
    await client.delete(endpoints, current.metadata)
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function write(
  { client, informers, recorder }: Context,
  service: Stored<Service>,
  known: { current: Stored<Endpoints> | undefined; triggerTimes: TriggerTimes },
): Promise<void> {
  const { current, triggerTimes } = known
  const selected = podsOfService(service, informers.pods)
  const { subsets, truncated } = capSubsets(endpointSubsets(service, selected))
  const changedAt = triggerTimes.changedAt(service, selected)
  const { [headlessLabel]: _, ...serviceLabels } = service.metadata.labels ?? {}
  const labels = {
    ...serviceLabels,
    [managedByLabel]: managedBy,
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
  }
  const annotations = annotationsOf(current, { truncated })
  const { name, namespace } = service.metadata
  const wanted: Endpoints = {
    metadata: {
      ...(current?.metadata ?? { name, namespace: namespace ?? '' }),
      labels,
      annotations: { ...annotations, ...(changedAt ? { [triggerTimeAnnotation]: changedAt } : {}) },
    },
    ...(subsets.length ? { subsets } : {}),
  }
  if (
    current &&
    semanticEqual(current.subsets, wanted.subsets) &&
    semanticEqual(current.metadata.labels, labels) &&
    current.metadata.annotations?.[overCapacity] === annotations[overCapacity]
  ) {
    return
  }
  try {
    if (current) await client.update(endpoints, wanted)
    else await client.create(endpoints, wanted)
  } catch (error) {
    if (isNamespaceTerminating(error)) return
    recorder.record(current ?? wanted, {
      type: 'Warning',
      reason: current ? 'FailedToUpdateEndpoint' : 'FailedToCreateEndpoint',
      message: current
        ? `Failed to update endpoint ${namespace}/${name}: ${errorMessage(error)}`
        : `Failed to create endpoint for service ${namespace}/${name}: ${errorMessage(error)}`,
    })
    throw error
  }
}

/** What stays of the annotations when Endpoints are written; the time of the change is told anew each time. */
function annotationsOf(
  current: Endpoints | undefined,
  { truncated }: { truncated: boolean },
): Record<string, string> {
  const {
    [overCapacity]: _,
    [triggerTimeAnnotation]: __,
    ...kept
  } = current?.metadata.annotations ?? {}
  return { ...kept, ...(truncated ? { [overCapacity]: 'truncated' } : {}) }
}
