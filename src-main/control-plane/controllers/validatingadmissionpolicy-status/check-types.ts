import type {
  ExpressionWarning,
  ValidatingAdmissionPolicy,
} from '#kubernetes/api/admissionregistration-v1.ts'
import { compileExpression } from '#kubernetes/cel/cel.ts'
import type { CelType } from '#kubernetes/cel/check/types.ts'
import {
  policyEnvironment,
  withPolicyVariables,
} from '#kubernetes/cel/policy/policy-environment.ts'
import { apiVersionOf, type GroupVersionKind } from '#kubernetes/objects.ts'

/** A kind that a policy is about, and what its objects are made of. */
export interface CheckedKind {
  kind: GroupVersionKind
  type: CelType
}

/** What doesn't fit together in a policy's expressions when they are about objects of these kinds. */
export function checkTypes(
  { spec }: ValidatingAdmissionPolicy,
  kinds: readonly CheckedKind[],
  paramsType: CelType | undefined,
): ExpressionWarning[] {
  const environments = kinds.map(({ kind, type }) => {
    const scope = {
      hasParams: spec.paramKind !== undefined,
      hasAuthorizer: true,
      hasNamespace: true,
    }
    const plain = policyEnvironment({
      ...scope,
      objectType: type,
      ...(paramsType ? { paramsType } : {}),
    })
    return { kind, ...withPolicyVariables(plain, spec.variables ?? []) }
  })
  const check = (fieldRef: string, source: string | undefined): ExpressionWarning[] => {
    if (!source) return []
    const texts = environments.flatMap(({ kind, environment }) => {
      const compiled = compileExpression(source, environment)
      return 'error' in compiled ? [`${kindText(kind)}: ${compiled.error}\n`] : []
    })
    return texts.length ? [{ fieldRef, warning: texts.join('\n') }] : []
  }
  return (spec.validations ?? []).flatMap(({ expression, messageExpression }, index) => [
    ...check(`spec.validations[${index}].expression`, expression),
    ...check(`spec.validations[${index}].messageExpression`, messageExpression),
  ])
}

const kindText = (kind: GroupVersionKind) => `${apiVersionOf(kind)}, Kind=${kind.kind}`
