import type {
  ValidatingAdmissionPolicy,
  ValidatingAdmissionPolicySpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { defineResource } from '../define-resource.ts'
import { loadExpressions } from '../shared/admission-rules/lazy-expressions.ts'
import { defaultMatchResources } from '../shared/admission-rules/match-resources.ts'
import { ageColumn, nameColumn } from '../shared/columns.ts'
import { keepStatus } from '../shared/status.ts'
import { validatePolicy, validatePolicyStatus } from './policy-validation.ts'

export const validatingAdmissionPolicies = defineResource<ValidatingAdmissionPolicy>({
  group: 'admissionregistration.k8s.io',
  version: 'v1',
  kind: 'ValidatingAdmissionPolicy',
  plural: 'validatingadmissionpolicies',
  singular: 'validatingadmissionpolicy',
  categories: ['api-extensions'],
  namespaced: false,
  load: loadExpressions,
  storagePrefix: '/registry/validatingadmissionpolicies',
  columns: [
    nameColumn,
    { name: 'Validations', type: 'integer', value: ({ spec }) => spec.validations?.length ?? 0 },
    {
      name: 'ParamKind',
      type: 'string',
      value: ({ spec: { paramKind } }) =>
        paramKind ? `${paramKind.apiVersion ?? ''}/${paramKind.kind ?? ''}` : '<unset>',
    },
    ageColumn,
  ],
  defaults(policy) {
    policy.spec ??= {} as ValidatingAdmissionPolicySpec
    policy.spec.failurePolicy ??= 'Fail'
    defaultMatchResources(policy.spec.matchConstraints)
  },
  prepareForCreate(policy) {
    policy.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: validatePolicy,
  status: { validateUpdate: validatePolicyStatus },
})
