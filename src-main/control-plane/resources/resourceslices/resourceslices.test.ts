import { expect, test } from 'vitest'
import type { ResourceSlice, ResourceSliceSpec } from '#kubernetes/api/resource-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { resourceSlices } from './resourceslices.ts'

const slice = (rest: Partial<ResourceSliceSpec> = {}): ResourceSlice => ({
  metadata: { name: 'slice' },
  spec: {
    driver: 'gpu.example.com',
    pool: { name: 'node-1', generation: 1, resourceSliceCount: 1 },
    nodeName: 'node-1',
    ...rest,
  },
})
const nodes =
  'exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required'

test.each<[string, Partial<ResourceSliceSpec>, string[]]>([
  ['a device', { devices: [{ name: 'gpu-0', attributes: { model: { string: 'a' } } }] }, []],
  [
    'nodes chosen twice',
    { allNodes: true },
    [`spec: Invalid value: "{\`nodeName\`, \`allNodes\`}": ${nodes}, but multiple fields are set`],
  ],
  [
    'an empty pool',
    { pool: { name: 'node-1', generation: -1, resourceSliceCount: 0 } },
    [
      'spec.pool.resourceSliceCount: Invalid value: 0: must be greater than zero',
      'spec.pool.generation: Invalid value: -1: must be greater than or equal to zero',
    ],
  ],
  [
    'a device twice',
    { devices: [{ name: 'gpu-0' }, { name: 'gpu-0' }] },
    ['spec.devices[1]: Duplicate value: "gpu-0"'],
  ],
  [
    'odd attributes',
    {
      devices: [{ name: 'gpu-0', attributes: { model: {}, driver: { version: '1' } } }],
    },
    [
      'spec.devices[0].attributes[model]: Invalid value: {}: exactly one value must be specified',
      'spec.devices[0].attributes[driver].version: Invalid value: "1": must be a string compatible with semver.org spec 2.0.0',
    ],
  ],
])('a slice with %s', (_, rest, problems) => {
  expect(failuresOf(resourceSlices, slice(rest))).toEqual(problems)
})

test('a slice says for which nodes it is', () => {
  const { nodeName: _, ...spec } = slice().spec
  expect(
    failuresOf(resourceSlices, { metadata: { name: 'slice' }, spec } as ResourceSlice),
  ).toEqual([`spec: Required value: ${nodes}`])
})

test('a slice keeps its driver', () => {
  expect(
    updateFailuresOf(resourceSlices, slice(), ({ spec }) => {
      spec.driver = 'tpu.example.com'
    }),
  ).toEqual(['spec.driver: Invalid value: "tpu.example.com": field is immutable'])
})

test('a slice is kept without what 1.35 has off', () => {
  const { spec } = created(
    resourceSlices,
    slice({
      sharedCounters: [{ name: 'memory', counters: { bytes: { value: '1Gi' } } }],
      devices: [
        {
          name: 'gpu-0',
          taints: [{ key: 'broken', effect: 'NoSchedule' }],
          allowMultipleAllocations: true,
          bindingConditions: ['ready'],
          bindingFailureConditions: ['failed'],
          consumesCounters: [{ counterSet: 'memory', counters: { bytes: { value: '1' } } }],
          capacity: { memory: { value: '1Gi', requestPolicy: { default: '1Mi' } } },
        },
      ],
    }),
  )
  expect(spec).toEqual(
    slice({ devices: [{ name: 'gpu-0', capacity: { memory: { value: '1Gi' } } }] }).spec,
  )
})
