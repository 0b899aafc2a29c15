import { expect, test } from 'vitest'
import type { IPAddress, ParentReference } from '#kubernetes/api/networking-v1.ts'
import { ipAddresses } from './ipaddresses.ts'
import { failuresOf, updateFailuresOf } from './shared/testing.ts'

const address = (
  name: string,
  parentRef: Partial<ParentReference> | undefined = { resource: 'services', name: 'web' },
): IPAddress => ({ metadata: { name }, spec: { parentRef: parentRef as ParentReference } })

test.each<[string, IPAddress, string[]]>([
  ['IPv4', address('10.0.0.1'), []],
  ['IPv6', address('2001:db8::1'), []],
  [
    'no address',
    address('web'),
    ['metadata.name: Invalid value: "web": ParseAddr("web"): unable to parse IP'],
  ],
  [
    'another way to write it',
    address('2001:db8:0::1'),
    ['metadata.name: Invalid value: "2001:db8:0::1": must be a canonical format IP address'],
  ],
  [
    'half a parent',
    address('10.0.0.1', { resource: 'services' }),
    ['spec.parentRef.name: Required value'],
  ],
])('an address of %s', (_, object, problems) => {
  expect(failuresOf(ipAddresses, object)).toEqual(problems)
})

test('an address has a parent, and keeps it', () => {
  const orphan = { metadata: { name: '10.0.0.1' }, spec: {} } as IPAddress
  expect(failuresOf(ipAddresses, orphan)).toEqual(['spec.parentRef: Required value'])
  expect(
    updateFailuresOf(ipAddresses, address('10.0.0.1'), ({ spec }) => {
      spec.parentRef = { resource: 'services', name: 'other' }
    }),
  ).toEqual([
    'spec.parentRef: Invalid value: {"Group":"","Resource":"services","Namespace":"","Name":"other"}: field is immutable',
  ])
})
