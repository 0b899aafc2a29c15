import type { EndpointAddress, EndpointSubset, Endpoints } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { readLegacyIp } from '#kubernetes/legacy-ip.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'

export const serviceNameLabel = 'kubernetes.io/service-name'
export const managedByLabel = 'endpointslice.kubernetes.io/managed-by'
export const managedBy = 'endpointslicemirroring-controller.k8s.io'

/** More addresses of one subset are left out. */
const maxPerSubset = 1000
const notCopied = new Set([
  'kubectl.kubernetes.io/last-applied-configuration',
  'endpoints.kubernetes.io/last-change-trigger-time',
])

type Family = 'IPv4' | 'IPv6'

/** The writes that make the slices say what the Endpoints say, and what had to be left out. */
export interface MirrorPlan {
  create: EndpointSlice[]
  update: EndpointSlice[]
  remove: EndpointSlice[]
  /** Addresses that are none. */
  invalid: number
  /** Addresses beyond the most of a subset. */
  skipped: number
}

/** One slice for each subset and address family; what is in no subset any more goes. */
export function planMirror(
  endpoints: Stored<Endpoints>,
  current: readonly Stored<EndpointSlice>[],
): MirrorPlan {
  const plan: MirrorPlan = { create: [], update: [], remove: [], invalid: 0, skipped: 0 }
  const unused = new Set(current)
  for (const wanted of (endpoints.subsets ?? []).flatMap(subset => slicesOf(subset, plan))) {
    const there = [...unused].find(
      ({ addressType, ports }) =>
        addressType === wanted.addressType && semanticEqual(ports, wanted.ports),
    )
    const metadata = mirrorMetadata(endpoints, there)
    if (!there) {
      plan.create.push({ metadata, ...wanted })
      continue
    }
    unused.delete(there)
    const isSame =
      semanticEqual(there.endpoints, wanted.endpoints) &&
      semanticEqual(there.metadata.labels, metadata.labels) &&
      semanticEqual(there.metadata.annotations ?? {}, metadata.annotations ?? {})
    if (!isSame) plan.update.push({ ...there, metadata, endpoints: wanted.endpoints })
  }
  plan.remove.push(...unused)
  return plan
}

type Wanted = Pick<EndpointSlice, 'addressType' | 'endpoints'> & { ports: EndpointPort[] }

function slicesOf(
  { addresses = [], notReadyAddresses = [], ports = [] }: EndpointSubset,
  plan: MirrorPlan,
): Wanted[] {
  const all = [
    ...addresses.map(address => endpointOf(address, true)),
    ...notReadyAddresses.map(address => endpointOf(address, false)),
  ]
  plan.skipped += Math.max(0, all.length - maxPerSubset)
  const byFamily = new Map<Family, Endpoint[]>()
  for (const endpoint of all.slice(0, maxPerSubset)) {
    const family = familyOf(endpoint.addresses[0] ?? '')
    if (family) byFamily.set(family, [...(byFamily.get(family) ?? []), endpoint])
    else plan.invalid++
  }
  const slicePorts = ports.map(({ name = '', port, protocol = 'TCP', appProtocol }) => ({
    name,
    port,
    protocol,
    ...(appProtocol ? { appProtocol } : {}),
  }))
  return [...byFamily].map(([addressType, endpoints]) => ({
    addressType,
    endpoints,
    ports: slicePorts,
  }))
}

const families: Readonly<Record<number, Family>> = { 32: 'IPv4', 128: 'IPv6' }
const familyOf = (address: string): Family | undefined =>
  families[readLegacyIp(address)?.width ?? 0]

const endpointOf = (
  { ip, hostname, nodeName, targetRef }: EndpointAddress,
  ready: boolean,
): Endpoint => ({
  addresses: [ip],
  conditions: { ready },
  ...(hostname ? { hostname } : {}),
  ...(targetRef ? { targetRef } : {}),
  ...(nodeName ? { nodeName } : {}),
})

function mirrorMetadata(
  endpoints: Stored<Endpoints>,
  slice: Stored<EndpointSlice> | undefined,
): EndpointSlice['metadata'] {
  const { name, namespace = '', labels, annotations = {} } = endpoints.metadata
  const copied = Object.entries(annotations).filter(([key]) => !notCopied.has(key))
  return {
    ...(slice?.metadata ?? { generateName: `${name}-`, namespace }),
    labels: { ...labels, [serviceNameLabel]: name, [managedByLabel]: managedBy },
    annotations: Object.fromEntries(copied),
    ownerReferences: [controllerReference(endpoints, { apiVersion: 'v1', kind: 'Endpoints' })],
  }
}
