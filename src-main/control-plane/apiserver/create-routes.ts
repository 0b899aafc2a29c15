import { addDiscovery } from './discovery/discovery-routes.ts'
import { Health } from './health.ts'
import type { Metrics } from './metrics.ts'
import { NonResourceRoutes, readOnly } from './non-resource-routes.ts'
import { addOpenApi } from './openapi/open-api-routes.ts'
import { addOpenId } from './openid-routes.ts'
import { textReply } from './reply.ts'
import { addScheduling } from './scheduling-routes.ts'
import type { Services } from './services.ts'
import { version } from './version.ts'

/** What the health endpoints and discovery tell of the server. */
export interface ServerState {
  isReady: boolean
  isStopping: boolean
  /** `host:port` that clients reach. */
  address: string
}

/** Everything that is answered beside resources. */
export function createRoutes(
  services: Services,
  state: ServerState,
  metrics: Metrics,
): NonResourceRoutes {
  const routes = new NonResourceRoutes()
  const health = new Health([
    { name: 'ping', on: ['livez', 'readyz'], problem: () => undefined },
    {
      name: 'etcd',
      on: ['livez', 'readyz'],
      problem: () => (services.caches.healthy ? undefined : 'the store is not followed any more'),
    },
    {
      name: 'poststarthook/bootstrap-objects',
      on: ['readyz'],
      problem: () => (state.isReady ? undefined : 'not finished'),
    },
    {
      name: 'shutdown',
      on: ['readyz'],
      problem: () => (state.isStopping ? 'process is shutting down' : undefined),
    },
  ])
  for (const endpoint of ['healthz', 'livez', 'readyz'] as const) {
    routes.at(`/${endpoint}`, context => health.answer(endpoint, context))
    routes.below(
      `/${endpoint}/`,
      context => health.answer(endpoint, context),
      () => health.namesOf(endpoint).map(name => `/${endpoint}/${name}`),
    )
  }
  addDiscovery(routes, services.catalog, () => state.address)
  addOpenApi(routes, services.catalog)
  addOpenId(routes, services)
  addScheduling(routes, services)
  routes.at('/metrics', () => textReply(metrics.text()))
  routes.at(
    '/version',
    readOnly(() => ({ kind: 'value', status: 200, value: version })),
  )
  routes.at('/', () => ({ kind: 'value', status: 200, value: { paths: routes.paths() } }))
  return routes
}
