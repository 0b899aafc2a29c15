import type { Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'
import { headlessLabel, isHeadless } from '../shared/service-pods.ts'
import { type EndpointGroup, endpointGroups } from './endpoints-of-pods.ts'
import { hasTopologyMode } from './topology.ts'

export const serviceNameLabel = 'kubernetes.io/service-name'
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const managedBy = 'endpointslice-controller.k8s.io'
const maxEndpoints = 100

/** The writes that bring a service's slices up to date, and the slices that are so already. */
export interface SlicePlan {
  create: EndpointSlice[]
  update: EndpointSlice[]
  remove: EndpointSlice[]
  keep: Stored<EndpointSlice>[]
}

/**
 * Places each endpoint into a slice of its address family and ports, at most 100 a slice. Endpoints stay in the slice
 * that has them; new ones fill free places, the fullest slice first, then new slices. A service without endpoints
 * keeps one empty slice a family. The hints of a topology mode are left as they are; whoever knows the nodes sets them.
 */
export function planSlices(
  service: Stored<Service>,
  pods: Stored<Pod>[],
  zoneOf: (node: string) => string | undefined,
  current: Stored<EndpointSlice>[],
): SlicePlan {
  const plan: SlicePlan = { create: [], update: [], remove: [], keep: [] }
  const families = (service.spec?.ipFamilies ?? ['IPv4']).filter(family => family !== '')
  for (const family of families) {
    const there = current.filter(({ addressType }) => addressType === family)
    planFamily(plan, service, family, endpointGroups(service, pods, family, zoneOf), there)
  }
  plan.remove.push(
    ...current.filter(({ addressType }) => !families.some(family => family === addressType)),
  )
  return plan
}

function planFamily(
  plan: SlicePlan,
  service: Stored<Service>,
  family: 'IPv4' | 'IPv6',
  groups: EndpointGroup[],
  current: Stored<EndpointSlice>[],
): void {
  const unused = new Set(current)
  const wanted = groups.length ? groups : [{ ports: [], endpoints: [] }]
  for (const group of wanted) {
    const there = current.filter(slice => semanticEqual(slice.ports, group.ports))
    for (const slice of there) unused.delete(slice)
    place(plan, service, family, group, there)
  }
  plan.remove.push(...unused)
}

function place(
  plan: SlicePlan,
  service: Stored<Service>,
  family: 'IPv4' | 'IPv6',
  group: EndpointGroup,
  there: Stored<EndpointSlice>[],
): void {
  const missing = new Map(group.endpoints.map(endpoint => [identity(endpoint), endpoint]))
  const keepsHints = hasTopologyMode(service)
  const kept = there.map(slice => {
    const endpoints = (slice.endpoints ?? []).flatMap(old => {
      const endpoint = missing.get(identity(old))
      if (!endpoint) return []
      missing.delete(identity(old))
      const { hints } = keepsHints && endpoint.conditions?.ready ? old : {}
      return [hints ? { ...endpoint, hints } : endpoint]
    })
    return { slice, endpoints }
  })
  const left = [...missing.values()]
  kept.sort((a, b) => b.endpoints.length - a.endpoints.length)
  for (const { endpoints } of kept) {
    endpoints.push(...left.splice(0, maxEndpoints - endpoints.length))
  }
  for (const [index, { slice, endpoints }] of kept.entries()) {
    if (endpoints.length === 0 && !(index === 0 && group.endpoints.length === 0)) {
      plan.remove.push(slice)
      continue
    }
    const metadata = sliceMetadata(service, slice)
    const same =
      semanticEqual(slice.endpoints, endpoints) &&
      semanticEqual(slice.metadata.labels, metadata.labels)
    if (same) plan.keep.push(slice)
    else plan.update.push({ ...slice, metadata, endpoints })
  }
  const needed = kept.length === 0 && left.length === 0 ? 1 : Math.ceil(left.length / maxEndpoints)
  for (let slice = 0; slice < needed; slice++) {
    plan.create.push({
      metadata: sliceMetadata(service),
      addressType: family,
      endpoints: left.splice(0, maxEndpoints),
      ports: group.ports,
    })
  }
}

function sliceMetadata(
  service: Stored<Service>,
  slice?: Stored<EndpointSlice>,
): EndpointSlice['metadata'] {
  const { name, namespace = '', labels = {} } = service.metadata
  const { [headlessLabel]: _, [serviceNameLabel]: __, [managedByLabel]: ___, ...own } = labels
  return {
    ...(slice?.metadata ?? { generateName: `${name}-`, namespace }),
    labels: {
      ...own,
      [serviceNameLabel]: name,
      [managedByLabel]: managedBy,
      ...(isHeadless(service) ? { [headlessLabel]: '' } : {}),
    },
    ownerReferences: [controllerReference(service, { apiVersion: 'v1', kind: 'Service' })],
  }
}

/** What makes two endpoints the same one: pod and addresses, not its conditions. */
const identity = ({ addresses, targetRef }: Endpoint): string =>
  JSON.stringify([targetRef?.uid, [...addresses].sort()])
