import { expect, test } from 'vitest'
import type { IngressSpec } from '../../src-main/kubernetes/api/networking-v1.ts'
import { sitesOf } from './ingress-sites.ts'

const served = (...ports: number[]) => ({
  loadBalancer: {
    ingress: [{ hostname: 'localhost', ports: ports.map(port => ({ port, protocol: 'TCP' })) }],
  },
})
const spec: IngressSpec = {
  tls: [{ hosts: ['shop.localhost'] }],
  rules: [{ host: 'shop.localhost' }, { host: 'plain.localhost' }, { host: 'example.com' }, {}],
}

test('names below localhost are linked, with TLS where they have it', () => {
  expect(sitesOf({ spec, status: served(80, 443) })).toEqual([
    'https://shop.localhost/',
    'http://plain.localhost/',
    'http://localhost/',
  ])
})

test('ports that are not the usual ones are part of the link', () => {
  expect(sitesOf({ spec, status: served(8080, 8443) })).toEqual([
    'https://shop.localhost:8443/',
    'http://plain.localhost:8080/',
    'http://localhost:8080/',
  ])
})

test('what is served elsewhere, or not yet, has no link', () => {
  expect(sitesOf({ spec })).toEqual([])
  expect(sitesOf({ spec, status: { loadBalancer: { ingress: [{ ip: '10.0.0.1' }] } } })).toEqual([])
})
