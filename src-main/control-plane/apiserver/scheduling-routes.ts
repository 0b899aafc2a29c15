import { statusError } from '#kubernetes/status-error.ts'
import type { NonResourceRoutes } from './non-resource-routes.ts'
import type { Services } from './services.ts'

const prefix = '/slipway/scheduling/'
const pathPattern = /^namespaces\/([^/]+)\/pods\/([^/]+)$/

/**
 * `GET /slipway/scheduling/namespaces/NAMESPACE/pods/NAME`: why a pod has no node, node by node. A path beside the
 * resources, so that discovery stays Kubernetes'; RBAC grants it as a `nonResourceURL`.
 */
export function addScheduling(routes: NonResourceRoutes, services: Services): void {
  routes.below(prefix, ({ info }) => {
    const [, namespace = '', name = ''] = pathPattern.exec(info.path.slice(prefix.length)) ?? []
    const value = name ? services.scheduling?.explain(namespace, name) : undefined
    if (!value) throw statusError('NotFound', `pod "${namespace}/${name}" waits for no node`)
    return { kind: 'value', status: 200, value }
  })
}
