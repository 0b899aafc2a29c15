import { expect, test } from 'vitest'
import type { CSINode, CSINodeDriver } from '#kubernetes/api/storage-v1.ts'
import { csiNodes } from './csinodes.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const node = (...drivers: CSINodeDriver[]): CSINode => ({
  metadata: { name: 'node-1' },
  spec: { drivers },
})
const driver: CSINodeDriver = { name: 'csi.example.com', nodeID: 'n1', topologyKeys: ['zone'] }

test.each<[string, CSINodeDriver[], string[]]>([
  ['nothing wrong', [driver], []],
  [
    'a driver twice',
    [driver, driver],
    ['spec.drivers[1].name: Duplicate value: "csi.example.com"'],
  ],
  ['no id', [{ ...driver, nodeID: '' }], ['spec.drivers[0].nodeID: Required value']],
  [
    'a negative limit',
    [{ ...driver, allocatable: { count: -1 } }],
    ['spec.drivers[0].allocatable.count: Invalid value: -1: must be greater than or equal to 0'],
  ],
  [
    'a key twice',
    [{ ...driver, topologyKeys: ['zone', 'zone'] }],
    ['spec.drivers[0]: Duplicate value: "zone"'],
  ],
])('a node with %s', (_, drivers, problems) => {
  expect(failuresOf(csiNodes, node(...drivers))).toEqual(problems)
})

test('a driver may change only how many volumes it takes', () => {
  const change = (rest: Partial<CSINodeDriver>) =>
    updateFailuresOf(csiNodes, node(driver), ({ spec }) => {
      spec.drivers = [{ ...driver, ...rest }]
    })
  expect(change({ allocatable: { count: 3 } })).toEqual([])
  expect(change({ nodeID: 'n2' })).toEqual([
    'spec.drivers: Invalid value: {"Name":"csi.example.com","NodeID":"n2","TopologyKeys":["zone"],"Allocatable":null}: field is immutable',
  ])
})
