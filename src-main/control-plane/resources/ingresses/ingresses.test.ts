import { describe, expect, test } from 'vitest'
import type { HTTPIngressPath, Ingress, IngressBackend } from '#kubernetes/api/networking-v1.ts'
import { created, failuresOf, statusFailuresOf } from '../shared/testing.ts'
import { ingresses } from './ingresses.ts'

const web: IngressBackend = { service: { name: 'web', port: { number: 80 } } }
const ingress = (spec: Ingress['spec'], metadata: Partial<Ingress['metadata']> = {}): Ingress => ({
  metadata: { name: 'web', namespace: 'default', ...metadata },
  spec,
})
const withPath = (path: Partial<HTTPIngressPath>): Ingress['spec'] => ({
  rules: [{ http: { paths: [{ path: '/', pathType: 'Prefix', backend: web, ...path }] } }],
})
const at = 'spec.rules[0].http.paths[0]'

test('a default backend alone is enough, and the status starts empty', () => {
  const object = ingress({ defaultBackend: web })
  expect(failuresOf(ingresses, object)).toEqual([])
  expect(
    created(ingresses, { ...object, status: { loadBalancer: { ingress: [{}] } } }).status,
  ).toEqual({
    loadBalancer: {},
  })
})

test.each<[string, Ingress['spec'], string[]]>([
  [
    'nothing to serve',
    {},
    ['spec: Invalid value: null: either `defaultBackend` or `rules` must be specified'],
  ],
  [
    'an address for a host',
    { rules: [{ host: '1.2.3.4' }] },
    ['spec.rules[0].host: Invalid value: "1.2.3.4": must be a DNS name, not an IP address'],
  ],
  [
    'a wildcard in the middle',
    { rules: [{ host: 'a.*.com' }] },
    [
      "spec.rules[0].host: Invalid value: \"a.*.com\": a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
    ],
  ],
  ['no path', { rules: [{ http: { paths: [] } }] }, ['spec.rules[0].http.paths: Required value']],
  [
    'no type of path',
    withPath({ pathType: undefined as never }),
    [`${at}.pathType: Required value: pathType must be specified`],
  ],
  [
    'another type of path',
    withPath({ pathType: 'Regex' as never }),
    [
      `${at}.pathType: Unsupported value: "Regex": supported values: "Exact", "ImplementationSpecific", "Prefix"`,
    ],
  ],
  [
    'a relative path',
    withPath({ path: 'a' }),
    [`${at}.path: Invalid value: "a": must be an absolute path`],
  ],
  [
    'a path that climbs',
    withPath({ path: '/a//b/..' }),
    [
      `${at}.path: Invalid value: "/a//b/..": must not contain '//'`,
      `${at}.path: Invalid value: "/a//b/..": cannot end with '/..'`,
    ],
  ],
  [
    'two backends',
    { defaultBackend: { ...web, resource: { kind: 'Bucket', name: 'b' } } },
    ['spec.defaultBackend: Invalid value: "": cannot set both resource and service backends'],
  ],
  [
    'no backend',
    { defaultBackend: {} },
    ['spec.defaultBackend: Invalid value: "": resource or service backend is required'],
  ],
  [
    'a port by name and number',
    { defaultBackend: { service: { name: 'web', port: { name: 'http', number: 80 } } } },
    ['spec.defaultBackend: Invalid value: "": cannot set both port name & port number'],
  ],
  [
    'no port',
    { defaultBackend: { service: { name: 'web' } } },
    ['spec.defaultBackend: Required value: port name or number is required'],
  ],
  [
    'a nameless resource',
    { defaultBackend: { resource: { kind: '', name: '' } } },
    [
      'spec.defaultBackend.resource.kind: Required value',
      'spec.defaultBackend.resource.name: Required value',
    ],
  ],
])('%s is refused', (_what, spec, errors) => {
  expect(failuresOf(ingresses, ingress(spec))).toEqual(errors)
})

test('anything absolute is fine where the implementation decides, and no path too', () => {
  for (const path of ['', '/a//b', '/x(.*)'])
    expect(
      failuresOf(ingresses, ingress(withPath({ pathType: 'ImplementationSpecific', path }))),
    ).toEqual([])
})

test('the old annotation must agree with the class', () => {
  const annotations = { 'kubernetes.io/ingress.class': 'nginx' }
  const errors = (className: string | undefined) =>
    ingresses.validateCreate?.(
      ingress(
        { defaultBackend: web, ...(className ? { ingressClassName: className } : {}) },
        { annotations },
      ),
    )
  expect(errors('nginx')).toEqual([])
  expect(errors(undefined)).toEqual([])
  expect(errors('other')).toEqual([
    {
      type: 'FieldValueInvalid',
      field: 'annotations.kubernetes.io/ingress.class',
      message: 'Invalid value: "nginx": must match `ingressClassName` when both are specified',
    },
  ])
})

test('a status with a name that is an address is refused', () => {
  expect(
    statusFailuresOf(ingresses, ingress({ defaultBackend: web }), object => {
      object.status = { loadBalancer: { ingress: [{ hostname: '127.0.0.1' }] } }
    }),
  ).toEqual([
    'status.loadBalancer.ingress[0].hostname: Invalid value: "127.0.0.1": must be a DNS name, not an IP address',
  ])
})

describe('columns', () => {
  const cells = (object: Ingress) =>
    ingresses.columns.slice(1, -1).map(({ value }) => value(object, 0))

  test('say what is absent', () => {
    expect(cells(ingress({ defaultBackend: web }))).toEqual(['<none>', '*', '', '80'])
  })

  test('name three hosts, each address once, and both ports with TLS', () => {
    const rules = ['a', 'b', 'c', 'd', 'e'].map(host => ({ host }))
    const object = ingress({ ingressClassName: 'slipway', tls: [{}], rules })
    const addresses = [{ ip: '127.0.0.1' }, { hostname: 'localhost' }, { ip: '127.0.0.1' }]
    expect(cells({ ...object, status: { loadBalancer: { ingress: addresses } } })).toEqual([
      'slipway',
      'a,b,c + 2 more...',
      '127.0.0.1,localhost',
      '80, 443',
    ])
  })
})
