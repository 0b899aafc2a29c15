import { beforeAll, describe, expect, test } from 'vitest'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import {
  type Case,
  claim,
  driver,
  either,
  exactly,
  given,
  gpu,
  matching,
  none,
  numa,
  slice,
} from '../../../../test/support/device-claims.ts'

beforeAll(() => loadRegexEngine())

describe('devices that have to match', () => {
  const four = [numa('a', 0), numa('b', 1), numa('c', 1), numa('d', 0)]
  const pair = [exactly('x'), exactly('y')]
  const only = (...requests: string[]) => ({
    constraints: [{ matchAttribute: `${driver}/numa`, requests }],
  })
  test.each<Case>([
    [
      'do',
      [claim('c', [exactly('r', { count: 2 })], matching)],
      { slices: [slice(four)] },
      [['r=a', 'r=d']],
    ],
    [
      'do across requests',
      [claim('c', pair, matching)],
      { slices: [slice(four)], taken: ['node-1/d'] },
      [['x=b', 'y=c']],
    ],
    [
      'don’t where there are no two',
      [claim('c', pair, matching)],
      { slices: [slice([numa('a', 0), numa('b', 1)])] },
      none,
    ],
    [
      'have the attribute',
      [claim('c', [exactly('r')], matching)],
      { slices: [slice([gpu('a'), numa('b', 1)])] },
      [['r=b']],
    ],
    [
      'are those of some requests only',
      [claim('c', [exactly('free'), ...pair], only('x', 'y'))],
      { slices: [slice([numa('a', 0), numa('b', 1), numa('c', 1)])] },
      [['free=a', 'x=b', 'y=c']],
    ],
    [
      'are those of an alternative',
      [claim('c', [exactly('x'), either('r', ['one', {}])], only('x', 'r/one'))],
      { slices: [slice([numa('a', 0), numa('b', 1), numa('c', 1)])] },
      [['x=b', 'r/one=c']],
    ],
    [
      'match by what the driver calls with its domain',
      [claim('c', [exactly('r')], matching)],
      { slices: [slice([{ name: 'a', attributes: { [`${driver}/numa`]: { int: 0 } } }])] },
      [['r=a']],
    ],
    [
      'match by value and kind',
      [claim('c', [exactly('r', { count: 2 })], matching)],
      { slices: [slice([gpu('a', { numa: 0 }), gpu('b', { numa: '0' })])] },
      none,
    ],
    [
      'match by every rule',
      [
        claim('c', [exactly('r', { count: 2 })], {
          constraints: [
            { matchAttribute: `${driver}/numa` },
            { matchAttribute: `${driver}/model` },
          ],
        }),
      ],
      {
        slices: [
          slice([
            gpu('a', { numa: 0, model: 'x' }),
            gpu('b', { numa: 0, model: 'y' }),
            gpu('c', { numa: 1, model: 'y' }),
            gpu('d', { numa: 1, model: 'y' }),
          ]),
        ],
      },
      [['r=c', 'r=d']],
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})
