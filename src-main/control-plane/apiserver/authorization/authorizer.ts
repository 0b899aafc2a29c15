import type { PolicyRule, RoleRef } from '#kubernetes/api/rbac-v1.ts'
import type { UserInfo } from '../server-request.ts'

/** What somebody wants to do. */
export interface Attributes {
  user: UserInfo
  verb: string
  isResource: boolean
  group: string
  version: string
  resource: string
  subresource: string
  namespace: string
  name: string
  /** For requests that name no resource. */
  path: string
  /** Which objects of a collection are meant, as it was asked for: `spec.nodeName=node-1`. */
  fieldSelector?: string
}

export interface Decision {
  allowed: boolean
  /** Why not, where there is more to say than that nothing allows it. */
  reason: string
}

/** Decides what users may do. */
export interface Authorizer {
  authorize(attributes: Attributes): Decision
  /** All rules that a user has in a namespace, cluster-wide ones among them. */
  rulesFor(user: UserInfo, namespace: string): PolicyRule[]
  /** The rules behind a role reference; undefined when there is no such role. */
  rulesOfRole(reference: RoleRef, namespace: string): PolicyRule[] | undefined
}
