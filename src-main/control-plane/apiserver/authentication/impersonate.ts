import { serviceAccountGroups, serviceAccountOf } from '#kubernetes/service-account-user.ts'
import { statusError } from '#kubernetes/status-error.ts'
import type { Attributes, Authorizer } from '../authorization/authorizer.ts'
import { forbiddenText } from '../authorization/forbidden-text.ts'
import type { ServerRequest, UserInfo } from '../server-request.ts'

const extraPrefix = 'impersonate-extra-'

/**
 * The user whose rights count: the one who asks, or whom the `Impersonate-*` headers name.
 * Throws a 403 when the asker may not impersonate that user, group, uid or extra value.
 */
export function impersonate(
  request: ServerRequest,
  user: UserInfo,
  authorizer: Authorizer,
): UserInfo {
  if (!request.headersStarting('impersonate-').length) return user
  const name = request.header('impersonate-user')
  const groups = request.headersStarting('impersonate-group').flatMap(([, values]) => values)
  const uid = request.header('impersonate-uid')
  const extras = request
    .headersStarting(extraPrefix)
    .map(
      ([header, values]) => [decodeURIComponent(header.slice(extraPrefix.length)), values] as const,
    )
  if (!name) {
    throw statusError('InternalError', 'requested impersonation without impersonating a user')
  }
  const account = serviceAccountOf(name)
  const wanted: Partial<Attributes>[] = [
    account ? { resource: 'serviceaccounts', ...account } : { resource: 'users', name },
    ...groups.map(group => ({ resource: 'groups', name: group })),
    ...(uid ? [{ resource: 'uids', name: uid, group: 'authentication.k8s.io' }] : []),
    ...extras.flatMap(([key, values]) =>
      values.map(value => ({
        resource: 'userextras',
        subresource: key,
        name: value,
        group: 'authentication.k8s.io',
      })),
    ),
  ]
  for (const part of wanted) demand(user, part, authorizer)
  return {
    name,
    ...(uid ? { uid } : {}),
    groups: impersonatedGroups(name, groups),
    ...(extras.length ? { extra: Object.fromEntries(extras) } : {}),
  }
}

function demand(user: UserInfo, part: Partial<Attributes>, authorizer: Authorizer): void {
  const attributes: Attributes = {
    user,
    verb: 'impersonate',
    isResource: true,
    group: '',
    version: 'v1',
    resource: '',
    subresource: '',
    namespace: '',
    name: '',
    path: '',
    ...part,
  }
  const decision = authorizer.authorize(attributes)
  if (decision.allowed) return
  throw statusError('Forbidden', forbiddenText(attributes, decision.reason), {
    name: attributes.name,
    group: attributes.group,
    kind: attributes.resource,
  })
}

function impersonatedGroups(name: string, groups: readonly string[]): string[] {
  const account = serviceAccountOf(name)
  const own = account && !groups.length ? serviceAccountGroups(account.namespace) : groups
  const isAnonymous = name === 'system:anonymous'
  return [...new Set([...own, isAnonymous ? 'system:unauthenticated' : 'system:authenticated'])]
}
