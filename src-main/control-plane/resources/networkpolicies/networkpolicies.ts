import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicySpec,
} from '#kubernetes/api/networking-v1.ts'
import { defineResource } from '../define-resource.ts'
import { cidrWarnings } from '../shared/address-warnings.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { selectorText } from '../shared/label-selector.ts'
import { validateNetworkPolicy } from './network-policy-validation.ts'

const rangeWarnings = ({ spec }: NetworkPolicy): string[] => [
  ...(spec?.ingress ?? []).flatMap(({ from }, index) =>
    peerWarnings(from, `spec.ingress[${index}].from`),
  ),
  ...(spec?.egress ?? []).flatMap(({ to }, index) => peerWarnings(to, `spec.egress[${index}].to`)),
]

const peerWarnings = (peers: NetworkPolicyPeer[] | undefined, path: string): string[] =>
  (peers ?? []).flatMap(({ ipBlock }, index) =>
    ipBlock
      ? [
          ...cidrWarnings(`${path}[${index}].ipBlock.cidr`, ipBlock.cidr),
          ...(ipBlock.except ?? []).flatMap((range, at) =>
            cidrWarnings(`${path}[${index}].ipBlock.except[${at}]`, range),
          ),
        ]
      : [],
  )

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
  warnings: rangeWarnings,
  validate: validateNetworkPolicy,
})
