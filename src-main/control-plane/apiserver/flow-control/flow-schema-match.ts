import type {
  FlowSchema,
  NonResourcePolicyRule,
  PolicyRulesWithSubjects,
  ResourcePolicyRule,
  Subject,
} from '#kubernetes/api/flowcontrol-v1.ts'
import { serviceAccountOf } from '#kubernetes/service-account-user.ts'
import type { RequestInfo } from '../request-info.ts'
import type { UserInfo } from '../server-request.ts'

/** The rules of a flow schema that speak of a user, whatever is asked. */
export const rulesFor = (
  { spec }: Readonly<FlowSchema>,
  user: UserInfo,
): readonly PolicyRulesWithSubjects[] =>
  (spec.rules ?? []).filter(({ subjects }) => subjects.some(subject => isSubject(subject, user)))

/** Whether one of the rules speaks of what is asked; who asks was looked at before. */
export const matchesRequest = (
  rules: readonly PolicyRulesWithSubjects[],
  info: RequestInfo,
): boolean =>
  rules.some(({ resourceRules = [], nonResourceRules = [] }) =>
    info.isResource
      ? resourceRules.some(rule => matchesResource(rule, info))
      : nonResourceRules.some(rule => matchesPath(rule, info)),
  )

/** Whether the rules speak of every request there may be. */
export const matchesEverything = (rules: readonly PolicyRulesWithSubjects[]): boolean =>
  rules.some(({ resourceRules = [] }) =>
    resourceRules.some(
      ({ verbs, apiGroups, resources, namespaces = [], clusterScope }) =>
        [verbs, apiGroups, resources, namespaces].every(isWildcard) && clusterScope,
    ),
  ) &&
  rules.some(({ nonResourceRules = [] }) =>
    nonResourceRules.some(({ verbs, nonResourceURLs }) =>
      [verbs, nonResourceURLs].every(isWildcard),
    ),
  )

function isSubject({ kind, user: named, group, serviceAccount }: Subject, user: UserInfo): boolean {
  switch (kind) {
    case 'User':
      return named !== undefined && (named.name === '*' || named.name === user.name)
    case 'Group':
      return group !== undefined && (group.name === '*' || user.groups.includes(group.name))
    case 'ServiceAccount': {
      const account = serviceAccountOf(user.name)
      if (!account || account.namespace !== serviceAccount?.namespace) return false
      return serviceAccount.name === '*' || serviceAccount.name === account.name
    }
    default:
      return false
  }
}

function matchesResource(rule: ResourcePolicyRule, info: RequestInfo): boolean {
  const { resource, subresource, namespace } = info
  if (!holds(rule.verbs, info.verb) || !holds(rule.apiGroups, info.group)) return false
  if (!holds(rule.resources, subresource ? `${resource}/${subresource}` : resource)) return false
  return namespace ? holds(rule.namespaces ?? [], namespace) : rule.clusterScope === true
}

const matchesPath = ({ verbs, nonResourceURLs }: NonResourcePolicyRule, info: RequestInfo) =>
  holds(verbs, info.verb) && nonResourceURLs.some(url => isBelow(url, info.path))

/** `/healthz` and `/healthz/*` both stand for what lies below, as upstream reads them. */
function isBelow(url: string, path: string): boolean {
  if (url === '*' || url === path) return true
  const prefix = url.replace(/\*$/, '')
  return path.startsWith(prefix.endsWith('/') ? prefix : `${prefix}/`)
}

const isWildcard = (list: readonly string[]): boolean => list.length === 1 && list[0] === '*'

const holds = (list: readonly string[], text: string): boolean =>
  isWildcard(list) || list.includes(text)
