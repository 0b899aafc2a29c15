import { isDeepStrictEqual } from 'node:util'
import type { ClusterRole, PolicyRule, RoleBinding } from '#kubernetes/api/rbac-v1.ts'
import { rulesText, uncovered } from '../authorization/rule-coverage.ts'
import { forbidden, notFound } from '../failures.ts'
import type { AdmissionRequest, AdmissionServices, AdmissionStep } from './admission-step.ts'

const group = 'rbac.authorization.k8s.io'
const roles = new Set(['roles', 'clusterroles'])
const bindings = new Set(['rolebindings', 'clusterrolebindings'])

/**
 * Nobody can grant what they don't hold: a role may only get rules, and a binding only name a role, that its writer
 * has too, but for who may `escalate` roles or `bind` the role.
 */
export const rbacEscalation: AdmissionStep = {
  name: 'rbac-escalation',
  validate(request, services) {
    const { definition, operation, user } = request
    if (definition.group !== group || operation === 'DELETE') return
    if (user.groups.includes('system:masters')) return
    if (roles.has(definition.plural)) checkRole(request, services)
    if (bindings.has(definition.plural)) checkBinding(request, services)
  },
}

function checkRole(request: AdmissionRequest, services: AdmissionServices): void {
  const object = request.object as ClusterRole | undefined
  const old = request.old as ClusterRole | undefined
  if (old && isDeepStrictEqual(object?.rules, old.rules)) return
  if (may(request, services, 'escalate', request.definition.plural, request.name)) return
  demandHeld(request, services, object?.rules ?? [])
}

function checkBinding(request: AdmissionRequest, services: AdmissionServices): void {
  const object = request.object as RoleBinding | undefined
  const old = request.old as RoleBinding | undefined
  if (!object) return
  const isSame =
    old &&
    isDeepStrictEqual(object.subjects, old.subjects) &&
    isDeepStrictEqual(object.roleRef, old.roleRef)
  if (isSame) return
  const { kind, name } = object.roleRef
  const resource = kind === 'Role' ? 'roles' : 'clusterroles'
  if (may(request, services, 'bind', resource, name)) return
  const rules = services.authorizer.rulesOfRole(object.roleRef, request.namespace)
  if (!rules) throw notFound({ group, plural: resource }, name)
  demandHeld(request, services, rules)
}

function may(
  { user, namespace }: AdmissionRequest,
  { authorizer }: AdmissionServices,
  verb: string,
  resource: string,
  name: string,
): boolean {
  const what = { isResource: true, group, version: 'v1', resource, subresource: '', path: '' }
  return authorizer.authorize({ ...what, user, verb, name, namespace }).allowed
}

function demandHeld(
  request: AdmissionRequest,
  services: AdmissionServices,
  rules: readonly PolicyRule[],
): void {
  const { user, namespace, definition, name } = request
  const missing = uncovered(services.authorizer.rulesFor(user, namespace), rules)
  if (!missing.length) return
  const groups = user.groups.map(one => JSON.stringify(one)).join(' ')
  throw forbidden(
    definition,
    name,
    `user ${JSON.stringify(user.name)} (groups=[${groups}]) is attempting to grant RBAC permissions not currently held:\n${rulesText(missing)}`,
  )
}
