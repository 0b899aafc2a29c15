import { expect, test } from 'vitest'
import type { CSIDriver, CSIDriverSpec } from '#kubernetes/api/storage-v1.ts'
import { csiDrivers } from './csidrivers.ts'
import { created, failuresOf, testContext, updateFailuresOf } from './shared/testing.ts'

const driver = (spec: CSIDriverSpec = {}): CSIDriver => ({
  metadata: { name: 'csi.example.com' },
  spec,
})

test('a driver is filled as upstream fills it', () => {
  expect(created(csiDrivers, driver()).spec).toEqual({
    attachRequired: true,
    podInfoOnMount: false,
    storageCapacity: false,
    fsGroupPolicy: 'ReadWriteOnceWithFSType',
    volumeLifecycleModes: ['Persistent'],
    requiresRepublish: false,
    seLinuxMount: false,
  })
})

test.each<[string, CSIDriverSpec, string[]]>([
  [
    'an unknown policy',
    { fsGroupPolicy: 'All' },
    [
      'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
    ],
  ],
  [
    'tokens that are short, and of one audience',
    { tokenRequests: [{ audience: 'a', expirationSeconds: 599 }, { audience: 'a' }] },
    [
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
    ],
  ],
  [
    'a hasty update',
    { nodeAllocatableUpdatePeriodSeconds: 9 },
    [
      'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
    ],
  ],
])('a driver with %s', (_, spec, problems) => {
  expect(failuresOf(csiDrivers, driver(spec))).toEqual(problems)
})

test('a driver keeps whether it attaches; other changes are counted', () => {
  expect(
    updateFailuresOf(csiDrivers, driver(), ({ spec }) => {
      spec.attachRequired = false
    }),
  ).toEqual(['spec.attachedRequired: Invalid value: false: field is immutable'])
  const old = created(csiDrivers, driver())
  const next = structuredClone(old)
  next.spec.podInfoOnMount = true
  csiDrivers.prepareForUpdate?.(next, old, testContext)
  expect(next.metadata.generation).toBe(1)
})
