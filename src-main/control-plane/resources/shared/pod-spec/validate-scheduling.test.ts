import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import { label, type PodCase, podFailures } from './testing.ts'

const nodeTerm = (matchExpressions: object[], matchFields: object[] = []) =>
  ({
    affinity: {
      nodeAffinity: {
        requiredDuringSchedulingIgnoredDuringExecution: {
          nodeSelectorTerms: [{ matchExpressions, matchFields }],
        },
      },
    },
  }) as Partial<PodSpec>
const nodeTerms =
  'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms'
const podTerm = (term: object) =>
  ({
    affinity: { podAffinity: { requiredDuringSchedulingIgnoredDuringExecution: [term] } },
  }) as Partial<PodSpec>
const podTerms = 'spec.affinity.podAffinity.requiredDuringSchedulingIgnoredDuringExecution[0]'
const spread = (rest: object) =>
  ({
    topologySpreadConstraints: [
      { maxSkew: 1, topologyKey: 'zone', whenUnsatisfiable: 'DoNotSchedule', ...rest },
    ],
  }) as Partial<PodSpec>

const cases: PodCase[] = [
  [
    'a gate twice',
    { schedulingGates: [{ name: 'a.io/x' }, { name: 'a.io/x' }] },
    'spec.schedulingGates[1]: Duplicate value: "a.io/x"',
  ],
  [
    'a toleration of everything by value',
    { tolerations: [{ operator: 'Equal' }] },
    'spec.tolerations[0].operator: Invalid value: "Equal": operator must be Exists when `key` is empty, which means "match all values and all keys"',
  ],
  [
    'a toleration of any value with a value',
    { tolerations: [{ key: 'k', operator: 'Exists', value: 'v' }] },
    `spec.tolerations[0].operator: Invalid value: {"Key":"k","Operator":"Exists","Value":"v","Effect":"","TolerationSeconds":null}: value must be empty when \`operator\` is 'Exists'`,
  ],
  [
    'an unknown operator',
    { tolerations: [{ key: 'k', operator: 'Gt', value: '1' }] },
    'spec.tolerations[0].operator: Unsupported value: "Gt": supported values: "Equal", "Exists"',
  ],
  [
    'seconds without NoExecute',
    { tolerations: [{ key: 'k', effect: 'NoSchedule', tolerationSeconds: 1 }] },
    'spec.tolerations[0].effect: Invalid value: "NoSchedule": effect must be \'NoExecute\' when `tolerationSeconds` is set',
  ],
  [
    'an unknown effect',
    { tolerations: [{ key: 'k', effect: 'X' as 'NoExecute' }] },
    'spec.tolerations[0].effect: Unsupported value: "X": supported values: "NoExecute", "NoSchedule", "PreferNoSchedule"',
  ],
  [
    'no skew',
    spread({ maxSkew: 0 }),
    'spec.topologySpreadConstraints[0].maxSkew: Invalid value: 0: must be greater than zero',
  ],
  [
    'no topology',
    spread({ topologyKey: '' }),
    'spec.topologySpreadConstraints[0].topologyKey: Required value: can not be empty',
  ],
  [
    'an unknown way out',
    spread({ whenUnsatisfiable: 'X' }),
    'spec.topologySpreadConstraints[0].whenUnsatisfiable: Unsupported value: "X": supported values: "DoNotSchedule", "ScheduleAnyway"',
  ],
  [
    'domains to be hoped for',
    spread({ whenUnsatisfiable: 'ScheduleAnyway', minDomains: 1 }),
    'spec.topologySpreadConstraints[0].minDomains: Invalid value: 1: can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway',
  ],
  [
    'keys without a selector',
    spread({ matchLabelKeys: ['a'] }),
    'spec.topologySpreadConstraints[0].matchLabelKeys: Forbidden: must not be specified when labelSelector is not set',
  ],
  [
    'no node terms',
    {
      affinity: {
        nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [] } },
      },
    },
    `${nodeTerms}: Required value: must have at least one node selector term`,
  ],
  [
    'an unknown node operator',
    nodeTerm([{ key: 'a', operator: 'X' }]),
    `${nodeTerms}[0].matchExpressions[0].operator: Invalid value: "X": not a valid selector operator`,
  ],
  [
    'a node operator without values',
    nodeTerm([{ key: 'a', operator: 'In' }]),
    `${nodeTerms}[0].matchExpressions[0].values: Required value: must be specified when \`operator\` is 'In' or 'NotIn'`,
  ],
  [
    'a comparison with two values',
    nodeTerm([{ key: 'a', operator: 'Gt', values: ['1', '2'] }]),
    `${nodeTerms}[0].matchExpressions[0].values: Required value: must be specified single value when \`operator\` is 'Lt' or 'Gt'`,
  ],
  [
    'an unknown node field',
    nodeTerm([], [{ key: 'x', operator: 'In', values: ['a'] }]),
    `${nodeTerms}[0].matchFields[0].key: Invalid value: "x": not a valid field selector key`,
  ],
  [
    'no weight',
    {
      affinity: {
        nodeAffinity: {
          preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 0, preference: {} }],
        },
      },
    },
    'spec.affinity.nodeAffinity.preferredDuringSchedulingIgnoredDuringExecution[0].weight: Invalid value: 0: must be in the range 1-100',
  ],
  [
    'no topology of pods',
    podTerm({ topologyKey: '' }),
    `${podTerms}.topologyKey: Required value: can not be empty`,
  ],
  [
    'a bad namespace',
    podTerm({ topologyKey: 'zone', namespaces: ['A'] }),
    `${podTerms}.namespace: ${label('A')}`,
  ],
  [
    'a bad selector of pods',
    podTerm({
      topologyKey: 'zone',
      labelSelector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['x'] }] },
    }),
    `${podTerms}.labelSelector.matchExpressions[0].values: Forbidden: may not be specified when \`operator\` is 'Exists' or 'DoesNotExist'`,
  ],
  [
    'a key both wanted and not',
    podTerm({
      topologyKey: 'zone',
      labelSelector: {},
      matchLabelKeys: ['a'],
      mismatchLabelKeys: ['a'],
    }),
    `${podTerms}.matchLabelKeys[0]: Invalid value: "a": exists in both matchLabelKeys and mismatchLabelKeys`,
  ],
]

test.each(cases)('a pod with %s is refused', (_what, spec, error) => {
  expect(podFailures(spec)).toEqual([error])
})
