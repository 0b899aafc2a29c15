import { expect, test } from 'vitest'
import type { EndpointSubset, Pod, Service } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { metadata } from '../../../../test/support/stored.ts'
import { capSubsets, endpointSubsets } from './subsets.ts'

const service = (spec: Service['spec'] = {}): Stored<Service> => ({
  metadata: metadata('web'),
  spec: { ports: [{ name: 'http', port: 80, targetPort: 'web' }], ipFamilies: ['IPv4'], ...spec },
})

function pod(ip: string, { ready = true, port = 8080, deleting = false } = {}): Stored<Pod> {
  return {
    metadata: {
      ...metadata(ip),
      ...(deleting ? { deletionTimestamp: '2026-01-01T00:00:00Z' } : {}),
    },
    spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort: port }] }] },
    status: {
      podIP: ip,
      podIPs: [{ ip }, { ip: 'fd00::1' }],
      conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
    },
  }
}

const ips = (subsets: EndpointSubset[]) =>
  subsets.map(({ addresses = [], notReadyAddresses = [], ports = [] }) => [
    addresses.map(({ ip }) => ip),
    notReadyAddresses.map(({ ip }) => ip),
    ports.map(({ port }) => port),
  ])

test('endpointSubsets tells ready pods from others, sorted, and leaves out those on their way out', () => {
  const pods = [pod('10.0.0.2'), pod('10.0.0.1'), pod('10.0.0.3', { ready: false })]
  const leaving = pod('10.0.0.4', { deleting: true })
  expect(ips(endpointSubsets(service(), [...pods, leaving]))).toEqual([
    [['10.0.0.1', '10.0.0.2'], ['10.0.0.3'], [8080]],
  ])
})

test('endpointSubsets shows all as ready where addresses are published in any case', () => {
  const pods = [pod('10.0.0.1', { ready: false }), pod('10.0.0.2', { deleting: true })]
  const subject = service({ publishNotReadyAddresses: true })
  expect(ips(endpointSubsets(subject, pods))).toEqual([[['10.0.0.1', '10.0.0.2'], [], [8080]]])
})

test('endpointSubsets keeps pods apart whose port of a name differs', () => {
  const pods = [pod('10.0.0.1'), pod('10.0.0.2', { port: 9090 })]
  expect(ips(endpointSubsets(service(), pods))).toEqual([
    [['10.0.0.1'], [], [8080]],
    [['10.0.0.2'], [], [9090]],
  ])
})

test('endpointSubsets keeps to the first family of the service', () => {
  expect(
    ips(endpointSubsets(service({ ipFamilies: ['IPv6', 'IPv4'] }), [pod('10.0.0.1')])),
  ).toEqual([[['fd00::1'], [], [8080]]])
})

test('capSubsets keeps a thousand addresses, the ready ones first', () => {
  const many = (count: number, from: number) =>
    Array.from({ length: count }, (_, index) => ({ ip: `10.${from}.${index >> 8}.${index & 255}` }))
  const { subsets, truncated } = capSubsets([
    { addresses: many(300, 1), notReadyAddresses: many(600, 2), ports: [] },
    { addresses: many(500, 3), ports: [] },
  ])
  expect(truncated).toBe(true)
  expect(
    subsets.map(({ addresses, notReadyAddresses }) => [
      addresses?.length,
      notReadyAddresses?.length,
    ]),
  ).toEqual([
    [300, 200],
    [500, undefined],
  ])
  expect(capSubsets([{ addresses: many(1000, 1) }]).truncated).toBe(false)
})
