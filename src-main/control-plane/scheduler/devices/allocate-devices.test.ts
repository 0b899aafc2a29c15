import { beforeAll, describe, expect, test } from 'vitest'
import type { ExactDeviceRequest, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import {
  all,
  ask,
  attribute,
  type Case,
  cel,
  claim,
  driver,
  either,
  exactly,
  given,
  gpu,
  gpus,
  matching,
  none,
  numa,
  slice,
} from '../../../../test/support/device-claims.ts'

beforeAll(() => loadRegexEngine())

describe('a claim gets', () => {
  const one = claim('c', [exactly('r')])
  test.each<Case>([
    ['a device of the node', [one], { slices: [slice(gpus(2))] }, [['r=gpu-0']]],
    [
      'one that is free',
      [one],
      { slices: [slice(gpus(2))], taken: ['node-1/gpu-0'] },
      [['r=gpu-1']],
    ],
    [
      'none where all are taken',
      [one],
      { slices: [slice(gpus(1))], taken: ['node-1/gpu-0'] },
      none,
    ],
    ['none where there is none', [one], { slices: [] }, none],
    ['none of another node', [one], { slices: [slice(gpus(1), { nodeName: 'node-2' })] }, none],
    ['nothing when it asks for nothing', [claim('c', [])], { slices: [] }, [[]]],
    [
      'as many as it asks for',
      [claim('c', [exactly('r', { count: 3 })])],
      { slices: [slice(gpus(4))], taken: ['node-1/gpu-1'] },
      [['r=gpu-0', 'r=gpu-2', 'r=gpu-3']],
    ],
    [
      'none when there are too few',
      [claim('c', [exactly('r', { count: 3 })])],
      { slices: [slice(gpus(2))] },
      none,
    ],
    [
      'different devices for its requests',
      [claim('c', [exactly('a'), exactly('b')])],
      { slices: [slice(gpus(2))] },
      [['a=gpu-0', 'b=gpu-1']],
    ],
    [
      'different devices than another claim of the pod',
      [one, claim('d', [exactly('r')])],
      { slices: [slice(gpus(2))] },
      [['r=gpu-0'], ['r=gpu-1']],
    ],
    [
      'none when another claim of the pod can get none',
      [one, claim('d', [exactly('r')])],
      { slices: [slice(gpus(1))] },
      none,
    ],
    [
      'what is left when an earlier request can do with another',
      [
        claim('c', [
          exactly('any'),
          exactly('large', { selectors: [cel(`${attribute('model')} == "large"`)] }),
        ]),
      ],
      { slices: [slice([gpu('a', { model: 'large' }), gpu('b', { model: 'small' })])] },
      [['any=b', 'large=a']],
    ],
    [
      'what is left when an earlier claim can do with another',
      [claim('c', [exactly('r')]), claim('d', [exactly('r', { deviceClassName: 'large' })])],
      { slices: [slice([gpu('a', { model: 'large' }), gpu('b', { model: 'small' })])] },
      [['r=b'], ['r=a']],
    ],
    [
      'devices of several pools',
      [claim('c', [exactly('r', { count: 2, deviceClassName: 'any' })])],
      {
        slices: [slice(gpus(1)), slice(gpus(1), { driver: 'nic.example.com' })],
      },
      [['r=gpu-0', 'r=gpu-0']],
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})

describe('expressions choose', () => {
  const devices = [gpu('a', { model: 'small' }), gpu('b', { model: 'large' })]
  const world = { slices: [slice(devices)] }
  const select = (...expressions: string[]) => [
    claim('c', [exactly('r', { selectors: expressions.map(cel) })]),
  ]
  test.each<Case>([
    ['by the class', [claim('c', [exactly('r', { deviceClassName: 'large' })])], world, [['r=b']]],
    ['by the request', select(`${attribute('model')} == "large"`), world, [['r=b']]],
    [
      'only what all of them mean',
      select(`${attribute('model')} == "large"`, 'device.driver == "other"'),
      world,
      none,
    ],
    [
      'and break for a device without the attribute',
      select(`${attribute('speed')} > 3`),
      world,
      `claim default/c: selector #0 on device ${driver}/node-1/a: CEL runtime error: no such key: speed`,
    ],
    [
      'and break by the class too',
      [claim('c', [exactly('r', { deviceClassName: 'broken' })])],
      world,
      `class broken: selector #0 on device ${driver}/node-1/a: CEL runtime error: no such key: colour`,
    ],
    [
      'not at all for a device that another expression leaves out',
      select(`${attribute('model')} == "none"`, `${attribute('speed')} > 3`),
      world,
      none,
    ],
    [
      'of a class that is gone nothing',
      [claim('c', [exactly('r', { deviceClassName: 'gone' })])],
      world,
      'claim default/c, request r: could not retrieve device class gone',
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})

describe('a request for all devices', () => {
  const claims = [claim('c', [all('r')])]
  test.each<Case>([
    ['gets all', claims, { slices: [slice(gpus(3))] }, [['r=gpu-0', 'r=gpu-1', 'r=gpu-2']]],
    [
      'gets none while one is taken',
      claims,
      { slices: [slice(gpus(3))], taken: ['node-1/gpu-2'] },
      none,
    ],
    ['wants at least one', claims, { slices: [] }, none],
    [
      'means those that its expressions choose',
      [claim('c', [all('r', { deviceClassName: 'large' })])],
      { slices: [slice([gpu('a', { model: 'large' }), gpu('b')])], taken: ['node-1/b'] },
      [['r=a']],
    ],
    [
      'is not met beside a request for one of them',
      [claim('c', [exactly('one'), all('r')])],
      { slices: [slice(gpus(3))] },
      none,
    ],
    [
      'waits for a pool that isn’t whole',
      claims,
      {
        slices: [
          slice(gpus(1), { pool: { name: 'node-1', generation: 1, resourceSliceCount: 2 } }),
        ],
      },
      `claim default/c, request r: asks for all devices, but resource pool ${driver}/node-1 is currently being updated`,
    ],
    [
      'waits for a pool that is wrong',
      claims,
      { slices: [slice([gpu('a'), gpu('a')])] },
      `claim default/c, request r: asks for all devices, but resource pool ${driver}/node-1 is currently invalid`,
    ],
    [
      'may not go against a rule',
      [claim('c', [all('r')], matching)],
      { slices: [slice([numa('a', 0), numa('b', 1)])] },
      `claim default/c, request r: cannot add device ${driver}/node-1/b because a claim constraint would not be satisfied`,
    ],
    [
      'may want more than a claim can have',
      claims,
      { slices: [slice(gpus(33))] },
      'claim default/c: number of requested devices 33 exceeds the claim limit of 32',
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})

describe('the first alternative that can be met', () => {
  const large: [string, Partial<ExactDeviceRequest>] = ['large', { deviceClassName: 'large' }]
  const two: [string, Partial<ExactDeviceRequest>] = ['two', { count: 2 }]
  const many: [string, Partial<ExactDeviceRequest>] = ['many', { count: 40 }]
  test.each<Case>([
    [
      'is taken',
      [claim('c', [either('r', large, two)])],
      { slices: [slice([gpu('a'), gpu('b', { model: 'large' })])] },
      [['r/large=b']],
    ],
    [
      'may be the second',
      [claim('c', [either('r', large, two)])],
      { slices: [slice(gpus(2))] },
      [['r/two=gpu-0', 'r/two=gpu-1']],
    ],
    ['may be missing', [claim('c', [either('r', large, two)])], { slices: [slice(gpus(1))] }, none],
    [
      'leaves something for the next request',
      [claim('c', [either('r', two, ['one', {}]), exactly('next')])],
      { slices: [slice(gpus(2))] },
      [['r/one=gpu-0', 'next=gpu-1']],
    ],
    [
      'is not one of more devices than a claim can have',
      [claim('c', [either('r', many, ['one', {}])])],
      { slices: [slice(gpus(64))] },
      [['r/one=gpu-0']],
    ],
    [
      'leaves room for what else the claim asks for',
      [claim('c', [exactly('a', { count: 30 }), either('r', ['three', { count: 3 }], two)])],
      { slices: [slice(gpus(64))] },
      [[...Array.from({ length: 30 }, (_, n) => `a=gpu-${n}`), 'r/two=gpu-30', 'r/two=gpu-31']],
    ],
    [
      'can be all devices',
      [
        claim('c', [
          either('r', ['all', { allocationMode: 'All', deviceClassName: 'large' }], two),
        ]),
      ],
      { slices: [slice([gpu('a', { model: 'large' }), gpu('b')])] },
      [['r/all=a']],
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))
})

describe('admin access', () => {
  const admin = exactly('r', { adminAccess: true })
  test.each<Case>([
    [
      'gets devices that others have',
      [claim('c', [admin])],
      { slices: [slice(gpus(1))], taken: ['node-1/gpu-0'] },
      [['r=gpu-0']],
    ],
    [
      'gets a device once for a claim',
      [
        claim('c', [
          { ...admin, name: 'a' },
          { ...admin, name: 'b' },
        ]),
      ],
      { slices: [slice(gpus(1))] },
      none,
    ],
    [
      'of two claims gets the same device',
      [claim('c', [admin]), claim('d', [admin])],
      { slices: [slice(gpus(1))] },
      [['r=gpu-0'], ['r=gpu-0']],
    ],
  ])('%s', (_, claims, world, expected) => expect(given(claims, world)).toEqual(expected))

  test('shows in the result', () => {
    const [found] = ask([claim('c', [admin])], { slices: [slice(gpus(1))] })
    expect(found).toMatchObject({ devices: { results: [{ adminAccess: true }] } })
  })
})

describe('an allocation', () => {
  const opaque = (mode: string) => ({ opaque: { driver, parameters: { mode } } })
  const large = (name: string) => exactly(name, { deviceClassName: 'large' })
  const world = { slices: [slice([gpu('a', { model: 'large' }), gpu('b', { model: 'large' })])] }
  const configOf = (claims: ResourceClaim[]) => {
    const [found] = ask(claims, world)
    return typeof found === 'object' ? found.devices?.config : found
  }

  test('names driver, pool and device, and the node that has them', () => {
    expect(ask([claim('c', [exactly('r')])], { slices: [slice(gpus(1))] })).toEqual([
      {
        devices: { results: [{ request: 'r', driver, pool: 'node-1', device: 'gpu-0' }] },
        nodeSelector: {
          nodeSelectorTerms: [
            { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['node-1'] }] },
          ],
        },
      },
    ])
  })

  test('is for all nodes where its devices are', () => {
    const [found] = ask([claim('c', [exactly('r')])], {
      slices: [slice(gpus(1), { allNodes: true })],
    })
    expect(found).not.toHaveProperty('nodeSelector')
  })

  test('is for the nodes that reach all of its devices', () => {
    const zone = (value: string) => ({
      matchExpressions: [{ key: 'zone', operator: 'In' as const, values: [value] }],
    })
    const shared = (name: string, ...terms: ReturnType<typeof zone>[]) =>
      slice([gpu(name)], {
        nodeSelector: { nodeSelectorTerms: terms },
        pool: { name, generation: 1, resourceSliceCount: 1 },
      })
    const [found] = ask([claim('c', [exactly('r', { count: 2 })])], {
      slices: [shared('x', zone('a')), shared('y', zone('a'))],
      node: { name: 'node-1', labels: { zone: 'a' } },
    })
    expect(found).toMatchObject({ nodeSelector: { nodeSelectorTerms: [zone('a')] } })
  })

  test('has its class’s configuration once, for the requests that use the class', () => {
    expect(configOf([claim('c', [large('x'), exactly('y')])])).toEqual([
      { source: 'FromClass', requests: ['x'], ...opaque('fast') },
    ])
    expect(configOf([claim('c', [large('x'), large('y')])])).toEqual([
      { source: 'FromClass', ...opaque('fast') },
    ])
  })

  test('has its claim’s configuration behind, for the alternative that was taken', () => {
    const requests = [either('x', ['big', {}], ['small', {}]), exactly('y')]
    const config = [
      { requests: ['x/small'], ...opaque('slow') },
      { requests: ['x/big'], ...opaque('strong') },
      { requests: ['x'], ...opaque('either') },
      opaque('all'),
    ]
    expect(configOf([claim('c', requests, { config })])).toEqual([
      { source: 'FromClaim', requests: ['x/big'], ...opaque('strong') },
      { source: 'FromClaim', requests: ['x'], ...opaque('either') },
      { source: 'FromClaim', ...opaque('all') },
    ])
  })
})

test('a search ends when too much was tried', () => {
  const claims = [
    claim('c', [
      exactly('many', { count: 12 }),
      exactly('none', { selectors: [cel('device.driver == "other"')] }),
    ]),
  ]
  expect(given(claims, { slices: [slice(gpus(32))], steps: 5000 })).toBe(
    'timed out trying to allocate devices',
  )
})
