import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicyBinding,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { loadRegexEngine } from '#kubernetes/cel/library/regex-engine.ts'
import type { Caches } from '../../cache/caches.ts'
import type { ResourceCache } from '../../cache/resource-cache.ts'
import type { Catalog } from '../../catalog.ts'
import { type CompiledPolicy, compilePolicy } from './compile-policy.ts'

const group = 'admissionregistration.k8s.io'

/** A policy with what binds it, ready to be evaluated. */
export interface BoundPolicy {
  policy: ValidatingAdmissionPolicy
  bindings: ValidatingAdmissionPolicyBinding[]
  compiled: CompiledPolicy
}

/** The policies of one server that are bound. A policy is compiled once, until it changes. */
export class Policies {
  readonly #policies: ResourceCache
  readonly #bindings: ResourceCache
  readonly #compiled = new WeakMap<object, CompiledPolicy>()
  #seen = ''
  #bound: readonly BoundPolicy[] = []

  constructor(catalog: Catalog, caches: Caches) {
    this.#policies = caches.of(catalog.get(group, 'v1', 'validatingadmissionpolicies'))
    this.#bindings = caches.of(catalog.get(group, 'v1', 'validatingadmissionpolicybindings'))
  }

  /** Loads what expressions need with the first policy that is bound. */
  async bound(): Promise<readonly BoundPolicy[]> {
    if (!this.#bindings.size || !this.#policies.size) return []
    const changes = `${this.#policies.changes},${this.#bindings.changes}`
    if (changes !== this.#seen) {
      await loadRegexEngine()
      this.#bound = this.#bind()
      this.#seen = changes
    }
    return this.#bound
  }

  #bind(): BoundPolicy[] {
    const bindings = this.#bindings
      .sorted()
      .map(({ object }) => object as ValidatingAdmissionPolicyBinding)
    return this.#policies.sorted().flatMap(({ object }) => {
      const policy = object as ValidatingAdmissionPolicy
      const own = bindings.filter(({ spec }) => spec.policyName === policy.metadata.name)
      return own.length ? [{ policy, bindings: own, compiled: this.#compile(policy) }] : []
    })
  }

  #compile(policy: ValidatingAdmissionPolicy): CompiledPolicy {
    const known = this.#compiled.get(policy)
    if (known) return known
    const compiled = compilePolicy(policy)
    this.#compiled.set(policy, compiled)
    return compiled
  }
}
