import { describe, expect, test } from 'vitest'
import type { HTTPIngressPath, Ingress, IngressSpec } from '#kubernetes/api/networking-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { RoutingTable } from './routing-table.ts'

type PathType = HTTPIngressPath['pathType']

const backend = (name: string) => ({ service: { name, port: { number: 80 } } })
const path = (pathType: PathType, path: string, name = path): HTTPIngressPath => ({
  path,
  pathType,
  backend: backend(name),
})
const ingress = (spec: IngressSpec): Stored<Ingress> =>
  ({ metadata: { name: 'web', namespace: 'default' }, spec }) as Stored<Ingress>
const table = (...specs: IngressSpec[]) => new RoutingTable(specs.map(ingress))
const found = (routes: RoutingTable, host: string, path: string) =>
  routes.find(host, path)?.backend.service?.name

/** The table of examples in Kubernetes' documentation of Ingress, "Examples". */
describe('paths match as documented', () => {
  test.each<[PathType, string[], string, string | undefined]>([
    ['Prefix', ['/'], '/any/path', '/'],
    ['Exact', ['/foo'], '/foo', '/foo'],
    ['Exact', ['/foo'], '/bar', undefined],
    ['Exact', ['/foo'], '/foo/', undefined],
    ['Exact', ['/foo/'], '/foo', undefined],
    ['Prefix', ['/foo'], '/foo', '/foo'],
    ['Prefix', ['/foo'], '/foo/', '/foo'],
    ['Prefix', ['/foo/'], '/foo', '/foo/'],
    ['Prefix', ['/foo/'], '/foo/', '/foo/'],
    ['Prefix', ['/aaa/bb'], '/aaa/bbb', undefined],
    ['Prefix', ['/aaa/bbb'], '/aaa/bbb', '/aaa/bbb'],
    ['Prefix', ['/aaa/bbb/'], '/aaa/bbb', '/aaa/bbb/'],
    ['Prefix', ['/aaa/bbb'], '/aaa/bbb/', '/aaa/bbb'],
    ['Prefix', ['/aaa/bbb'], '/aaa/bbb/ccc', '/aaa/bbb'],
    ['Prefix', ['/aaa/bbb'], '/aaa/bbbxyz', undefined],
    ['Prefix', ['/', '/aaa'], '/aaa/ccc', '/aaa'],
    ['Prefix', ['/', '/aaa', '/aaa/bbb'], '/aaa/bbb', '/aaa/bbb'],
    ['Prefix', ['/', '/aaa', '/aaa/bbb'], '/ccc', '/'],
    ['Prefix', ['/aaa'], '/ccc', undefined],
    ['ImplementationSpecific', ['/aaa'], '/aaa/ccc', '/aaa'],
  ])('%s %j and a request for %s: %s', (type, paths, request, wanted) => {
    const routes = table({ rules: [{ http: { paths: paths.map(one => path(type, one)) } }] })
    expect(found(routes, 'localhost', request)).toBe(wanted)
  })

  test('an exact path goes before the same as a prefix', () => {
    const paths = [path('Prefix', '/foo', 'prefix'), path('Exact', '/foo', 'exact')]
    const routes = table({ rules: [{ http: { paths } }] })
    expect(found(routes, '', '/foo')).toBe('exact')
    expect(found(routes, '', '/foo/bar')).toBe('prefix')
  })

  test('a query is no part of the path', () => {
    const routes = table({ rules: [{ http: { paths: [path('Exact', '/foo')] } }] })
    expect(found(routes, '', '/foo?a=/bar')).toBe('/foo')
  })

  test('no other spelling of a path passes by its rule', () => {
    const paths = [path('Prefix', '/'), path('Prefix', '/admin')]
    const routes = table({ rules: [{ http: { paths } }] })
    for (const spelling of ['/%61dmin/x', '/a/../admin', '/a/%2e%2e/admin', '/./admin']) {
      expect(found(routes, '', spelling), spelling).toBe('/admin')
    }
    expect(found(routes, '', '/a%2Fadmin')).toBe('/')
  })
})

/** The table under "Hostname wildcards". */
describe('hosts match as documented', () => {
  test.each<[string, string, boolean]>([
    ['*.foo.com', 'bar.foo.com', true],
    ['*.foo.com', 'baz.bar.foo.com', false],
    ['*.foo.com', 'foo.com', false],
    ['foo.bar.com', 'foo.bar.com', true],
    ['foo.bar.com', 'FOO.bar.com:8080', true],
    ['foo.bar.com', 'bar.com', false],
  ])('%s and a request for %s: %s', (host, request, isWanted) => {
    const routes = table({ rules: [{ host, http: { paths: [path('Prefix', '/')] } }] })
    expect(found(routes, request, '/') === '/').toBe(isWanted)
  })

  test('an exact host goes before a wildcard, and that before no host', () => {
    const rule = (host: string | undefined, name: string) => ({
      ...(host ? { host } : {}),
      http: { paths: [path('Prefix', '/', name)] },
    })
    const routes = table({
      rules: [rule(undefined, 'any'), rule('*.foo.com', 'wildcard'), rule('a.foo.com', 'exact')],
    })
    expect(found(routes, 'a.foo.com', '/')).toBe('exact')
    expect(found(routes, 'b.foo.com', '/')).toBe('wildcard')
    expect(found(routes, 'foo.com', '/')).toBe('any')
  })

  test('a path that the host has no rule for is looked up among rules for every host', () => {
    const routes = table({
      rules: [
        { host: 'a.com', http: { paths: [path('Exact', '/a')] } },
        { http: { paths: [path('Prefix', '/b')] } },
      ],
    })
    expect(found(routes, 'a.com', '/b')).toBe('/b')
    expect(found(routes, 'a.com', '/c')).toBeUndefined()
  })
})

test('what no rule matches goes to the default backend', () => {
  const routes = table({
    defaultBackend: backend('default'),
    rules: [{ host: 'a.com', http: { paths: [path('Exact', '/a')] } }],
  })
  expect(found(routes, 'a.com', '/b')).toBe('default')
  expect(found(routes, 'b.com', '/a')).toBe('default')
})

test('a host without paths goes to the default backend of its ingress', () => {
  const routes = table(
    { defaultBackend: backend('first') },
    { defaultBackend: backend('second'), rules: [{ host: 'a.com' }] },
  )
  expect(found(routes, 'a.com', '/')).toBe('second')
  expect(found(routes, 'b.com', '/')).toBe('first')
})

test('of two ingresses that claim the same the first has it', () => {
  const rule = (name: string) => ({ rules: [{ http: { paths: [path('Prefix', '/', name)] } }] })
  expect(found(table(rule('older'), rule('newer')), '', '/')).toBe('older')
})
