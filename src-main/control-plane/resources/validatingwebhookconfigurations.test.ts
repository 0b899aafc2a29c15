import { beforeAll, expect, test } from 'vitest'
import type {
  MutatingWebhookConfiguration,
  ValidatingWebhook,
  ValidatingWebhookConfiguration,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { mutatingWebhookConfigurations } from './mutatingwebhookconfigurations.ts'
import { loadExpressions } from './shared/admission-rules/lazy-expressions.ts'
import { created, failuresOf } from './shared/testing.ts'
import { validatingWebhookConfigurations } from './validatingwebhookconfigurations.ts'

beforeAll(loadExpressions)

const rule = {
  operations: ['CREATE' as const],
  apiGroups: [''],
  apiVersions: ['v1'],
  resources: ['pods'],
}
const webhook = (rest: Partial<ValidatingWebhook> = {}): ValidatingWebhook => ({
  name: 'pods.example.com',
  clientConfig: { service: { namespace: 'default', name: 'hook' } },
  sideEffects: 'None',
  admissionReviewVersions: ['v1'],
  rules: [rule],
  ...rest,
})
const configuration = (...webhooks: ValidatingWebhook[]): ValidatingWebhookConfiguration => ({
  metadata: { name: 'guard' },
  webhooks,
})

test('a webhook is filled as upstream fills it', () => {
  const [filled] = created(validatingWebhookConfigurations, configuration(webhook())).webhooks ?? []
  expect(filled).toMatchObject({
    failurePolicy: 'Fail',
    matchPolicy: 'Equivalent',
    namespaceSelector: {},
    objectSelector: {},
    timeoutSeconds: 10,
    rules: [{ scope: '*' }],
    clientConfig: { service: { port: 443 } },
  })
  const mutating = created<MutatingWebhookConfiguration>(
    mutatingWebhookConfigurations,
    configuration(webhook()),
  )
  expect(mutating.webhooks?.[0]?.reinvocationPolicy).toBe('Never')
})

test.each<[string, Partial<ValidatingWebhook>, string[]]>([
  ['nothing wrong', {}, []],
  [
    'a short name',
    { name: 'example.com' },
    [
      'webhooks[0].name: Invalid value: "example.com": should be a domain with at least three segments separated by dots',
    ],
  ],
  [
    'two ways to be called',
    { clientConfig: { url: 'https://a', service: { name: 'a', namespace: 'b' } } },
    ['webhooks[0].clientConfig: Required value: exactly one of url or service is required'],
  ],
  [
    'a plain URL',
    { clientConfig: { url: 'http://hook' } },
    [
      `webhooks[0].clientConfig.url: Invalid value: "http": 'https' is the only allowed URL scheme; desired format: https://host[/path]`,
    ],
  ],
  [
    'an odd path',
    { clientConfig: { service: { namespace: 'default', name: 'hook', path: 'a//b' } } },
    [
      `webhooks[0].clientConfig.service.path: Invalid value: "a//b": must start with a '/'`,
      'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[0] may not be empty',
      'webhooks[0].clientConfig.service.path: Invalid value: "a//b": segment[1] may not be empty',
    ],
  ],
  [
    'side effects',
    { sideEffects: 'Some' },
    [
      'webhooks[0].sideEffects: Unsupported value: "Some": supported values: "None", "NoneOnDryRun"',
    ],
  ],
  [
    'a long timeout',
    { timeoutSeconds: 31 },
    [
      'webhooks[0].timeoutSeconds: Invalid value: 31: the timeout value must be between 1 and 30 seconds',
    ],
  ],
  [
    'no version of ours',
    { admissionReviewVersions: ['v2'] },
    [
      'webhooks[0].admissionReviewVersions: Invalid value: ["v2"]: must include at least one of v1, v1beta1',
    ],
  ],
  [
    'no version',
    { admissionReviewVersions: [] },
    ['webhooks[0].admissionReviewVersions: Required value: must specify one of v1, v1beta1'],
  ],
  [
    'overlapping resources',
    { rules: [{ ...rule, resources: ['pods/*', 'pods/status', '*', 'nodes'] }] },
    [
      `webhooks[0].rules[0].resources[1]: Invalid value: "pods/status": if 'pods/*' is present, must not specify pods/status`,
      `webhooks[0].rules[0].resources: Invalid value: ["pods/*","pods/status","*","nodes"]: if '*' is present, must not specify other resources without subresources`,
    ],
  ],
  [
    'unknown operations',
    { rules: [{ ...rule, operations: ['PATCH' as 'CREATE'] }] },
    [
      'webhooks[0].rules[0].operations[0]: Unsupported value: "PATCH": supported values: "*", "CONNECT", "CREATE", "DELETE", "UPDATE"',
    ],
  ],
  [
    'a condition without a name',
    { matchConditions: [{ name: '', expression: 'true' }] },
    ['webhooks[0].matchConditions[0].name: Required value'],
  ],
])('a webhook with %s', (_, rest, problems) => {
  expect(failuresOf(validatingWebhookConfigurations, configuration(webhook(rest)))).toEqual(
    problems,
  )
})

test('no two webhooks have one name', () => {
  expect(failuresOf(validatingWebhookConfigurations, configuration(webhook(), webhook()))).toEqual([
    'webhooks[1].name: Duplicate value: "pods.example.com"',
  ])
})

test('only a change of webhooks is a new generation', () => {
  const { changesGeneration } = validatingWebhookConfigurations
  const old = configuration(webhook())
  expect(
    changesGeneration?.({ ...old, metadata: { name: 'guard', labels: { a: 'b' } } }, old),
  ).toBe(false)
  expect(changesGeneration?.(configuration(), old)).toBe(true)
})
