import { beforeAll, describe, expect, test } from 'vitest'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import {
  type Case,
  claim,
  exactly,
  given,
  gpu,
  gpus,
  none,
  slice,
} from '../../../../test/support/device-claims.ts'

beforeAll(() => loadRegexEngine())

describe('pools', () => {
  const claims = [claim('c', [exactly('r')])]
  const pool = (generation: number, resourceSliceCount = 1) => ({
    pool: { name: 'node-1', generation, resourceSliceCount },
  })
  const zoned = {
    nodeSelector: {
      nodeSelectorTerms: [
        { matchExpressions: [{ key: 'zone', operator: 'In' as const, values: ['a'] }] },
      ],
    },
  }
  const inZone = (zone: string) => ({ node: { name: 'node-1', labels: { zone } } })
  test.each<Case>([
    [
      'count by their newest generation',
      claims,
      { slices: [slice([gpu('old')], pool(1)), slice([gpu('new')], pool(2))] },
      [['r=new']],
    ],
    [
      'are left out while they aren’t whole',
      claims,
      { slices: [slice(gpus(1), pool(2, 2)), slice([gpu('old')], pool(1))] },
      none,
    ],
    [
      'can have several slices',
      [claim('c', [exactly('r', { count: 2 })])],
      { slices: [slice([gpu('a')], pool(1, 2)), slice([gpu('b')], pool(1, 2))] },
      [['r=a', 'r=b']],
    ],
    [
      'with a name twice are left out',
      claims,
      { slices: [slice([gpu('a')], pool(1, 2)), slice([gpu('a')], pool(1, 2))] },
      'invalid resource pools were encountered',
    ],
    [
      'with a name twice don’t stand in the way of others',
      claims,
      {
        slices: [
          slice([gpu('a'), gpu('a')]),
          slice(gpus(1), { pool: { name: 'x', generation: 1, resourceSliceCount: 1 } }),
        ],
      },
      [['r=gpu-0']],
    ],
    [
      'can be for all nodes',
      claims,
      { slices: [slice(gpus(1), { allNodes: true })] },
      [['r=gpu-0']],
    ],
    [
      'can be for some nodes',
      claims,
      { slices: [slice(gpus(1), zoned)], ...inZone('a') },
      [['r=gpu-0']],
    ],
    ['are for these nodes only', claims, { slices: [slice(gpus(1), zoned)], ...inZone('b') }, none],
    [
      'are whole by all their slices, whatever nodes those are for',
      claims,
      {
        slices: [
          slice(gpus(1), { ...zoned, ...pool(1, 2) }),
          slice([gpu('b')], { ...pool(1, 2), nodeName: 'node-2' }),
        ],
        ...inZone('a'),
      },
      [['r=gpu-0']],
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})
