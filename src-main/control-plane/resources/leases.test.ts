import { expect, test } from 'vitest'
import type { LeaseSpec } from '#kubernetes/api/coordination-v1.ts'
import { leases } from './leases.ts'
import { failuresOf } from './shared/testing.ts'

const lease = (spec: LeaseSpec) => ({
  metadata: { name: 'node-1', namespace: 'kube-node-lease' },
  spec,
})

test.each<[string, LeaseSpec, string]>([
  [
    'no duration',
    { leaseDurationSeconds: 0 },
    'spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0',
  ],
  [
    'negative transitions',
    { leaseTransitions: -1 },
    'spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0',
  ],
])('a lease with %s is refused', (_what, spec, error) => {
  expect(failuresOf(leases, lease(spec))).toEqual([error])
})

test('the column names the holder', () => {
  expect(leases.columns[1]?.value(lease({ holderIdentity: 'node-1' }), 0)).toBe('node-1')
})
