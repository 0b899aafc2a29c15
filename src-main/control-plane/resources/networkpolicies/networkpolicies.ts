import type { NetworkPolicy, NetworkPolicySpec } from '#kubernetes/api/networking-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { selectorText } from '../shared/label-selector.ts'
import { validateNetworkPolicy } from './network-policy-validation.ts'

export const networkPolicies = defineResource<NetworkPolicy>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'NetworkPolicy',
  plural: 'networkpolicies',
  singular: 'networkpolicy',
  shortNames: ['netpol'],
  namespaced: true,
  storagePrefix: '/registry/networkpolicies',
  unconditionalUpdate: true,
  generation: true,
  createWarning: 'this cluster keeps NetworkPolicies, but does not enforce them yet',
  columns: [
    nameColumn,
    { name: 'Pod-Selector', type: 'string', value: ({ spec }) => selectorText(spec?.podSelector) },
    ageColumn,
  ],
  defaults(policy) {
    policy.spec ??= {} as NetworkPolicySpec
    const { spec } = policy
    spec.podSelector ??= {}
    for (const rule of [...(spec.ingress ?? []), ...(spec.egress ?? [])])
      for (const port of rule.ports ?? []) port.protocol ??= 'TCP'
    if (!spec.policyTypes?.length)
      spec.policyTypes = spec.egress?.length ? ['Ingress', 'Egress'] : ['Ingress']
  },
  validate: validateNetworkPolicy,
})
