import { expect, test } from 'vitest'
import type {
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { failuresOf } from './shared/testing.ts'
import { validatingAdmissionPolicyBindings } from './validatingadmissionpolicybindings.ts'

const binding = (
  rest: Partial<ValidatingAdmissionPolicyBindingSpec> = {},
): ValidatingAdmissionPolicyBinding => ({
  metadata: { name: 'limit' },
  spec: { policyName: 'limit', validationActions: ['Deny'], ...rest },
})

test.each<[string, Partial<ValidatingAdmissionPolicyBindingSpec>, string[]]>([
  ['nothing wrong', {}, []],
  ['no policy', { policyName: '' }, ['spec.policyName: Required value']],
  [
    'no action',
    { validationActions: [] },
    ['spec.validationActions: Required value: at least one validation action is required'],
  ],
  [
    'actions that say the same',
    { validationActions: ['Deny', 'Warn'] },
    [
      'spec.validationActions: Invalid value: ["Deny","Warn"]: must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
    ],
  ],
  [
    'parameters named twice',
    { paramRef: { name: 'a', selector: {}, parameterNotFoundAction: 'Allow' } },
    [
      'spec.paramRef.name: Forbidden: name and selector are mutually exclusive',
      'spec.paramRef.selector: Forbidden: name and selector are mutually exclusive',
    ],
  ],
  [
    'parameters that are not named',
    { paramRef: {} },
    [
      'spec.paramRef: Required value: one of name or selector must be specified',
      'spec.paramRef.parameterNotFoundAction: Required value',
    ],
  ],
])('a binding with %s', (_, rest, problems) => {
  expect(failuresOf(validatingAdmissionPolicyBindings, binding(rest))).toEqual(problems)
})

test('parameters are printed with their namespace', () => {
  const column = validatingAdmissionPolicyBindings.columns.find(({ name }) => name === 'ParamRef')
  const text = (rest: object) => column?.value(binding(rest), 0)
  expect(text({})).toBe('<unset>')
  expect(text({ paramRef: { name: 'a' } })).toBe('*/a')
  expect(text({ paramRef: { name: 'a', namespace: 'b' } })).toBe('b/a')
})
