import { nodes, resourceSlices } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Device, ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import type { PlannedDevices, PlannedNode } from './simulation.ts'

const fieldManager = 'slipway-simulation'

/** Publishes the devices of a node once it is registered, as its drivers would: a slice for each, which goes with the node. */
export async function publishDevices(
  client: Client,
  { name, devices }: Pick<PlannedNode, 'name' | 'devices'>,
  registered: Promise<void> | undefined,
): Promise<void> {
  if (!devices.length) return
  await registered
  const { metadata } = await client.get(nodes, { name })
  const owner = { apiVersion: 'v1', kind: 'Node', name, uid: metadata.uid, controller: true }
  for (const [driver, own] of Map.groupBy(devices, ({ driver }) => driver)) {
    const slice: ResourceSlice = {
      apiVersion: 'resource.k8s.io/v1',
      kind: 'ResourceSlice',
      metadata: { name: sliceName(name, driver), ownerReferences: [owner] },
      spec: {
        driver,
        nodeName: name,
        pool: { name, generation: 1, resourceSliceCount: 1 },
        devices: own.flatMap(devicesOf),
      },
    }
    await client.patch(resourceSlices, slice.metadata, slice, {
      type: 'apply',
      fieldManager,
      force: true,
    })
  }
}

/** Takes back the slices of devices that an earlier start described and this one doesn't. Slices of others stay. */
export async function withdrawDevices(
  client: Client,
  plans: readonly Pick<PlannedNode, 'name' | 'devices'>[],
): Promise<void> {
  const described = new Set(
    plans.flatMap(({ name, devices }) => devices.map(({ driver }) => sliceName(name, driver))),
  )
  const { items } = await client.list(resourceSlices)
  const stale = items.filter(slice => isSimulated(slice) && !described.has(slice.metadata.name))
  await Promise.all(stale.map(({ metadata }) => client.delete(resourceSlices, metadata)))
}

/** Whether `publishDevices` made it: by its name, and by the node that owns it. */
const isSimulated = ({ metadata, spec }: ResourceSlice): boolean =>
  metadata.name === sliceName(spec.nodeName ?? '', spec.driver) &&
  metadata.ownerReferences?.[0]?.name === spec.nodeName

const sliceName = (node: string, driver: string): string => `${node}-${driver}`

const devicesOf = ({ name, count, attributes, capacity }: PlannedDevices): Device[] =>
  Array.from({ length: count }, (_, index) => ({
    name: `${name}-${index}`,
    ...(Object.keys(attributes).length ? { attributes } : {}),
    ...(Object.keys(capacity).length
      ? {
          capacity: Object.fromEntries(
            Object.entries(capacity).map(([name, value]) => [name, { value }]),
          ),
        }
      : {}),
  }))
