import { expect, test } from 'vitest'
import type { NetworkPolicy, NetworkPolicySpec } from '#kubernetes/api/networking-v1.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { networkPolicies } from './networkpolicies.ts'

const policy = (spec: Partial<NetworkPolicySpec> = {}): NetworkPolicy => ({
  metadata: { name: 'guard', namespace: 'default' },
  spec: { podSelector: {}, ...spec },
})
const block = (cidr: string, ...except: string[]) => ({
  ingress: [{ from: [{ ipBlock: { cidr, except } }] }],
})

test('a policy is about what comes in, and about what goes out when it says something of it', () => {
  const types = (spec: Partial<NetworkPolicySpec>) =>
    created(networkPolicies, policy(spec)).spec?.policyTypes
  expect(types({})).toEqual(['Ingress'])
  expect(types({ egress: [{}] })).toEqual(['Ingress', 'Egress'])
  const ports = [{ port: 80 }]
  expect(created(networkPolicies, policy({ ingress: [{ ports }] })).spec?.ingress).toEqual([
    { ports: [{ port: 80, protocol: 'TCP' }] },
  ])
})

test.each<[string, Partial<NetworkPolicySpec>, string[]]>([
  ['a block without a part of it', block('10.0.0.0/8', '10.1.0.0/16'), []],
  [
    'a peer that is nobody',
    { ingress: [{ from: [{}] }] },
    ['spec.ingress[0].from[0]: Required value: must specify a peer'],
  ],
  [
    'two peers in one',
    { egress: [{ to: [{ podSelector: {}, ipBlock: { cidr: '10.0.0.0/8' } }] }] },
    ['spec.egress[0].to[0]: Forbidden: may not specify both ipBlock and another peer'],
  ],
  [
    'exceptions that are not within',
    block('10.0.0.0/8', '11.0.0.0/16', '10.0.0.0/8'),
    [
      'spec.ingress[0].from[0].ipBlock.except[0]: Invalid value: "11.0.0.0/16": must be a strict subset of `cidr`',
      'spec.ingress[0].from[0].ipBlock.except[1]: Invalid value: "10.0.0.0/8": must be a strict subset of `cidr`',
    ],
  ],
  ['no block', block(''), ['spec.ingress[0].from[0].ipBlock.cidr: Required value']],
  [
    'the end of a range without its beginning',
    { ingress: [{ ports: [{ endPort: 90 }] }] },
    [
      'spec.ingress[0].ports[0].endPort: Invalid value: 90: may not be specified when `port` is not specified',
    ],
  ],
  [
    'a range that ends before it begins',
    { ingress: [{ ports: [{ port: 90, endPort: 80 }] }] },
    [
      'spec.ingress[0].ports[0].endPort: Invalid value: 80: must be greater than or equal to `port`',
    ],
  ],
  [
    'an unknown type',
    { policyTypes: ['Sideways' as 'Ingress'] },
    ['spec.policyTypes[0]: Unsupported value: "Sideways": supported values: "Egress", "Ingress"'],
  ],
])('a policy with %s', (_, spec, problems) => {
  expect(failuresOf(networkPolicies, policy(spec))).toEqual(problems)
})
