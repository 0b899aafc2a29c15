import type { PolicyRule, RoleRef } from '#kubernetes/api/rbac-v1.ts'
import type { UserInfo } from '../server-request.ts'
import type { Attributes, Authorizer, Decision } from './authorizer.ts'
import type { RuleIndex } from './rule-index.ts'

const privileged = 'system:masters'
const everything: PolicyRule[] = [
  { verbs: ['*'], apiGroups: ['*'], resources: ['*'] },
  { verbs: ['*'], nonResourceURLs: ['*'] },
]
const allowed: Decision = { allowed: true, reason: '' }

/** Role-based access control from the roles and bindings in the caches; `system:masters` may do everything. */
export class RbacAuthorizer implements Authorizer {
  readonly #index: RuleIndex

  constructor(index: RuleIndex) {
    this.#index = index
  }

  authorize(attributes: Attributes): Decision {
    if (attributes.user.groups.includes(privileged)) return allowed
    for (const rules of this.#index.rulesOf(attributes.user, attributes.namespace)) {
      if (rules.some(rule => ruleAllows(rule, attributes))) return allowed
    }
    return {
      allowed: false,
      reason: this.#index.missingRoles(attributes.user, attributes.namespace),
    }
  }

  rulesFor(user: UserInfo, namespace: string): PolicyRule[] {
    if (user.groups.includes(privileged)) return everything
    return this.#index.rulesOf(user, namespace).flat()
  }

  rulesOfRole(reference: RoleRef, namespace: string): PolicyRule[] | undefined {
    return this.#index.rulesOfRole(reference, namespace)
  }
}

/** Whether one rule allows what is wanted. */
export function ruleAllows(rule: PolicyRule, wanted: Attributes): boolean {
  if (!has(rule.verbs, wanted.verb)) return false
  if (!wanted.isResource)
    return (rule.nonResourceURLs ?? []).some(url => pathMatches(url, wanted.path))
  const { resource, subresource, name } = wanted
  return (
    has(rule.apiGroups, wanted.group) &&
    (rule.resources ?? []).some(entry => resourceMatches(entry, resource, subresource)) &&
    (!rule.resourceNames?.length || rule.resourceNames.includes(name))
  )
}

const has = (list: readonly string[] | undefined, value: string): boolean =>
  list !== undefined && (list.includes(value) || list.includes('*'))

function resourceMatches(entry: string, resource: string, subresource: string): boolean {
  if (entry === '*') return true
  const full = subresource ? `${resource}/${subresource}` : resource
  return entry === full || (subresource !== '' && entry === `*/${subresource}`)
}

const pathMatches = (pattern: string, path: string): boolean =>
  pattern === '*' ||
  pattern === path ||
  (pattern.endsWith('*') && path.startsWith(pattern.slice(0, -1)))
