import type { Service } from '#kubernetes/api/core-v1.ts'
import type { IPAddress } from '#kubernetes/api/networking-v1.ts'
import { canonicalLegacyIp } from '#kubernetes/legacy-ip.ts'
import { ensure, serverUser } from '../bootstrap/bootstrap-objects.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import { storeKey } from '../catalog.ts'
import type { ObjectWriter } from '../handlers/object-writer.ts'
import { Upkeep } from '../maintenance/upkeep.ts'
import type { Services } from '../services.ts'

const group = 'networking.k8s.io'
const managedBy = 'ipaddress.kubernetes.io/managed-by'
const manager = 'ipallocator.k8s.io'

const addressesOf = ({ catalog }: Services) => catalog.get(group, 'v1', 'ipaddresses')

/** Whether somebody else than a Service holds an address: one that an IPAddress of their own names. */
export function isReserved(services: Services, address: string): boolean {
  const definition = addressesOf(services)
  const item = services.caches.of(definition).get(storeKey(definition, '', address))
  return item !== undefined && !isManaged(item)
}

/**
 * Keeps an IPAddress for every address that a Service has. The Services are what counts: the objects follow them, and
 * are put right after a start, after they were deleted, and when an address went to another Service.
 */
export function keepIpAddresses(services: Services, writer: ObjectWriter): Upkeep {
  const { caches, catalog } = services
  const definition = addressesOf(services)
  const owners = catalog.get('', 'v1', 'services')
  return new Upkeep({
    services,
    name: 'IP addresses',
    kinds: [owners, definition],
    async work() {
      const held = heldAddresses(caches.of(owners).values())
      const stale = [...caches.of(definition).values()].filter(
        item => isManaged(item) && !isParent(held.get(item.metadata.name ?? ''), specOf(item)),
      )
      await Promise.all(stale.map(item => remove(item)))
      const missing = [...held].filter(
        ([address]) => !caches.of(definition).get(storeKey(definition, '', address)),
      )
      await Promise.all(
        missing.map(([address, owner]) => ensure(services, writer, addressOf(address, owner))),
      )
    },
  })

  function remove(item: CachedObject): Promise<void> {
    const { name = '' } = item.metadata
    const write = { definition, namespace: '', name, subresource: '', dryRun: false }
    return writer.remove({ ...write, user: serverUser, warnings: new Set() }, item)
  }
}

const specOf = ({ object }: CachedObject): IPAddress['spec'] =>
  (object as unknown as IPAddress).spec

const isManaged = ({ metadata }: CachedObject): boolean => metadata.labels?.[managedBy] === manager

/** The Service behind each address that is held. */
function heldAddresses(owners: Iterable<CachedObject>): Map<string, Service['metadata']> {
  const held = new Map<string, Service['metadata']>()
  for (const { object } of owners) {
    const { metadata, spec } = object as unknown as Service
    for (const address of spec.clusterIPs ?? [])
      if (address !== 'None') held.set(canonicalLegacyIp(address), metadata)
  }
  return held
}

const isParent = (
  owner: Service['metadata'] | undefined,
  { parentRef: parent }: IPAddress['spec'],
): boolean =>
  owner !== undefined &&
  !parent.group &&
  parent.resource === 'services' &&
  parent.namespace === owner.namespace &&
  parent.name === owner.name

const addressOf = (
  address: string,
  { namespace = '', name = '' }: Service['metadata'],
): IPAddress => ({
  apiVersion: `${group}/v1`,
  kind: 'IPAddress',
  metadata: {
    name: address,
    labels: {
      'ipaddress.kubernetes.io/ip-family': address.includes(':') ? 'IPv6' : 'IPv4',
      [managedBy]: manager,
    },
  },
  spec: { parentRef: { resource: 'services', namespace, name } },
})
