import type {
  ParamRef,
  ValidatingAdmissionPolicyBinding,
  ValidatingAdmissionPolicyBindingSpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { checkPathSegment, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import {
  defaultMatchResources,
  validateMatchResources,
} from './shared/admission-rules/match-resources.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import {
  duplicate,
  each,
  forbidden,
  invalid,
  notSupported,
  oneOf,
  optionalForm,
  required,
  requiredForm,
} from './shared/field-errors.ts'
import { selectorText, validateLabelSelector } from './shared/label-selector.ts'

const actions = ['Audit', 'Deny', 'Warn']
const exclusive = 'name and selector are mutually exclusive'

const validate = ({ spec }: ValidatingAdmissionPolicyBinding): FieldError[] => [
  ...requiredForm('spec.policyName', spec.policyName, checkSubdomain),
  ...(spec.paramRef ? validateParamRef(spec.paramRef, 'spec.paramRef') : []),
  ...(spec.matchResources
    ? validateMatchResources(spec.matchResources, 'spec.matchResources')
    : []),
  ...validateActions(spec.validationActions ?? [], 'spec.validationActions'),
]

function validateParamRef(reference: ParamRef, path: string): FieldError[] {
  const { name, selector, parameterNotFoundAction } = reference
  return [
    ...optionalForm(`${path}.name`, name, checkPathSegment),
    ...(name && selector ? [forbidden(`${path}.name`, exclusive)] : []),
    ...validateLabelSelector(selector, `${path}.selector`),
    ...(name && selector ? [forbidden(`${path}.selector`, exclusive)] : []),
    ...(name || selector ? [] : [required(path, 'one of name or selector must be specified')]),
    ...oneOf(`${path}.parameterNotFoundAction`, parameterNotFoundAction, ['Allow', 'Deny']),
  ]
}

const validateActions = (given: string[], path: string): FieldError[] => [
  ...each(given, path, (action, path, index) => [
    ...(actions.includes(action) ? [] : [notSupported(path, action, actions)]),
    ...(given.indexOf(action) < index ? [duplicate(path, action)] : []),
  ]),
  ...(given.includes('Deny') && given.includes('Warn')
    ? [
        invalid(
          path,
          given,
          'must not contain both Deny and Warn (repeating the same validation failure information in the API response and headers serves no purpose)',
        ),
      ]
    : []),
  ...(given.length === 0 ? [required(path, 'at least one validation action is required')] : []),
]

function parametersText({ spec: { paramRef } }: ValidatingAdmissionPolicyBinding): string {
  if (!paramRef) return '<unset>'
  const { name, namespace, selector } = paramRef
  return name ? `${namespace || '*'}/${name}` : selectorText(selector)
}

export const validatingAdmissionPolicyBindings = defineResource<ValidatingAdmissionPolicyBinding>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicyBinding',
  plural: 'validatingadmissionpolicybindings',
  singular: 'validatingadmissionpolicybinding',
  categories: ['api-extensions'],
  namespaced: false,
  storagePrefix: '/registry/validatingadmissionpolicybindings',
  generation: true,
  columns: [
    nameColumn,
    { name: 'PolicyName', type: 'string', value: ({ spec }) => spec.policyName ?? '' },
    { name: 'ParamRef', type: 'string', value: parametersText },
    ageColumn,
  ],
  defaults(binding) {
    binding.spec ??= {} as ValidatingAdmissionPolicyBindingSpec
    defaultMatchResources(binding.spec.matchResources)
  },
  validate,
})
