import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type {
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '../../src-main/kubernetes/api/networking-v1.ts'
import { selectorText } from '../../src-main/kubernetes/selectors/selector-text.ts'
import type { KindPresentation, Property, PropertySection } from './define-kind.ts'

export const networkPolicies: KindPresentation = {
  resource: 'networkpolicies.networking.k8s.io',
  about: 'A NetworkPolicy says which connections its pods may have.',
  properties: body => {
    const { spec } = body as unknown as NetworkPolicy
    return [
      { label: 'Pods', value: selectorText(spec?.podSelector) || 'all of the namespace' },
      { label: 'Judges', value: spec?.policyTypes?.join(', ') },
    ]
  },
  sections: policyRules,
}

interface Rule {
  readonly peers: readonly NetworkPolicyPeer[] | undefined
  readonly ports: readonly NetworkPolicyPort[] | undefined
}

/** What may come in and go out, a rule in each line: with whom at the right, on which ports at the left. */
export function policyRules(body: ObjectBody): PropertySection[] {
  const { spec } = body as unknown as NetworkPolicy
  const { policyTypes = [], ingress = [], egress = [] } = spec ?? {}
  const sides = [
    {
      type: 'Ingress' as const,
      title: 'May come in',
      rules: ingress.map(({ from, ports }): Rule => ({ peers: from, ports })),
    },
    {
      type: 'Egress' as const,
      title: 'May go out',
      rules: egress.map(({ to, ports }): Rule => ({ peers: to, ports })),
    },
  ]
  return sides
    .filter(({ type, rules }) => rules.length || policyTypes.includes(type))
    .map(({ title, rules }) => ({
      title,
      properties: rules.length ? rules.flatMap(ruleLines) : [{ label: 'Nothing', value: ' ' }],
    }))
}

/** A rule without peers or ports means all of them. */
function ruleLines({ peers, ports }: Rule): Property[] {
  const label = ports?.length ? ports.map(portText).join(', ') : 'Every port'
  return peers?.length
    ? peers.map((peer, at) => ({ label: at ? '' : label, value: peerText(peer), wraps: true }))
    : [{ label, value: 'everybody', wraps: true }]
}

const portText = ({ port, endPort, protocol = 'TCP' }: NetworkPolicyPort): string =>
  `${protocol} ${port ?? 'every port'}${endPort ? `–${endPort}` : ''}`

function peerText({ podSelector, namespaceSelector, ipBlock }: NetworkPolicyPeer): string {
  if (ipBlock) {
    const { cidr, except = [] } = ipBlock
    return except.length ? `${cidr} without ${except.join(', ')}` : cidr
  }
  const pods = selectorText(podSelector)
  const namespaces = selectorText(namespaceSelector)
  const which = pods ? `pods ${pods}` : 'all pods'
  if (!namespaceSelector) return which
  return `${which} in ${namespaces ? `namespaces ${namespaces}` : 'every namespace'}`
}
