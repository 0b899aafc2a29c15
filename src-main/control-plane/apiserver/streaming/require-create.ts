import { statusError } from '#kubernetes/status-error.ts'
import { forbiddenText } from '../authorization/forbidden-text.ts'
import type { Target } from '../handlers/target.ts'

/**
 * Whoever connects to a pod has to be allowed to `create` the subresource, although a WebSocket opens with a GET
 * (AuthorizePodWebsocketUpgradeCreatePermission). Throws a 403.
 */
export function requireCreate({ context, services }: Target): void {
  const { info, user } = context
  const asked = { ...info, verb: 'create', user }
  const decision = services.authorizer.authorize(asked)
  if (decision.allowed) return
  throw statusError('Forbidden', forbiddenText(asked, decision.reason), {
    name: info.name,
    kind: info.resource,
  })
}
