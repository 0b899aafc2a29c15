import { expect, test } from 'vitest'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { created, failuresOf, updateFailuresOf } from '../shared/testing.ts'
import { endpointSlices } from './endpointslices.ts'

const slice = (rest: object = {}): EndpointSlice =>
  ({
    metadata: { name: 'web-1', namespace: 'default' },
    addressType: 'IPv4',
    endpoints: [{ addresses: ['10.0.0.1'] }],
    ports: [{ port: 80 }],
    ...rest,
  }) as EndpointSlice

test('ports are filled', () => {
  expect(created(endpointSlices, slice()).ports).toEqual([{ port: 80, name: '', protocol: 'TCP' }])
})

test.each<[string, object, string]>([
  ['no address type', { addressType: '' }, 'addressType: Required value'],
  [
    'an unknown address type',
    { addressType: 'X' },
    'addressType: Unsupported value: "X": supported values: "FQDN", "IPv4", "IPv6"',
  ],
  [
    'an endpoint nowhere',
    { endpoints: [{ addresses: [] }] },
    'endpoints[0].addresses: Required value: must contain at least 1 address',
  ],
  [
    'an address of the other family',
    { endpoints: [{ addresses: ['fd00::1'] }] },
    'endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address',
  ],
  [
    'a name of one part',
    { addressType: 'FQDN', endpoints: [{ addresses: ['web'] }] },
    'endpoints[0].addresses[0]: Invalid value: "web": should be a domain with at least two segments separated by dots',
  ],
  [
    'too many endpoints',
    { endpoints: Array.from({ length: 1001 }, () => ({ addresses: ['10.0.0.1'] })) },
    'endpoints: Too many: 1001: must have at most 1000 items',
  ],
  [
    'a zone twice',
    {
      endpoints: [{ addresses: ['10.0.0.1'], hints: { forZones: [{ name: 'a' }, { name: 'a' }] } }],
    },
    'endpoints[0].hints.forZones[1].name: Duplicate value: "a"',
  ],
  [
    'a port name twice',
    { ports: [{ port: 1 }, { port: 2 }] },
    'ports[1].name: Duplicate value: ""',
  ],
  [
    'an unknown protocol',
    { ports: [{ port: 1, protocol: 'X' }] },
    'ports[0].protocol: Unsupported value: "X": supported values: "SCTP", "TCP", "UDP"',
  ],
])('a slice with %s is refused', (_what, rest, error) => {
  expect(failuresOf(endpointSlices, slice(rest))).toEqual([error])
})

test('a slice keeps its address type', () => {
  const change = (object: EndpointSlice) =>
    Object.assign(object, { addressType: 'IPv6', endpoints: [] })
  expect(updateFailuresOf(endpointSlices, slice(), change)).toEqual([
    'addressType: Invalid value: "IPv6": field is immutable',
  ])
})

test('the generation follows content and labels, not annotations', () => {
  const changed = (rest: object) => endpointSlices.changesGeneration?.(slice(rest), slice())
  const { metadata } = slice()
  expect(changed({ ports: [] })).toBe(true)
  expect(changed({ metadata: { ...metadata, labels: { a: 'b' } } })).toBe(true)
  expect(changed({ metadata: { ...metadata, annotations: { a: 'b' } } })).toBe(false)
})

test('the columns name three ports and addresses', () => {
  const cells = (rest: object) =>
    endpointSlices.columns.slice(1, 4).map(({ value }) => value(slice(rest), 0))
  const addresses = ['10.0.0.1', '10.0.0.2', '10.0.0.3', '10.0.0.4']
  expect(cells({ ports: [{ port: 80 }, { name: 'x' }, {}], endpoints: [{ addresses }] })).toEqual([
    'IPv4',
    '80,x,*',
    '10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...',
  ])
  expect(cells({ ports: null, endpoints: null })).toEqual(['IPv4', '<unset>', '<unset>'])
})
