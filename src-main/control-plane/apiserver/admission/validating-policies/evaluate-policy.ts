import type { ValidatingAdmissionPolicy } from '#kubernetes/api/admissionregistration-v1.ts'
import type { Program } from '#kubernetes/cel/cel.ts'
import { outOfBudget, perCallLimit, requestBudget } from '#kubernetes/cel/cost/limits.ts'
import { CostExceeded } from '#kubernetes/cel/evaluate/frame.ts'
import { usableMessage } from '#kubernetes/cel/evaluate/usable-message.ts'
import { CelError, type Value } from '#kubernetes/cel/evaluate/values.ts'
import type { CompiledExpression, CompiledPolicy } from './compile-policy.ts'
import { PolicyVariables } from './policy-variables.ts'

/** What speaks against a request. */
export interface Denial {
  message: string
  reason: string
}

type Lookup = (name: string) => Value | undefined

/** What all conditions of a policy may cost in a request. */
const conditionBudget = 2_500_000

/** Evaluates a policy on a request; answers what its validations say against it, in their order. */
export function evaluatePolicy(
  policy: ValidatingAdmissionPolicy,
  compiled: CompiledPolicy,
  lookup: Lookup,
): Denial[] {
  const failure = (message: string): Denial[] =>
    policy.spec.failurePolicy === 'Ignore' ? [] : [{ message, reason: 'Invalid' }]
  const chosen = meetsConditions(compiled, lookup)
  if (typeof chosen === 'string') return failure(chosen)
  if (!chosen) return []
  const evaluation = new PolicyEvaluation(compiled, lookup)
  const denials = compiled.validations.flatMap(({ validation, expression, message }) => {
    const outcome = evaluation.evaluate(expression)
    if ('error' in outcome) return failure(outcome.error)
    if (outcome.value === true) return []
    const made = message && evaluation.evaluate(message)
    if (made && 'error' in made && made.isOutOfBudget)
      return failure(`failed messageExpression: ${made.error}`)
    const text = made && 'value' in made ? usableMessage(made.value) : undefined
    const fallback = validation.message?.trim() || `failed expression: ${expression.source}`
    return [{ message: text ?? fallback, reason: validation.reason ?? 'Invalid' }]
  })
  return [...denials, ...annotationFailures(compiled, lookup).flatMap(failure)]
}

/** Whether all conditions hold; a text when that can't be told. One that doesn't hold counts more than any error. */
function meetsConditions({ conditions }: CompiledPolicy, lookup: Lookup): boolean | string {
  const evaluation = new PolicyEvaluation(undefined, lookup, conditionBudget)
  const errors: string[] = []
  for (const { expression } of conditions) {
    const outcome = evaluation.evaluate(expression)
    if ('error' in outcome) errors.push(outcome.error)
    else if (outcome.value !== true) return false
  }
  if (!errors.length) return true
  return errors.length === 1 ? (errors[0] ?? '') : `[${errors.join(', ')}]`
}

/** Annotations are for an audit log; what can't be told of them still counts as a failure. */
function annotationFailures(compiled: CompiledPolicy, lookup: Lookup): string[] {
  const evaluation = new PolicyEvaluation(compiled, lookup)
  return compiled.annotations.flatMap(({ expression }) => {
    const outcome = evaluation.evaluate(expression)
    return 'error' in outcome ? [outcome.error] : []
  })
}

type Outcome = { value: Value } | { error: string; isOutOfBudget: boolean }

/** Evaluates expressions that share variables and a budget. */
class PolicyEvaluation {
  readonly #lookup: Lookup
  #budget: number

  constructor(compiled: CompiledPolicy | undefined, lookup: Lookup, budget = requestBudget) {
    this.#budget = budget
    const variables =
      compiled &&
      new PolicyVariables(
        compiled.variables,
        name => this.#lookup(name),
        cost => this.#spend(cost),
      )
    this.#lookup = name => (name === 'variables' ? variables : lookup(name))
  }

  #spend(cost: number): void {
    this.#budget -= cost
  }

  evaluate({ program, error, source }: CompiledExpression): Outcome {
    if (this.#budget < 0) return { error: outOfBudget, isOutOfBudget: true }
    if (!program) return { error: `compilation error: ${error ?? 'unknown'}`, isOutOfBudget: false }
    const outcome = this.#run(program)
    if (this.#budget < 0) return { error: outOfBudget, isOutOfBudget: true }
    if ('value' in outcome && !(outcome.value instanceof CelError)) return { value: outcome.value }
    const why = 'value' in outcome ? (outcome.value as CelError).message : outcome.ended
    return { error: `expression '${source}' resulted in error: ${why}`, isOutOfBudget: false }
  }

  #run(program: Program): { value: Value } | { ended: string } {
    try {
      const { value, cost } = program.evaluate(this.#lookup, perCallLimit)
      this.#spend(cost)
      return { value }
    } catch (error) {
      if (!(error instanceof CostExceeded)) throw error
      this.#spend(perCallLimit)
      return { ended: error.message }
    }
  }
}
