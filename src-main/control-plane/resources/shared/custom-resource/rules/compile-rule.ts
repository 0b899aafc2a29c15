import type { ValidationRule } from '#kubernetes/api/apiextensions-v1.ts'
import { compileExpression, type Program } from '#kubernetes/cel/cel.ts'
import { withVariables } from '#kubernetes/cel/check/environment.ts'
import { namesWithin } from '#kubernetes/cel/check/names-within.ts'
import { optionalType } from '#kubernetes/cel/check/types.ts'
import { estimateCost } from '#kubernetes/cel/cost/estimate.ts'
import { sizesOf } from '#kubernetes/cel/cost/size-hint.ts'
import { kubernetesEnvironment } from '#kubernetes/cel/library/kubernetes-environment.ts'
import { type DeclaredType, maxRequestBytes } from '#kubernetes/cel/schema/declared-type.ts'

/** A rule that can be evaluated, or what keeps it from that. */
export interface CompiledRule {
  rule: ValidationRule
  /** Absent where the rule is empty or wrong. */
  program?: Program
  /** What is wrong with it, in upstream's words. */
  error?: string
  /** Makes the text of a refusal. */
  message?: Program
  messageError?: string
  /** It compares with the state before, and so has nothing to say of what wasn't there. */
  usesOldSelf: boolean
}

/** Compiles a rule about values of a declared type. */
export function compileRule(rule: ValidationRule, declared: DeclaredType): CompiledRule {
  if (!rule.rule?.trim()) return { rule, usesOldSelf: false }
  const oldType = rule.optionalOldSelf ? optionalType(declared.type) : declared.type
  const environment = withVariables(kubernetesEnvironment(), {
    self: declared.type,
    oldSelf: oldType,
  })
  const compiled = compileExpression(rule.rule, environment)
  if ('error' in compiled)
    return { rule, usesOldSelf: false, error: `compilation failed: ${compiled.error}` }
  const { program } = compiled
  if (program.type.kind !== 'bool')
    return { rule, usesOldSelf: false, error: 'cel expression must evaluate to a bool' }
  const usesOldSelf = namesWithin(program.checked).has('oldSelf')
  const result: CompiledRule = { rule, program, usesOldSelf }
  if (!rule.messageExpression) return result
  const message = compileExpression(rule.messageExpression, environment)
  if ('error' in message)
    return { ...result, messageError: `messageExpression compilation failed: ${message.error}` }
  if (message.program.type.kind !== 'string')
    return { ...result, messageError: 'messageExpression must evaluate to a string' }
  return { ...result, message: message.program }
}

/** The most that an expression about values of a type can cost each time. */
export const maxCost = (program: Program, declared: DeclaredType): number =>
  estimateCost(program.checked, sizesOf(declared)).max

/** How many values of a type fit into a request. */
export const maxOccurrences = ({ minSize }: DeclaredType): number =>
  Math.floor(maxRequestBytes / (minSize + 1))
