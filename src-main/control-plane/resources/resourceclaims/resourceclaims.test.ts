import { beforeAll, expect, test } from 'vitest'
import type {
  DeviceClaim,
  DeviceRequest,
  ResourceClaim,
  ResourceClaimStatus,
} from '#kubernetes/api/resource-v1.ts'
import { loadSelectorLanguage } from '../shared/devices/selector-language.ts'
import { created, failuresOf, statusFailuresOf, updateFailuresOf } from '../shared/testing.ts'
import { resourceClaims } from './resourceclaims.ts'

beforeAll(loadSelectorLanguage)

const exactly = { deviceClassName: 'gpu.example.com' }
const claim = (devices: DeviceClaim = { requests: [{ name: 'gpu', exactly }] }): ResourceClaim => ({
  metadata: { name: 'one', namespace: 'default' },
  spec: { devices },
})
const request = (rest: Partial<DeviceRequest>): DeviceClaim => ({
  requests: [{ name: 'gpu', ...rest }],
})
const reference =
  "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'"

test('a request is for exactly one device unless it says otherwise', () => {
  const requests = created(resourceClaims, claim()).spec.devices?.requests
  expect(requests?.[0]?.exactly).toMatchObject({ allocationMode: 'ExactCount', count: 1 })
})

test.each<[string, DeviceClaim, string[]]>([
  ['nothing asked for', {}, []],
  [
    'a request for nothing',
    request({}),
    [
      'spec.devices.requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required',
    ],
  ],
  [
    'a request for no class',
    request({ exactly: { deviceClassName: '' } }),
    ['spec.devices.requests[0].exactly.deviceClassName: Required value'],
  ],
  [
    'a number of all devices',
    request({ exactly: { ...exactly, allocationMode: 'All', count: 2 } }),
    [
      "spec.devices.requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
    ],
  ],
  [
    'requests of one name',
    {
      requests: [
        { name: 'gpu', exactly },
        { name: 'gpu', exactly },
      ],
    },
    ['spec.devices.requests[1]: Duplicate value: "gpu"'],
  ],
  [
    'a constraint of requests that are not there',
    {
      requests: [{ name: 'gpu', exactly }],
      constraints: [{ requests: ['tpu'], matchAttribute: 'model' }],
    },
    [
      `spec.devices.constraints[0].requests[0]: Invalid value: "tpu": ${reference}`,
      'spec.devices.constraints[0].matchAttribute: Invalid value: "model": a fully qualified name must be a domain and a name separated by a slash',
    ],
  ],
  [
    'a selector that selects nothing',
    request({ exactly: { ...exactly, selectors: [{}] } }),
    ['spec.devices.requests[0].exactly.selectors[0].cel: Required value'],
  ],
  [
    'an expression that makes no sense',
    request({
      exactly: { ...exactly, selectors: [{ cel: { expression: 'device.driver' } }] },
    }),
    [
      'spec.devices.requests[0].exactly.selectors[0].cel.expression: Invalid value: "device.driver": must evaluate to bool or the unknown type, not string',
    ],
  ],
  [
    'an expression that could take too long',
    request({
      exactly: {
        ...exactly,
        selectors: [
          {
            cel: {
              expression:
                'device.attributes.all(a, device.attributes.all(b, device.attributes.all(c, device.attributes.all(d, a + b + c + d != ""))))',
            },
          },
        ],
      },
    }),
    [
      'spec.devices.requests[0].exactly.selectors[0].cel.expression: Forbidden: too complex, exceeds cost limit',
    ],
  ],
  [
    'a toleration that would be wrong, had 1.35 not the feature off',
    request({ exactly: { ...exactly, tolerations: [{ operator: 'Exists', value: 'a' }] } }),
    [],
  ],
])('a claim with %s', (_, devices, problems) => {
  expect(failuresOf(resourceClaims, claim(devices))).toEqual(problems)
})

test('a claim stays what it is', () => {
  expect(
    updateFailuresOf(resourceClaims, claim(), ({ spec }) => {
      spec.devices = {}
    }),
  ).toEqual([expect.stringMatching(/^spec: Invalid value: .*: field is immutable$/)])
})

test('a claim is reserved only once devices are allocated', () => {
  const set = (status: ResourceClaimStatus) =>
    statusFailuresOf(resourceClaims, claim(), object => {
      object.status = status
    })
  const reservedFor = [{ resource: 'pods', name: 'a', uid: 'u' }]
  expect(set({ reservedFor })).toEqual([
    'status.reservedFor: Forbidden: may not be specified when `allocated` is not set',
  ])
  expect(set({ reservedFor, allocation: {} })).toEqual([])
  expect(set({ reservedFor: [{ resource: '', name: 'a', uid: 'u' }], allocation: {} })).toEqual([
    'status.reservedFor[0].resource: Required value',
  ])
})

test.each<[string, Partial<ResourceClaim>, string]>([
  ['waits', {}, 'pending'],
  ['has devices', { status: { allocation: {} } }, 'allocated'],
  [
    'is used',
    {
      status: { allocation: {}, reservedFor: [{ resource: 'pods', name: 'a', uid: 'u' }] },
    },
    'allocated,reserved',
  ],
])('the state that is printed when a claim %s', (_, rest, text) => {
  const column = resourceClaims.columns.find(({ name }) => name === 'State')
  const object = { ...claim(), ...rest }
  expect(column?.value(object, 0)).toBe(text)
})
