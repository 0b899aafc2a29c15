import { expect, test } from 'vitest'
import type { Service, ServiceSpec } from '#kubernetes/api/core-v1.ts'
import { validateAddressUpdate } from './service-addresses.ts'

const service = (spec: ServiceSpec): Service => ({ metadata: { name: 'web' }, spec })
const v4 = '10.96.0.1'
const v6 = 'fd00::1'

test.each<[string, ServiceSpec, ServiceSpec, string[]]>([
  [
    'drop its only address',
    { clusterIPs: [] },
    { clusterIPs: [v4] },
    ['spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset'],
  ],
  [
    'swap its addresses',
    { clusterIPs: [v6, v4] },
    { clusterIPs: [v4, v6] },
    [
      `spec.clusterIPs[0]: Invalid value: ["${v6}","${v4}"]: may not change once set`,
      `spec.clusterIPs[1]: Invalid value: ["${v6}","${v4}"]: may not change once set`,
    ],
  ],
  [
    'put one before its address',
    { clusterIPs: [v6, v4] },
    { clusterIPs: [v4] },
    [`spec.clusterIPs[0]: Invalid value: ["${v6}","${v4}"]: may not change once set`],
  ],
  [
    'drop its second address and stay dual',
    { clusterIPs: [v4], ipFamilyPolicy: 'PreferDualStack' },
    { clusterIPs: [v4, v6] },
    [
      `spec.ipFamilyPolicy: Invalid value: "PreferDualStack": must be set to 'SingleStack' when releasing the secondary clusterIP`,
    ],
  ],
  [
    'change its family',
    { ipFamilies: ['IPv6'] },
    { ipFamilies: ['IPv4'] },
    ['spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set'],
  ],
])('a service may not %s', (_what, spec, old, errors) => {
  const found = validateAddressUpdate(service(spec), service(old))
  expect(found.map(({ field, message }) => `${field}: ${message}`)).toEqual(errors)
})

test('a service may drop its second address for good, and all on its way to a mere name', () => {
  const dual = service({ clusterIPs: [v4, v6] })
  const single = service({ clusterIPs: [v4], ipFamilyPolicy: 'SingleStack' })
  expect(validateAddressUpdate(single, dual)).toEqual([])
  expect(validateAddressUpdate(service({ type: 'ExternalName' }), dual)).toEqual([])
})
