import { expect, test } from 'vitest'
import type { EndpointSubset, Endpoints } from '#kubernetes/api/core-v1.ts'
import { endpoints } from './endpoints.ts'
import { created, failuresOf } from './shared/testing.ts'

const object = (...subsets: EndpointSubset[]): Endpoints => ({
  metadata: { name: 'web', namespace: 'default' },
  subsets,
})
const address = { ip: '10.0.0.1' }

test.each<[string, EndpointSubset, string]>([
  [
    'no addresses',
    { ports: [{ port: 1 }] },
    'subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`',
  ],
  [
    'a loopback address',
    { addresses: [{ ip: '127.0.0.1' }] },
    'subsets[0].addresses[0].ip: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)',
  ],
  [
    'a link-local address',
    { notReadyAddresses: [{ ip: 'fe80::1' }] },
    'subsets[0].notReadyAddresses[0].ip: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, fe80::/10)',
  ],
  [
    'no address at all',
    { addresses: [{ ip: '0.0.0.0' }] },
    'subsets[0].addresses[0].ip: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)',
  ],
  [
    'port 0',
    { addresses: [address], ports: [{ port: 0 }] },
    'subsets[0].ports[0].port: Invalid value: 0: must be between 1 and 65535, inclusive',
  ],
  [
    'nameless ports',
    { addresses: [address], ports: [{ port: 1, name: 'a' }, { port: 2 }] },
    'subsets[0].ports[1].name: Required value',
  ],
  [
    'an unknown protocol',
    { addresses: [address], ports: [{ port: 1, protocol: 'X' as 'TCP' }] },
    'subsets[0].ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
])('endpoints with %s are refused', (_what, subset, error) => {
  expect(failuresOf(endpoints, object(subset))).toEqual([error])
})

test('the column shows three of them', () => {
  const text = (given: Endpoints) => endpoints.columns[1]?.value(created(endpoints, given), 0)
  const addresses = ['10.0.0.1', '10.0.0.2'].map(ip => ({ ip }))
  expect(text(object())).toBe('<none>')
  expect(text(object({ addresses }))).toBe('10.0.0.1,10.0.0.2')
  expect(text(object({ addresses: [{ ip: 'fd00::1' }], ports: [{ port: 80 }] }))).toBe(
    '[fd00::1]:80',
  )
  const ports = [
    { name: 'a', port: 1 },
    { name: 'b', port: 2 },
  ]
  expect(text(object({ addresses, ports }))).toBe('10.0.0.1:1,10.0.0.2:1,10.0.0.1:2 + 1 more...')
})
