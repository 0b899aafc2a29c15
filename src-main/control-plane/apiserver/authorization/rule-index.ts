import type {
  ClusterRole,
  PolicyRule,
  RoleBinding,
  RoleRef,
  Subject,
} from '#kubernetes/api/rbac-v1.ts'
import { serviceAccountUser } from '#kubernetes/service-account-user.ts'
import type { Caches } from '../cache/caches.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { type Catalog, storeKey } from '../catalog.ts'
import type { UserInfo } from '../server-request.ts'

interface Grant {
  rules: PolicyRule[]
  /** Upstream's words when the role isn't there. */
  missing?: string
}

type BySubject = Map<string, Grant[]>

const group = 'rbac.authorization.k8s.io'
const kinds = ['clusterroles', 'clusterrolebindings', 'roles', 'rolebindings'] as const

/** Who may do what, worked out from the cached roles and bindings; made anew after one of them changed. */
export class RuleIndex {
  readonly #caches: Record<(typeof kinds)[number], ResourceCache>
  #madeAt = -1
  #clusterWide: BySubject = new Map()
  #inNamespace = new Map<string, BySubject>()

  constructor(catalog: Catalog, caches: Caches) {
    const cacheOf = (resource: string) => caches.of(catalog.get(group, 'v1', resource))
    this.#caches = {
      clusterroles: cacheOf('clusterroles'),
      clusterrolebindings: cacheOf('clusterrolebindings'),
      roles: cacheOf('roles'),
      rolebindings: cacheOf('rolebindings'),
    }
  }

  /** The rules of each role that a user has cluster-wide and in a namespace. */
  rulesOf(user: UserInfo, namespace: string): PolicyRule[][] {
    return this.#grants(user, namespace).map(({ rules }) => rules)
  }

  /** What to add to a refusal when a binding of this user names a role that doesn't exist. */
  missingRoles(user: UserInfo, namespace: string): string {
    const missing = this.#grants(user, namespace).flatMap(grant => grant.missing ?? [])
    if (!missing.length) return ''
    return `RBAC: ${missing.length === 1 ? missing[0] : `[${missing.join(', ')}]`}`
  }

  /** The rules behind a role reference; undefined when there is no such role. */
  rulesOfRole(reference: RoleRef, namespace: string): PolicyRule[] | undefined {
    const cache = reference.kind === 'Role' ? this.#caches.roles : this.#caches.clusterroles
    const place = reference.kind === 'Role' ? namespace : ''
    const role = cache.get(storeKey(cache.definition, place, reference.name))
    return role && ((role.object as unknown as ClusterRole).rules ?? [])
  }

  #grants(user: UserInfo, namespace: string): Grant[] {
    this.#refresh()
    const here = namespace ? this.#inNamespace.get(namespace) : undefined
    const found: Grant[] = []
    const add = (key: string) => {
      const wide = this.#clusterWide.get(key)
      if (wide) found.push(...wide)
      const local = here?.get(key)
      if (local) found.push(...local)
    }
    add(`User:${user.name}`)
    for (const name of user.groups) add(`Group:${name}`)
    return found
  }

  #refresh(): void {
    let changes = 0
    for (const kind of kinds) changes += this.#caches[kind].changes
    if (changes === this.#madeAt) return
    this.#madeAt = changes
    this.#clusterWide = new Map()
    this.#inNamespace = new Map()
    for (const item of this.#caches.clusterrolebindings.values()) {
      this.#add(this.#clusterWide, item.object as unknown as RoleBinding)
    }
    for (const item of this.#caches.rolebindings.values()) {
      const { namespace = '' } = item.object.metadata
      const place = this.#inNamespace.get(namespace) ?? new Map<string, Grant[]>()
      this.#inNamespace.set(namespace, place)
      this.#add(place, item.object as unknown as RoleBinding)
    }
  }

  #grantOf(reference: RoleRef, namespace: string): Grant {
    const rules = this.rulesOfRole(reference, namespace)
    return rules ? { rules } : { rules: [], missing: missingText(reference) }
  }

  #add(target: BySubject, binding: RoleBinding): void {
    const namespace = binding.metadata.namespace ?? ''
    const grant = this.#grantOf(binding.roleRef, namespace)
    for (const subject of binding.subjects ?? []) {
      const key = subjectKey(subject, namespace)
      const grants = target.get(key)
      if (grants) grants.push(grant)
      else target.set(key, [grant])
    }
  }
}

const missingText = ({ kind, name }: RoleRef): string =>
  `${kind.toLowerCase()}.${group} ${JSON.stringify(name)} not found`

/** Service accounts are users by their full name. */
function subjectKey(subject: Subject, namespace: string): string {
  if (subject.kind !== 'ServiceAccount') return `${subject.kind}:${subject.name}`
  return `User:${serviceAccountUser(subject.namespace ?? namespace, subject.name)}`
}
