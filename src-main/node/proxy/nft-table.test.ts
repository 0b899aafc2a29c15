import { expect, test } from 'vitest'
import { buildFragment } from './nft-fragment.ts'
import { NftTable } from './nft-table.ts'
import type { ServicePort } from './service-ports.ts'

const table = () =>
  new NftTable({
    name: 'slipway_test',
    podCidr: '10.244.0.0/24',
    serviceCidr: '10.96.0.0/16',
    gateway: '10.244.0.1',
    nodePortAddresses: 'bridge',
    bridgeFiltered: true,
  })
const web: ServicePort = {
  name: 'default/web:http',
  protocol: 'tcp',
  addresses: ['10.96.0.80'],
  port: 80,
  nodePort: 30080,
  isLoadBalancer: false,
  affinitySeconds: undefined,
  backends: [{ address: '10.244.0.3', port: 8080 }],
}
const change = (port: ServicePort | undefined) =>
  new Map([['default/web', port && buildFragment([port])]])

test('an unchanged service changes nothing', () => {
  const rules = table()
  expect(rules.update(change(web))).not.toBe('')
  expect(rules.update(change({ ...web }))).toBe('')
})

test('another backend rewrites one chain and no map of services', () => {
  const rules = table()
  rules.update(change(web))
  const text = rules.update(
    change({ ...web, backends: [...web.backends, { address: '10.244.0.4', port: 8080 }] }),
  )
  expect(text.match(/^flush chain /gm)).toHaveLength(1)
  expect(text).toContain('numgen random mod 2 map { 0 : 10.244.0.3 . 8080, 1 : 10.244.0.4 . 8080 }')
  expect(text).toContain('hairpin { 10.244.0.4 . 10.244.0.4 }')
  expect(text).not.toContain('service-ips')
})

test('a service that is gone leaves nothing behind', () => {
  const rules = table()
  rules.update(change({ ...web, affinitySeconds: 60 }))
  const text = rules.update(change(undefined))
  for (const gone of ['service-ips', 'node-ports', 'hairpin']) {
    expect(text).toContain(`delete element ip slipway_test ${gone}`)
  }
  expect(text.match(/^delete chain /gm)).toHaveLength(3)
  expect(text.match(/^delete set /gm)).toHaveLength(1)
  expect(text).not.toMatch(/^add /m)
})

test('an endpoint of two services stays known while one of them has it', () => {
  const rules = table()
  const other = {
    ...web,
    name: 'default/other:http',
    addresses: ['10.96.0.81'],
    nodePort: undefined,
  }
  rules.update(change(web))
  rules.update(new Map([['default/other', buildFragment([other])]]))
  expect(rules.update(change(undefined))).not.toContain('hairpin')
  expect(rules.update(new Map([['default/other', undefined]]))).toContain('hairpin')
})

test('without endpoints a service is refused, not forwarded', () => {
  const rules = table()
  rules.update(change(web))
  const text = rules.update(change({ ...web, backends: [] }))
  expect(text).toContain('add element ip slipway_test no-endpoints { 10.96.0.80 . tcp . 80 }')
  expect(text).toContain('delete element ip slipway_test service-ips { 10.96.0.80 . tcp . 80 }')
})

test('an address that changes hands is taken from one before it is given to the other', () => {
  const rules = table()
  rules.update(change(web))
  const heir = { ...web, name: 'default/heir:http' }
  const text = rules.update(
    new Map([
      ['default/heir', buildFragment([heir])],
      ['default/web', undefined],
    ]),
  )
  expect(text.indexOf('delete element ip slipway_test service-ips')).toBeLessThan(
    text.indexOf('add element ip slipway_test service-ips'),
  )
})
