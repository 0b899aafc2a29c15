import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { dnsSettings } from './dns-settings.ts'

const host = { nameservers: ['192.0.2.1'], searches: ['lan'], options: ['timeout:1'] }
const cluster = { ip: '10.96.0.10', domain: 'cluster.local' }
const settings = (spec: Partial<PodSpec>) =>
  dnsSettings(
    {
      metadata: {
        name: 'p',
        namespace: 'shop',
        uid: 'u',
        resourceVersion: '',
        creationTimestamp: '',
      },
      spec: { containers: [], ...spec },
    },
    cluster,
    host,
  )

test('ClusterFirst asks the cluster and searches the namespace first', () => {
  expect(settings({ dnsPolicy: 'ClusterFirst' })).toEqual({
    nameservers: ['10.96.0.10'],
    searches: ['shop.svc.cluster.local', 'svc.cluster.local', 'cluster.local', 'lan'],
    options: ['ndots:5'],
  })
})

test("a pod on the host's network uses the host's servers unless it asks otherwise", () => {
  expect(settings({ hostNetwork: true, dnsPolicy: 'ClusterFirst' })).toEqual(host)
  expect(settings({ hostNetwork: true, dnsPolicy: 'ClusterFirstWithHostNet' }).nameservers).toEqual(
    ['10.96.0.10'],
  )
})

test('dnsConfig adds servers and searches and replaces options of the same name', () => {
  const dnsConfig = {
    nameservers: ['1.2.3.4'],
    searches: ['my.domain'],
    options: [{ name: 'ndots', value: '2' }, { name: 'edns0' }],
  }
  expect(settings({ dnsPolicy: 'None', dnsConfig })).toEqual({
    nameservers: ['1.2.3.4'],
    searches: ['my.domain'],
    options: ['ndots:2', 'edns0'],
  })
  expect(settings({ dnsConfig }).options).toEqual(['ndots:2', 'edns0'])
})
