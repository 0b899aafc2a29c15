import { describe, expect, test } from 'vitest'
import { formatRoute, parseRoute, type Route } from './route.ts'

const pods = { group: '', version: 'v1', resource: 'pods' }
const routes: Route[] = [
  { page: 'clusters', create: false },
  { page: 'clusters', create: true },
  { page: 'overview', cluster: 'local:local' },
  { page: 'create', cluster: 'context:a/b c' },
  {
    page: 'edit',
    cluster: 'local:local',
    resource: { group: 'apps', version: 'v1', resource: 'deployments' },
    object: { namespace: 'shop', name: 'cart' },
  },
  { page: 'list', cluster: 'local:local', resource: pods, list: { filter: '' } },
  {
    page: 'list',
    cluster: 'context:arn:aws:eks:eu/prod',
    resource: pods,
    list: {
      filter: 'a&b=c',
      group: 'failing',
      labels: 'app in (a,b)',
      namespaces: ['shop', 'data'],
      sort: { column: 'Age', descending: true },
    },
    object: { namespace: 'shop', name: 'cart-0' },
    tab: 'yaml',
    full: true,
  },
  {
    page: 'list',
    cluster: 'local:local',
    resource: { group: '', version: 'v1', resource: 'nodes' },
    list: { filter: '' },
    object: { name: 'local' },
  },
]

describe('routes', () => {
  test.each(routes)('%j is what its URL says', route => {
    expect(parseRoute(`#${formatRoute(route)}`)).toEqual(route)
  })

  test('an unknown or broken place is the clusters page', () => {
    expect(parseRoute('')).toEqual({ page: 'clusters', create: false })
    expect(parseRoute('#/nowhere')).toEqual({ page: 'clusters', create: false })
    expect(parseRoute('#/c/%E0%A4%A')).toMatchObject({ page: 'overview' })
  })
})
