import type { Exceptions, FaultsByFile } from './assertion-fault.ts'

const server = 'src-main/control-plane/apiserver'
const handlers = `${server}/handlers`
const admission = `${server}/admission`

/** Sections 9 to 11: subresources, identity and permission, admission. */
export const faults: FaultsByFile = {
  'src-main/control-plane/resources/shared/custom-resource/custom-scale.ts': [
    [
      '9.1.b',
      'setValueAt(object, wanted, replicas)',
      "setValueAt(object, ['spec', 'size'], replicas)",
    ],
  ],
  [`${handlers}/scale.ts`]: [
    ['9.1.c', '(object as Scale).spec?.replicas ?? 0', 'live.spec?.replicas ?? 0'],
  ],
  [`${handlers}/disruption-budget.ts`]: [
    ['9.1.d', 'status.disruptionsAllowed - 1', 'status.disruptionsAllowed'],
    ['9.1.e', 'if (!status || (status.observedGeneration ?? 0) < generation)', 'if (!status)'],
  ],
  [`${handlers}/eviction.ts`]: [
    ['9.1.f', "['Pending', 'Succeeded', 'Failed']", "['Pending', 'Succeeded']"],
  ],
  [`${handlers}/delete.ts`]: [['9.1.g', 'if (wantedUid && wantedUid !== uid)', 'if (!uid)']],
  [`${handlers}/subresource-parts.ts`]: [
    [
      '9.1.i',
      '(target as Pod).spec.ephemeralContainers = ephemeralContainers',
      '(target as Pod).spec.ephemeralContainers ??= []',
    ],
    ['9.1.j', 'conditions: conditions ?? []', 'conditions: []'],
    [
      '9.1.k',
      'if (finalizers?.length) namespace.spec.finalizers = finalizers',
      'if (finalizers?.length) namespace.spec.finalizers ??= finalizers',
    ],
  ],
  [`${handlers}/pod-log.ts`]: [
    ['9.1.l', "'text/plain' }, chunks }", "'text/plain' }, chunks: (async function* () {})() }"],
  ],
  [`${server}/authentication/authenticate.ts`]: [
    ['10.1.a', 'return anonymous', 'throw unauthorized()'],
    ['10.1.b', 'if (!identity) throw unauthorized()', 'if (!identity) return anonymous'],
    ['10.1.c', '...serviceAccountGroups(namespace),', "'system:serviceaccounts:default',"],
    ['10.1.i', 'if (!claims || !audiences.includes(issuer)) return undefined', 'return undefined'],
  ],
  [`${admission}/rbac-escalation.ts`]: [
    ['10.1.d', 'if (roles.has(definition.plural)) checkRole(request, services)', ''],
  ],
  [`${server}/bootstrap/bootstrap-policy.ts`]: [
    ['10.1.e', 'rules: aggregationRule ? null : rules', 'rules: rules.slice(1)'],
  ],
  [`${server}/authorization/node-authorizer.ts`]: [
    ['10.1.f', 'return isRelated() ? undefined', 'return name ? undefined'],
    ['10.1.j', "verb !== 'get' && selectsNode(fieldSelector, node)", "verb !== 'get'"],
    ['10.1.g', "verb !== 'create' && name !== node", "verb === 'create' && name !== node"],
  ],
  [`${admission}/node-restriction/node-restriction.ts`]: [
    ['10.1.h', 'if (refusal) throw forbidden', 'if (refusal && !node) throw forbidden'],
  ],
  [`${admission}/resource-quota/charge-quotas.ts`]: [
    ['11.1.a', "hard[name] ?? '0') > 0", "hard[name] ?? '0') > 1"],
    ['11.1.b', 'amountsText(pickAmounts(amounts, exceeded))', 'amountsText(amounts)'],
  ],
  'src-main/kubernetes/quota/quota-scopes.ts': [
    [
      '11.1.c',
      'scopesOf(quota).every(scope => isInScope(scope, resource, object))',
      'scopesOf(quota).every(scope => isInScope(scope, resource, object) || resource)',
    ],
  ],
  [`${admission}/limit-ranger/limit-constraints.ts`]: [
    [
      '11.1.e',
      'compareQuantities(amount, bound) * sign > 0',
      'compareQuantities(amount, bound) * sign < 0',
    ],
  ],
  [`${admission}/validating-policies/ask-policies.ts`]: [
    ['11.1.f', 'if (first) throw refusal(request, first)', ''],
  ],
}

export const exceptions: Exceptions = {}
