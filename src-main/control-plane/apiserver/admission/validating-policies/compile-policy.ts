import type {
  AuditAnnotation,
  MatchCondition,
  ValidatingAdmissionPolicy,
  Validation,
} from '#kubernetes/api/admissionregistration-v1.ts'
import type { Program } from '#kubernetes/cel/cel.ts'
import { boolType, nullType, stringType } from '#kubernetes/cel/check/types.ts'
import {
  type CompiledVariable,
  compileFor,
  policyEnvironment,
  withPolicyVariables,
} from '#kubernetes/cel/policy/policy-environment.ts'

/** An expression that can be evaluated, or what is wrong with it. */
export interface CompiledExpression {
  source: string
  program?: Program
  error?: string
}

/** A policy whose expressions are compiled. */
export interface CompiledPolicy {
  conditions: { condition: MatchCondition; expression: CompiledExpression }[]
  variables: CompiledVariable[]
  validations: {
    validation: Validation
    expression: CompiledExpression
    message: CompiledExpression | undefined
  }[]
  annotations: { annotation: AuditAnnotation; expression: CompiledExpression }[]
}

/** Compiles what a policy asks. Variables see those before them; all else sees all of them, but for conditions. */
export function compilePolicy({ spec }: ValidatingAdmissionPolicy): CompiledPolicy {
  const scope = { hasParams: spec.paramKind !== undefined, hasNamespace: true }
  const plain = policyEnvironment({ ...scope, hasAuthorizer: true })
  const { environment, variables } = withPolicyVariables(plain, spec.variables ?? [])
  const silent = withPolicyVariables(
    policyEnvironment({ ...scope, hasAuthorizer: false }),
    spec.variables ?? [],
  ).environment
  const compile = (
    source: string,
    within: typeof environment,
    ...types: Parameters<typeof compileFor>[2] & {}
  ): CompiledExpression => ({ source: source.trim(), ...compileFor(source, within, types) })
  return {
    conditions: (spec.matchConditions ?? []).map(condition => ({
      condition,
      expression: compile(condition.expression, plain, boolType),
    })),
    variables,
    validations: (spec.validations ?? []).map(validation => ({
      validation,
      expression: compile(validation.expression, environment, boolType),
      message: validation.messageExpression
        ? compile(validation.messageExpression, silent, stringType)
        : undefined,
    })),
    annotations: (spec.auditAnnotations ?? []).map(annotation => ({
      annotation,
      expression: compile(annotation.valueExpression, environment, stringType, nullType),
    })),
  }
}
