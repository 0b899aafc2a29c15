import { expect, test } from 'vitest'
import type { FlowSchema, FlowSchemaSpec } from '#kubernetes/api/flowcontrol-v1.ts'
import { bootstrapFlowSchemas } from '../shared/flow-control/bootstrap-flow-control.ts'
import { created, failuresOf } from '../shared/testing.ts'
import { flowSchemas } from './flowschemas.ts'

const subjects = [{ kind: 'User', user: { name: 'jane' } }]
const everything = {
  verbs: ['*'],
  apiGroups: ['*'],
  resources: ['*'],
  clusterScope: true,
}
const schema = (spec: Partial<FlowSchemaSpec> = {}, name = 'jane'): FlowSchema => ({
  metadata: { name },
  spec: {
    priorityLevelConfiguration: { name: 'workload-low' },
    rules: [{ subjects, resourceRules: [everything] }],
    ...spec,
  },
})
const rules = (rest: object) => ({ rules: [{ subjects, ...rest }] })

test('the bootstrap schemas are valid', () => {
  const refused = bootstrapFlowSchemas.flatMap(({ name, spec }) =>
    failuresOf(flowSchemas, { metadata: { name }, spec } as FlowSchema),
  )
  expect(refused).toEqual([])
  expect(created(flowSchemas, schema()).spec.matchingPrecedence).toBe(1000)
})

test.each<[string, Partial<FlowSchemaSpec>, string[]]>([
  ['nothing wrong', {}, []],
  [
    'the precedence of the exempt one',
    { matchingPrecedence: 1 },
    [
      "spec.matchingPrecedence: Invalid value: 1: only the schema named 'exempt' may have matchingPrecedence 1",
    ],
  ],
  [
    'too much precedence',
    { matchingPrecedence: 10_001 },
    ['spec.matchingPrecedence: Invalid value: 10001: must not be greater than 10000'],
  ],
  [
    'no level',
    { priorityLevelConfiguration: { name: '' } },
    ['spec.priorityLevelConfiguration.name: Required value: must reference a priority level'],
  ],
  [
    'an unknown distinguisher',
    { distinguisherMethod: { type: 'ByMood' } },
    [
      'spec.distinguisherMethod.type: Unsupported value: "ByMood": supported values: "ByNamespace", "ByUser"',
    ],
  ],
  [
    'no rules for a subject',
    rules({}),
    [
      'spec.rules[0]: Required value: at least one of resourceRules and nonResourceRules has to be non-empty',
    ],
  ],
  [
    'a subject of another kind than it says',
    {
      rules: [
        { subjects: [{ kind: 'Group', user: { name: 'jane' } }], resourceRules: [everything] },
      ],
    },
    [
      "spec.rules[0].subjects[0].group: Required value: group is required when subject kind is 'Group'",
      "spec.rules[0].subjects[0].user: Forbidden: user is forbidden when subject kind is not 'User'",
    ],
  ],
  [
    'a wildcard among verbs',
    rules({ resourceRules: [{ ...everything, verbs: ['*', 'get'] }] }),
    [
      'spec.rules[0].resourceRules[0].verbs: Invalid value: ["*","get"]: if \'*\' is present, must not specify other verbs',
    ],
  ],
  [
    'no namespaces',
    rules({ resourceRules: [{ ...everything, clusterScope: false }] }),
    [
      'spec.rules[0].resourceRules[0].namespaces: Required value: resource rules that are not cluster scoped must supply at least one namespace',
    ],
  ],
  [
    'odd paths',
    rules({ nonResourceRules: [{ verbs: ['get'], nonResourceURLs: ['healthz', '/a*b'] }] }),
    [
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[0]: Invalid value: "healthz": must start with slash',
      'spec.rules[0].nonResourceRules[0].nonResourceURLs[1]: Invalid value: "/a*b": wildcard can only do suffix matching',
    ],
  ],
])('a schema with %s', (_, spec, problems) => {
  expect(failuresOf(flowSchemas, schema(spec))).toEqual(problems)
})

test('the mandatory schemas are fixed', () => {
  expect(failuresOf(flowSchemas, schema({}, 'catch-all')).at(-1)).toMatch(
    /^spec: Invalid value: .*: spec of 'catch-all' must equal the fixed value$/,
  )
})
