import { expect, test } from 'vitest'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { Endpoint, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { servicePorts } from './service-ports.ts'

const service = (spec: Service['spec']): Service => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: { clusterIP: '10.96.0.80', ports: [{ name: 'http', port: 80 }], ...spec },
})
const slice = (endpoints: Endpoint[]): EndpointSlice => ({
  metadata: { name: 'web-1' },
  addressType: 'IPv4' as never,
  endpoints,
  ports: [{ name: 'http', port: 8080, protocol: 'TCP' }],
})
const backends = (...endpoints: Endpoint[]) =>
  servicePorts(service({}), [slice(endpoints)])[0]?.backends.map(({ address }) => address)

test('only ready endpoints get traffic; an absent condition means ready', () => {
  expect(
    backends(
      { addresses: ['10.244.0.3'], conditions: { ready: true } },
      { addresses: ['10.244.0.4'], conditions: { ready: false } },
      { addresses: ['10.244.0.2'] },
    ),
  ).toEqual(['10.244.0.2', '10.244.0.3'])
})

test('leading zeros of addresses mean nothing', () => {
  const [port] = servicePorts(service({ clusterIP: '010.96.0.80', externalIPs: ['192.0.2.010'] }), [
    slice([{ addresses: ['010.244.0.3'] }]),
  ])
  expect(port?.addresses).toEqual(['10.96.0.80', '192.0.2.10'])
  expect(port?.backends).toEqual([{ address: '10.244.0.3', port: 8080 }])
})

test('endpoints that end serve on while there is none that is ready', () => {
  const ending = { ready: false, serving: true, terminating: true }
  expect(backends({ addresses: ['10.244.0.3'], conditions: ending })).toEqual(['10.244.0.3'])
  expect(
    backends({ addresses: ['10.244.0.3'], conditions: ending }, { addresses: ['10.244.0.4'] }),
  ).toEqual(['10.244.0.4'])
})

test('headless services and external names have nothing to forward', () => {
  expect(servicePorts(service({ clusterIP: 'None' }), [])).toEqual([])
  expect(servicePorts(service({ type: 'ExternalName', externalName: 'a.b' }), [])).toEqual([])
})

test('the affinity is three hours unless told otherwise', () => {
  const affinity = (spec: Service['spec']) => servicePorts(service(spec), [])[0]?.affinitySeconds
  expect(affinity({})).toBeUndefined()
  expect(affinity({ sessionAffinity: 'ClientIP' })).toBe(10_800)
  expect(
    affinity({
      sessionAffinity: 'ClientIP',
      sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
    }),
  ).toBe(60)
})
