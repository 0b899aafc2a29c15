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
    return async key => {
      const service = informer.get(key)
      const current = informers.endpoints.get(key)
      if (!service) await removeLeftover(context, current)
      else if (hasEndpoints(service)) await write(context, service, current)
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
  current: Stored<Endpoints> | undefined,
): Promise<void> {
  if (service.metadata.deletionTimestamp) return
  const found = endpointSubsets(service, podsOfService(service, informers.pods))
  const { subsets, truncated } = capSubsets(found)
  const { [headlessLabel]: _, ...serviceLabels } = service.metadata.labels ?? {}
  const labels = {
    ...serviceLabels,
    [managedByLabel]: managedBy,
    ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
  }
  const { [overCapacity]: __, ...kept } = current?.metadata.annotations ?? {}
  const annotations = { ...kept, ...(truncated ? { [overCapacity]: 'truncated' } : {}) }
  const { name, namespace } = service.metadata
  const wanted: Endpoints = {
    metadata: {
      ...(current?.metadata ?? { name, namespace: namespace ?? '' }),
      labels,
      annotations,
    },
    ...(subsets.length ? { subsets } : {}),
  }
  if (
    current &&
    semanticEqual(current.subsets, wanted.subsets) &&
    semanticEqual(current.metadata.labels, labels) &&
    semanticEqual(current.metadata.annotations, annotations)
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
