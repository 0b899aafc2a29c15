import { expect, test } from 'vitest'
import type { LimitRange, LimitRangeItem } from '#kubernetes/api/core-v1.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { limitRanges } from './limitranges.ts'

const range = (...limits: LimitRangeItem[]): LimitRange => ({
  metadata: { name: 'bounds', namespace: 'default' },
  spec: { limits },
})

test('limits of containers default to the maximum, requests to the limit or the minimum', () => {
  const item = { type: 'Container', max: { cpu: '2' }, min: { cpu: '0.1', memory: '64Mi' } }
  expect(created(limitRanges, range(item)).spec.limits[0]).toEqual({
    type: 'Container',
    max: { cpu: '2' },
    min: { cpu: '100m', memory: '64Mi' },
    default: { cpu: '2' },
    defaultRequest: { cpu: '2', memory: '64Mi' },
  })
})

test.each<[string, LimitRangeItem[], string[]]>([
  [
    'with a minimum above the maximum',
    [{ type: 'Pod', min: { cpu: '2' }, max: { cpu: '1' } }],
    ['spec.limits[0].min[cpu]: Invalid value: "2": min value 2 is greater than max value 1'],
  ],
  [
    'with defaults for pods',
    [{ type: 'Pod', default: { cpu: '1' } }],
    ["spec.limits[0].default: Forbidden: may not be specified when `type` is 'Pod'"],
  ],
  [
    'for claims without bounds of storage',
    [{ type: 'PersistentVolumeClaim' }],
    [
      'spec.limits[0].limits: Required value: either minimum or maximum storage value is required, but neither was provided',
    ],
  ],
  [
    'with a type twice',
    [
      { type: 'Container', max: { cpu: '1' } },
      { type: 'Container', max: { cpu: '1' } },
    ],
    ['spec.limits[1].type: Duplicate value: "Container"'],
  ],
  [
    'with an unknown type',
    [{ type: 'Node' }],
    [
      'spec.limits[0].type: Invalid value: "Node": must be a standard limit type or fully qualified',
    ],
  ],
  [
    'with ratios that its bounds exclude',
    [{ type: 'Pod', min: { cpu: '500m' }, max: { cpu: '1' }, maxLimitRequestRatio: { cpu: '4' } }],
    [
      'spec.limits[0].maxLimitRequestRatio[cpu]: Invalid value: "4": ratio 4 is greater than max/min = 2.000000',
    ],
  ],
  [
    'with huge pages promised twice',
    [
      {
        type: 'Container',
        default: { 'hugepages-2Mi': '4Mi' },
        defaultRequest: { 'hugepages-2Mi': '2Mi' },
      },
    ],
    [
      'spec.limits[0].defaultRequest[hugepages-2Mi]: Invalid value: "2Mi": default value 4Mi must equal to defaultRequest value 2Mi in hugepages-2Mi',
    ],
  ],
])('a limit range %s', (_, limits, problems) => {
  expect(failuresOf(limitRanges, range(...limits))).toEqual(problems)
})
