import type {
  MatchCondition,
  ValidatingAdmissionPolicySpec,
} from '#kubernetes/api/admissionregistration-v1.ts'
import type { Environment } from '#kubernetes/cel/check/environment.ts'
import { boolType, type CelType, nullType, stringType } from '#kubernetes/cel/check/types.ts'
import {
  compileFor,
  policyEnvironment,
  withPolicyVariables,
} from '#kubernetes/cel/policy/policy-environment.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid } from '../field-errors.ts'

/** What is wrong with the expressions of a policy, apart from those that are empty. */
export function validatePolicyExpressions(spec: ValidatingAdmissionPolicySpec): FieldError[] {
  const scope = { hasParams: spec.paramKind !== undefined, hasNamespace: true }
  const variables = spec.variables ?? []
  const plain = policyEnvironment({ ...scope, hasAuthorizer: true })
  const whole = withPolicyVariables(plain, variables)
  const silent = withPolicyVariables(
    policyEnvironment({ ...scope, hasAuthorizer: false }),
    variables,
  )
  return [
    ...each(spec.matchConditions, 'spec.matchConditions', ({ expression }, path) =>
      problems(expression, `${path}.expression`, plain, boolType),
    ),
    ...each(variables, 'spec.variables', ({ expression }, path, index) => {
      const { error } = whole.variables[index] ?? {}
      return error && expression?.trim() ? [invalid(`${path}.expression`, expression, error)] : []
    }),
    ...each(
      spec.validations,
      'spec.validations',
      ({ expression, messageExpression = '' }, path) => [
        ...problems(expression, `${path}.expression`, whole.environment, boolType),
        ...problems(messageExpression, `${path}.messageExpression`, silent.environment, stringType),
      ],
    ),
    ...each(spec.auditAnnotations, 'spec.auditAnnotations', ({ valueExpression }, path) =>
      problems(valueExpression, `${path}.valueExpression`, whole.environment, stringType, nullType),
    ),
  ]
}

/** What is wrong with the expressions of a webhook's conditions. */
export const validateConditionExpressions = (
  conditions: readonly MatchCondition[] | undefined,
  path: string,
): FieldError[] => {
  if (!conditions?.length) return []
  const environment = policyEnvironment({
    hasParams: false,
    hasAuthorizer: true,
    hasNamespace: false,
  })
  return each(conditions, path, ({ expression }, at) =>
    problems(expression, `${at}.expression`, environment, boolType),
  )
}

function problems(
  source: string | undefined,
  path: string,
  environment: Environment,
  ...wanted: CelType[]
): FieldError[] {
  if (!source?.trim()) return []
  const compiled = compileFor(source, environment, wanted)
  return 'error' in compiled ? [invalid(path, source, compiled.error)] : []
}
