import type { Pod, Secret, ServiceAccount } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { storeKey } from '../catalog.ts'
import type { ServerRequest, UserInfo } from '../server-request.ts'
import type { Services } from '../services.ts'
import type { TokenClaims } from './service-account-tokens.ts'

const anonymous: UserInfo = { name: 'system:anonymous', groups: ['system:unauthenticated'] }
/** How long after its deletion a pod's token still counts, as upstream. */
const deletedGraceMs = 60_000

/**
 * Says who asks: the identity the connection vouches for, the bearer of a token, or the anonymous user.
 * Throws a 401 for credentials that don't hold.
 */
export function authenticate(request: ServerRequest, services: Services): UserInfo {
  if (request.badCertificate) throw unauthorized()
  if (request.user) return withAuthenticated(request.user)
  const authorization = request.header('authorization')
  const token = authorization ? bearerToken(authorization) : tokenOfWebSocket(request)
  if (token === undefined) {
    if (authorization) throw unauthorized()
    return anonymous
  }
  const identity = authenticateToken(token, services, [services.tokens.issuer])
  if (!identity) throw unauthorized()
  return identity.user
}

/** The user behind a service-account token whose audience is among those wanted, and the audiences they share. */
export function authenticateToken(
  token: string,
  services: Services,
  audiences: readonly string[],
): { user: UserInfo; audiences: string[] } | undefined {
  const claims = services.tokens.verify(token)
  if (!claims) return authenticateSecretToken(token, services, audiences)
  const shared = claims.aud.filter(audience => audiences.includes(audience))
  if (!shared.length || !stillHolds(claims, services)) return undefined
  return { user: userOf(claims), audiences: shared }
}

/** The service account whose Secret holds the token; such tokens are for the API server alone. */
function authenticateSecretToken(
  token: string,
  services: Services,
  audiences: readonly string[],
): { user: UserInfo; audiences: string[] } | undefined {
  const claims = services.tokens.verifyOfSecret(token)
  const { issuer } = services.tokens
  if (!claims || !audiences.includes(issuer)) return undefined
  const namespace = claims['kubernetes.io/serviceaccount/namespace']
  const uid = claims['kubernetes.io/serviceaccount/service-account.uid']
  const find = finder(services, namespace)
  const account = find<ServiceAccount>(
    'serviceaccounts',
    claims['kubernetes.io/serviceaccount/service-account.name'],
  )
  const secret = find<Secret>('secrets', claims['kubernetes.io/serviceaccount/secret.name'])
  const held = Buffer.from(secret?.data?.['token'] ?? '', 'base64').toString()
  if (account?.metadata.uid !== uid || secret?.metadata.deletionTimestamp || held !== token) {
    return undefined
  }
  const user = { name: claims.sub, uid, groups: groupsOf(namespace), extra: {} }
  return { user, audiences: [issuer] }
}

const unauthorized = () => statusError('Unauthorized', 'Unauthorized')

function bearerToken(authorization: string): string | undefined {
  return /^bearer +(\S+)$/i.exec(authorization.trim())?.[1]
}

const webSocketTokenPrefix = 'base64url.bearer.authorization.k8s.io.'

/** Browsers can't set headers on a WebSocket: they hide the token among the subprotocols. */
function tokenOfWebSocket(request: ServerRequest): string | undefined {
  if (!request.upgrade) return undefined
  const protocols = (request.header('sec-websocket-protocol') ?? '').split(',')
  const hidden = protocols
    .map(name => name.trim())
    .find(name => name.startsWith(webSocketTokenPrefix))
  if (!hidden) return undefined
  return Buffer.from(hidden.slice(webSocketTokenPrefix.length), 'base64url').toString()
}

function withAuthenticated(user: UserInfo): UserInfo {
  if (user.groups.includes('system:authenticated')) return user
  return { ...user, groups: [...user.groups, 'system:authenticated'] }
}

/** Whether the service account, and what the token is bound to, are still those of its issue. */
function stillHolds(claims: TokenClaims, services: Services): boolean {
  const { namespace, serviceaccount, pod, secret } = claims['kubernetes.io']
  const find = finder(services, namespace)
  const account = find<ServiceAccount>('serviceaccounts', serviceaccount.name)
  if (account?.metadata.uid !== serviceaccount.uid) return false
  if (pod) {
    const found = find<Pod>('pods', pod.name)
    if (found?.metadata.uid !== pod.uid) return false
    const deleted = found.metadata.deletionTimestamp
    if (deleted && Date.parse(deleted) + deletedGraceMs < services.clock.now()) return false
  }
  if (secret && find<Secret>('secrets', secret.name)?.metadata.uid !== secret.uid) return false
  return true
}

/** Finds objects of the core group in a namespace. */
const finder =
  ({ caches, catalog }: Services, namespace: string) =>
  <T extends KubernetesObject>(resource: string, name: string): T | undefined => {
    const definition = catalog.get('', 'v1', resource)
    return caches.of(definition).get(storeKey(definition, namespace, name))?.object as T | undefined
  }

const groupsOf = (namespace: string): string[] => [
  'system:serviceaccounts',
  `system:serviceaccounts:${namespace}`,
  'system:authenticated',
]

function userOf(claims: TokenClaims): UserInfo {
  const { namespace, serviceaccount, pod, node } = claims['kubernetes.io']
  const prefix = 'authentication.kubernetes.io'
  const extra: Record<string, string[]> = { [`${prefix}/credential-id`]: [`JTI=${claims.jti}`] }
  if (pod) {
    extra[`${prefix}/pod-name`] = [pod.name]
    extra[`${prefix}/pod-uid`] = [pod.uid]
  }
  if (node) {
    extra[`${prefix}/node-name`] = [node.name]
    if (node.uid) extra[`${prefix}/node-uid`] = [node.uid]
  }
  return {
    name: claims.sub,
    uid: serviceaccount.uid,
    groups: groupsOf(namespace),
    extra,
  }
}
