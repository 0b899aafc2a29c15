import { beforeAll, expect, test } from 'vitest'
import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { loadExpressions } from '../shared/admission-rules/lazy-expressions.ts'
import { created, failuresOf, statusFailuresOf } from '../shared/testing.ts'
import { validatingAdmissionPolicies } from './validatingadmissionpolicies.ts'

beforeAll(loadExpressions)

const rule = {
  operations: ['CREATE' as const],
  apiGroups: ['apps'],
  apiVersions: ['v1'],
  resources: ['deployments'],
}
const policy = (rest: Partial<ValidatingAdmissionPolicySpec> = {}): ValidatingAdmissionPolicy => ({
  metadata: { name: 'limit' },
  spec: {
    matchConstraints: { resourceRules: [rule] },
    validations: [{ expression: 'object.spec.replicas <= 5' }],
    ...rest,
  },
})

test('a policy fails closed and means equivalent requests', () => {
  expect(created(validatingAdmissionPolicies, policy()).spec).toMatchObject({
    failurePolicy: 'Fail',
    matchConstraints: {
      matchPolicy: 'Equivalent',
      namespaceSelector: {},
      objectSelector: {},
      resourceRules: [{ scope: '*' }],
    },
  })
})

test.each<[string, Partial<ValidatingAdmissionPolicySpec>, string[]]>([
  ['nothing wrong', {}, []],
  [
    'nothing to check',
    { validations: [] },
    [
      'spec.validations: Required value: validations or auditAnnotations must contain at least one item',
      'spec.auditAnnotations: Required value: validations or auditAnnotations must contain at least one item',
    ],
  ],
  ['no rules', { matchConstraints: {} }, ['spec.matchConstraints.resourceRules: Required value']],
  [
    'an odd kind of parameters',
    { paramKind: { apiVersion: 'rules.example.com/', kind: 'Replica_Limit' } },
    [
      'spec.paramKind.apiVersion: Invalid value: "rules.example.com/": version must be specified',
      `spec.paramKind.kind: Invalid value: "Replica_Limit": may have mixed case, but should otherwise match: a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')`,
    ],
  ],
  [
    'a variable of a reserved name',
    { variables: [{ name: 'in', expression: '1' }] },
    ['spec.variables[0].name: Invalid value: "in": must be a valid CEL identifier'],
  ],
  [
    'a message of blanks, and one for a long expression missing',
    { validations: [{ expression: 'true', message: ' ' }, { expression: 'true\n&& true' }] },
    [
      'spec.validations[0].message: Invalid value: " ": must be non-empty if specified',
      'spec.validations[1].message: Required value: message must be specified if expression contains line breaks',
    ],
  ],
  [
    'an unknown reason',
    { validations: [{ expression: 'true', reason: 'Because' }] },
    [
      'spec.validations[0].reason: Unsupported value: "Because": supported values: "Forbidden", "Invalid", "RequestEntityTooLarge"',
    ],
  ],
  [
    'annotations of one key',
    {
      auditAnnotations: [
        { key: 'a', valueExpression: "'x'" },
        { key: 'a', valueExpression: "'y'" },
      ],
    },
    ['spec.auditAnnotations[1].key: Duplicate value: "a"'],
  ],
])('a policy with %s', (_, rest, problems) => {
  expect(failuresOf(validatingAdmissionPolicies, policy(rest))).toEqual(problems)
})

test('warnings of the type check say what is meant', () => {
  const problems = statusFailuresOf(validatingAdmissionPolicies, policy(), object => {
    object.status = { typeChecking: { expressionWarnings: [{ fieldRef: '', warning: '' }] } }
  })
  expect(problems).toEqual([
    'status.typeChecking.expressionWarnings[0].fieldRef: Required value',
    'status.typeChecking.expressionWarnings[0].warning: Required value',
  ])
})
