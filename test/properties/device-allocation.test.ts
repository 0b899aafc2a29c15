import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { allocateDevices, searchBudget } from '#control-plane/scheduler/devices/allocate-devices.ts'
import type { ResourceClaim, ResourceSlice } from '#kubernetes/api/resource-v1.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import { devicesOf } from '../support/devices.ts'
import { checkProperty } from './check-property.ts'

beforeAll(() => loadRegexEngine())

const driver = 'gpu.example.com'
const models = ['a', 'b'] as const

interface Device {
  model: string
  numa: number | undefined
  isTaken: boolean
}

/** One way to meet a request: so many devices, of one model or of any. */
interface Way {
  model: string
  count: number
}

interface World {
  devices: Device[]
  /** The ways to meet each request; one of several is an alternative. */
  requests: Way[][]
  /** All devices have to be near each other. */
  near: boolean
}

const way = fc.record({
  model: fc.constantFrom('any', ...models),
  count: fc.integer({ min: 1, max: 3 }),
})
const worlds: fc.Arbitrary<World> = fc.record({
  devices: fc.array(
    fc.record({
      model: fc.constantFrom(...models),
      numa: fc.constantFrom(0, 0, 1, 1, undefined),
      isTaken: fc.integer({ min: 0, max: 4 }).map(number => number === 0),
    }),
    { maxLength: 6, size: 'max' },
  ),
  requests: fc.array(fc.array(way, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 3 }),
  near: fc.boolean(),
})

/** The first ways that will do, found by trying everything; undefined when nothing will. */
function firstWays({ devices, requests, near }: World): number[] | undefined {
  const orders = requests.reduce<number[][]>(
    (before, ways) => before.flatMap(order => ways.map((_, index) => [...order, index])),
    [[]],
  )
  return orders.find(order => {
    const wanted = requests.flatMap((ways, index) => {
      const { model, count } = ways[order[index] ?? 0] as Way
      return Array.from({ length: count }, () => model)
    })
    const numas = near ? [0, 1] : [undefined]
    return numas.some(numa =>
      canServe(
        wanted,
        devices.filter(device => !device.isTaken && (!near || device.numa === numa)),
      ),
    )
  })
}

function canServe([model, ...more]: string[], devices: Device[]): boolean {
  if (model === undefined) return true
  return devices.some(
    (device, index) =>
      (model === 'any' || device.model === model) && canServe(more, devices.toSpliced(index, 1)),
  )
}

const asked = ({ model, count }: Way) => ({
  deviceClassName: 'gpus',
  allocationMode: 'ExactCount' as const,
  count,
  ...(model === 'any'
    ? {}
    : {
        selectors: [{ cel: { expression: `device.attributes["${driver}"].model == "${model}"` } }],
      }),
})

const claimOf = ({ requests, near }: World): ResourceClaim => ({
  metadata: { name: 'c', namespace: 'default' },
  spec: {
    devices: {
      requests: requests.map(([first, ...others], index) =>
        others.length
          ? {
              name: `r${index}`,
              firstAvailable: [first as Way, ...others].map((way, place) => ({
                name: `w${place}`,
                ...asked(way),
              })),
            }
          : { name: `r${index}`, exactly: asked(first as Way) },
      ),
      ...(near ? { constraints: [{ matchAttribute: `${driver}/numa` }] } : {}),
    },
  },
})

const sliceOf = ({ devices }: World): ResourceSlice => ({
  metadata: { name: 's' },
  spec: {
    driver,
    nodeName: 'n',
    pool: { name: 'n', generation: 1, resourceSliceCount: 1 },
    devices: devices.map(({ model, numa }, index) => ({
      name: `d${index}`,
      attributes: {
        model: { string: model },
        ...(numa === undefined ? {} : { numa: { int: numa } }),
      },
    })),
  },
})

const isMet = (name: string, results: readonly { request: string }[]): boolean =>
  results.some(({ request }) => request === name)

test('claims get devices whenever there are devices for them', async () => {
  await checkProperty(worlds, 2000, async world => {
    const view = devicesOf({
      deviceClasses: [{ metadata: { name: 'gpus' }, spec: {} }],
      resourceSlices: [sliceOf(world)],
    })
    const found = allocateDevices({
      claims: [claimOf(world)],
      node: { name: 'n', labels: {} },
      inventory: view.inventory,
      isInUse: id => world.devices[Number(id.split('/d').at(-1))]?.isTaken ?? true,
      classOf: view.classOf,
      compile: view.compile,
      budget: searchBudget(),
    })
    const ways = firstWays(world)
    if (!ways) {
      expect(found).toBe('cannot allocate all claims')
      return
    }
    const results = typeof found === 'string' ? [] : (found[0]?.devices?.results ?? [])
    const taken = world.requests.map((all, index) =>
      all.length > 1 ? all.findIndex((_, place) => isMet(`r${index}/w${place}`, results)) : 0,
    )
    // What a later request takes depends on which devices the earlier ones got.
    expect(taken[0]).toBe(ways[0])
    const expected = world.requests.flatMap((all, index) => {
      const place = taken[index] ?? 0
      const name = all.length > 1 ? `r${index}/w${place}` : `r${index}`
      const { model, count } = all[place] as Way
      return Array.from({ length: count }, () => ({ name, model }))
    })
    expect(results.map(({ request }) => request)).toEqual(expected.map(({ name }) => name))
    const given = results.map(({ device }) => world.devices[Number(device.slice(1))] as Device)
    expect(new Set(given).size).toBe(given.length)
    for (const [index, { model, isTaken }] of given.entries()) {
      expect(isTaken).toBe(false)
      expect([model, 'any']).toContain(expected[index]?.model)
    }
    if (world.near) expect(new Set(given.map(({ numa }) => numa)).size).toBe(1)
  })
})
