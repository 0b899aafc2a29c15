import { allocateDevices, searchBudget } from '#control-plane/scheduler/devices/allocate-devices.ts'
import type {
  AllocationResult,
  Device,
  DeviceClaim,
  DeviceClass,
  DeviceRequest,
  ExactDeviceRequest,
  ResourceClaim,
  ResourceSlice,
  ResourceSliceSpec,
} from '#kubernetes/api/resource-v1.ts'
import { devicesOf } from './devices.ts'

export const driver = 'gpu.example.com'

let slices = 0

/** A slice of this node's pool, unless told. */
export function slice(devices: Device[], more: Partial<ResourceSliceSpec> = {}): ResourceSlice {
  const pool = { name: 'node-1', generation: 1, resourceSliceCount: 1, ...more.pool }
  const where = more.allNodes || more.nodeSelector ? {} : { nodeName: 'node-1' }
  return {
    metadata: { name: `slice-${String(slices++).padStart(4, '0')}` },
    spec: { driver, ...where, ...more, pool, devices },
  }
}

export const gpu = (name: string, attributes: Record<string, string | number> = {}): Device => ({
  name,
  attributes: Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      typeof value === 'number' ? { int: value } : { string: value },
    ]),
  ),
})
export const gpus = (count: number) =>
  Array.from({ length: count }, (_, index) => gpu(`gpu-${index}`))

export const cel = (expression: string) => ({ cel: { expression } })
export const attribute = (name: string) => `device.attributes["${driver}"].${name}`
export const classes: DeviceClass[] = [
  { metadata: { name: 'gpus' }, spec: { selectors: [cel(`device.driver == "${driver}"`)] } },
  { metadata: { name: 'any' }, spec: {} },
  {
    metadata: { name: 'large' },
    spec: {
      selectors: [cel(`${attribute('?model')}.orValue("") == "large"`)],
      config: [{ opaque: { driver, parameters: { mode: 'fast' } } }],
    },
  },
  { metadata: { name: 'broken' }, spec: { selectors: [cel(`${attribute('colour')} == "red"`)] } },
]

export const exactly = (
  name: string,
  request: Partial<ExactDeviceRequest> = {},
): DeviceRequest => ({
  name,
  exactly: { deviceClassName: 'gpus', allocationMode: 'ExactCount', count: 1, ...request },
})
export const all = (name: string, request: Partial<ExactDeviceRequest> = {}): DeviceRequest => ({
  name,
  exactly: { deviceClassName: 'gpus', allocationMode: 'All', ...request },
})
export const either = (
  name: string,
  ...ways: [string, Partial<ExactDeviceRequest>][]
): DeviceRequest => ({
  name,
  firstAvailable: ways.map(([name, request]) => ({
    name,
    deviceClassName: 'gpus',
    allocationMode: request.allocationMode ?? 'ExactCount',
    ...(request.allocationMode === 'All' ? {} : { count: 1 }),
    ...request,
  })),
})
export const claim = (
  name: string,
  requests: DeviceRequest[],
  more: DeviceClaim = {},
): ResourceClaim => ({
  metadata: { name, namespace: 'default' },
  spec: { devices: { requests, ...more } },
})

export interface World {
  slices: ResourceSlice[]
  /** `pool/device` of those that others have. */
  taken?: string[]
  node?: { name: string; labels: Record<string, string> }
  steps?: number
}

export function ask(claims: ResourceClaim[], world: World): AllocationResult[] | string {
  const { taken = [], node = { name: 'node-1', labels: {} }, steps } = world
  const view = devicesOf({ deviceClasses: classes, resourceSlices: world.slices })
  try {
    return allocateDevices({
      claims,
      node,
      inventory: view.inventory,
      isInUse: id => taken.includes(id.slice(driver.length + 1)),
      classOf: view.classOf,
      compile: view.compile,
      budget: steps === undefined ? searchBudget() : { steps },
    })
  } catch (error) {
    return (error as Error).message
  }
}

/** `request=device` of every result, claim by claim; or what was said. */
export function given(claims: ResourceClaim[], world: World): string[][] | string {
  const found = ask(claims, world)
  if (typeof found === 'string') return found
  return found.map(({ devices }) =>
    (devices?.results ?? []).map(({ request, device }) => `${request}=${device}`),
  )
}

export const none = 'cannot allocate all claims'
export const numa = (name: string, node: number) => gpu(name, { numa: node })
export const matching = { constraints: [{ matchAttribute: `${driver}/numa` }] }

export type Case = [
  what: string,
  claims: ResourceClaim[],
  world: World,
  expected: string[][] | string,
]
