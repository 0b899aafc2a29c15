import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { hostNames } from './host-names.ts'

const metadata = { namespace: 'shop', uid: 'u', resourceVersion: '', creationTimestamp: '' }
const namesOf = (spec: Partial<PodSpec>, name = 'web-0') =>
  hostNames({ metadata: { ...metadata, name }, spec: { containers: [], ...spec } }, 'cluster.local')
const full = 'web-0.web.shop.svc.cluster.local'

test.each<[string, Partial<PodSpec>, string, string[]]>([
  ['the pod', {}, 'web-0', ['web-0']],
  ['its hostname', { hostname: 'db' }, 'db', ['db']],
  ['its subdomain too', { subdomain: 'web' }, 'web-0', [full, 'web-0']],
  ['the full name', { subdomain: 'web', setHostnameAsFQDN: true }, full, [full, 'web-0']],
  ['nothing else when it has no subdomain', { setHostnameAsFQDN: true }, 'web-0', ['web-0']],
  [
    'what overrides the rest',
    { hostname: 'db', subdomain: 'web', hostnameOverride: 'db.example.com' },
    'db.example.com',
    ['db.example.com'],
  ],
])('a host is called after %s', (_what, spec, hostname, names) => {
  expect(namesOf(spec)).toEqual({ hostname, names })
})

test('a long name is cut at 63 characters, and not after a dash', () => {
  expect(namesOf({}, `${'a'.repeat(62)}-b`).hostname).toBe('a'.repeat(62))
})

test('a full name that Linux takes no more is refused', () => {
  const spec = { subdomain: 'web', setHostnameAsFQDN: true }
  const name = 'a'.repeat(64 - '.web.shop.svc.cluster.local'.length)
  expect(namesOf(spec, name).hostname).toHaveLength(64)
  expect(() => namesOf(spec, `${name}a`)).toThrow(
    'is too long (64 is the max, 65 characters requested)',
  )
})
