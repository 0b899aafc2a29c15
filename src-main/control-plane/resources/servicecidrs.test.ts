import { expect, test } from 'vitest'
import type { ServiceCIDR } from '#kubernetes/api/networking-v1.ts'
import { serviceCidrs } from './servicecidrs.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const range = (...cidrs: string[]): ServiceCIDR => ({ metadata: { name: 'more' }, spec: { cidrs } })

test.each<[string, string[], string[]]>([
  ['one range', ['10.0.0.0/24'], []],
  ['one of each family', ['10.0.0.0/24', '2001:db8::/64'], []],
  ['none', [], ['spec.cidrs: Required value: at least one CIDR required']],
  [
    'two of one family',
    ['10.0.0.0/24', '10.1.0.0/24'],
    [
      'spec.cidrs: Invalid value: ["10.0.0.0/24","10.1.0.0/24"]: may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
    ],
  ],
  [
    'no range',
    ['10.0.0.0'],
    [
      'spec.cidrs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
    ],
  ],
  [
    'leading zeros',
    ['010.0.0.0/24'],
    [
      'spec.cidrs[0]: Invalid value: "010.0.0.0/24": must not have leading 0s in IP or prefix length',
    ],
  ],
  [
    'more bits than its length',
    ['10.0.0.1/24'],
    [
      'spec.cidrs[0]: Invalid value: "10.0.0.1/24": must not have bits set beyond the prefix length',
    ],
  ],
  [
    'another way to write it',
    ['2001:DB8:0::/64'],
    [
      'spec.cidrs[0]: Invalid value: "2001:DB8:0::/64": must be in canonical form ("2001:db8::/64")',
    ],
  ],
])('a range of %s', (_, cidrs, problems) => {
  expect(failuresOf(serviceCidrs, range(...cidrs))).toEqual(problems)
})

test('a range stays, and one of the other family may join it', () => {
  const change = (...cidrs: string[]) =>
    updateFailuresOf(serviceCidrs, range('10.0.0.0/24'), ({ spec }) => {
      if (spec) spec.cidrs = cidrs
    })
  expect(change('10.0.0.0/24', '2001:db8::/64')).toEqual([])
  expect(change('10.0.0.0/25')).toEqual([
    'spec.cidrs[0]: Invalid value: "10.0.0.0/25": field is immutable',
  ])
  expect(change()).toEqual(['spec.cidrs: Invalid value: []: field is immutable'])
})
