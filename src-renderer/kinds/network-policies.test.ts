import { expect, test } from 'vitest'
import { policyRules } from './network-policies.ts'

test('policyRules says with whom pods may connect, and on which ports', () => {
  const spec = {
    podSelector: {},
    policyTypes: ['Ingress', 'Egress'],
    ingress: [
      {
        from: [
          { podSelector: { matchLabels: { app: 'front' } } },
          { namespaceSelector: {} },
          {
            namespaceSelector: {
              matchExpressions: [{ key: 'team', operator: 'In', values: ['shop', 'web'] }],
            },
            podSelector: { matchExpressions: [{ key: 'legacy', operator: 'DoesNotExist' }] },
          },
        ],
        ports: [{ port: 80 }, { port: 8000, endPort: 8010, protocol: 'UDP' }],
      },
      {},
    ],
    egress: [{ to: [{ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }] }],
  }
  expect(policyRules({ spec })).toEqual([
    {
      title: 'May come in',
      properties: [
        { label: 'TCP 80, UDP 8000–8010', value: 'pods app=front', wraps: true },
        { label: '', value: 'all pods in every namespace', wraps: true },
        { label: '', value: 'pods !legacy in namespaces team in (shop,web)', wraps: true },
        { label: 'Every port', value: 'everybody', wraps: true },
      ],
    },
    {
      title: 'May go out',
      properties: [{ label: 'Every port', value: '10.0.0.0/8 without 10.1.0.0/16', wraps: true }],
    },
  ])
})

test('policyRules says that a side without rules lets nothing through', () => {
  expect(policyRules({ spec: { podSelector: {}, policyTypes: ['Ingress'] } })).toEqual([
    { title: 'May come in', properties: [{ label: 'Nothing', value: ' ' }] },
  ])
})
