import type { Program } from '#kubernetes/cel/cel.ts'
import { outOfBudget, perCallLimit, requestBudget } from '#kubernetes/cel/cost/limits.ts'
import { CostExceeded } from '#kubernetes/cel/evaluate/frame.ts'
import { usableMessage } from '#kubernetes/cel/evaluate/usable-message.ts'
import { CelError, Optional, type Value } from '#kubernetes/cel/evaluate/values.ts'
import { schemaValue } from '#kubernetes/cel/schema/schema-value.ts'
import { isRecord } from '#kubernetes/json.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid } from '../../field-errors.ts'
import type { CompiledRule } from './compile-rule.ts'
import { Correlation } from './correlation.ts'
import { type End, errorFor, evaluationText, messageEndText, ruleName } from './rule-errors.ts'
import type { RuleTree } from './rule-tree.ts'

export interface RuleFindings {
  errors: FieldError[]
  /** Rules that don't hold, about what an update left as it was. */
  warnings: string[]
}

/** Evaluates the rules about a value; with `old`, that of before an update. `path` is where the value lies. */
export function checkRules(
  tree: RuleTree,
  value: unknown,
  { path = '', old }: { path?: string; old?: unknown },
): RuleFindings {
  const check = new RuleCheck()
  check.value(tree, value, path, Correlation.root(value, old))
  return { errors: check.errors, warnings: check.warnings }
}

type Variables = (name: string) => Value | undefined

class RuleCheck {
  readonly errors: FieldError[] = []
  readonly warnings: string[] = []
  #budget = requestBudget

  /** Whether nothing more may be evaluated. */
  get #isOver(): boolean {
    return this.#budget < 0
  }

  value(tree: RuleTree, value: unknown, path: string, correlation: Correlation): void {
    if (value === null || value === undefined) return
    this.#rules(tree, value, path, correlation)
    for (const one of tree.allOf)
      if (!this.#isOver) this.value(one, value, path, correlation.beside())
    if (Array.isArray(value)) this.#list(tree, value, path, correlation)
    else if (isRecord(value)) this.#members(tree, value, path, correlation)
  }

  #list(tree: RuleTree, list: unknown[], path: string, correlation: Correlation): void {
    const { items } = tree
    if (!items) return
    const itemOf = correlation.items(tree.schema)
    for (const [index, item] of list.entries()) {
      if (this.#isOver) return
      this.value(items, item, `${path}[${index}]`, itemOf(item))
    }
  }

  #members(
    tree: RuleTree,
    object: Record<string, unknown>,
    path: string,
    correlation: Correlation,
  ): void {
    for (const [name, member] of Object.entries(object)) {
      if (this.#isOver) return
      const below = tree.properties.get(name) ?? tree.values
      if (!below) continue
      const isField = tree.properties.has(name)
      const at = isField ? (path ? `${path}.${name}` : name) : `${path}[${name}]`
      this.value(below, member, at, correlation.member(name, member, tree.schema))
    }
  }

  #rules(tree: RuleTree, value: unknown, path: string, correlation: Correlation): void {
    if (!tree.rules.length) return
    const at = { field: path || '<nil>', type: tree.schema.type ?? '' }
    if (this.#budget <= 0) {
      this.#stop(invalid(at.field, at.type, outOfBudget))
      return
    }
    const self = schemaValue(value, tree.declared)
    const hasOld = correlation.old !== undefined && correlation.old !== null
    const oldSelf = hasOld ? schemaValue(correlation.old, tree.declared) : undefined
    for (const compiled of tree.rules) {
      if (this.#isOver) return
      const { rule, usesOldSelf } = compiled
      if (usesOldSelf && !hasOld && !rule.optionalOldSelf) continue
      const old = rule.optionalOldSelf ? new Optional(oldSelf) : oldSelf
      const variables = (name: string) => (name === 'self' ? self : old)
      this.#rule(compiled, variables, at, correlation)
    }
  }

  #rule(
    compiled: CompiledRule,
    variables: Variables,
    at: { field: string; type: string },
    correlation: Correlation,
  ): void {
    const { rule, program, error } = compiled
    if (error) this.errors.push(invalid(at.field, at.type, `rule compile error: ${error}`))
    if (!program) return
    const { value, ended } = this.#evaluate(program, variables)
    if (ended === 'budget') this.#stop(invalid(at.field, at.type, outOfBudget))
    else if (ended === 'limit')
      this.#stop(
        invalid(
          at.field,
          at.type,
          `'operation cancelled: actual cost limit exceeded': no further validation rules will be run due to call cost exceeds limit for rule: ${ruleName(rule)}`,
        ),
      )
    else if (value instanceof CelError)
      this.errors.push(invalid(at.field, at.type, evaluationText(rule, value)))
    else if (value !== true) this.#refuse(compiled, variables, at, correlation)
  }

  /** Says that a rule doesn't hold: an error, or a warning where the update didn't touch what the rule is about. */
  #refuse(
    compiled: CompiledRule,
    variables: Variables,
    at: { field: string; type: string },
    correlation: Correlation,
  ): void {
    const { rule, message, usesOldSelf } = compiled
    const made = message ? this.#evaluate(message, variables) : {}
    const tell = (error: FieldError) => {
      if (!usesOldSelf && correlation.isUnchanged)
        this.warnings.push(`${error.field}: ${error.message}`)
      else this.errors.push(error)
    }
    if (!made.ended) {
      tell(errorFor(rule, at, usableMessage(made.value)))
      return
    }
    tell(invalid(at.field, at.type, messageEndText(rule, made.ended)))
    this.#budget = -1
  }

  #evaluate(program: Program, variables: Variables): { value?: Value; ended?: End } {
    try {
      const { value, cost } = program.evaluate(variables, perCallLimit)
      if (cost > this.#budget) return { ended: 'budget' }
      this.#budget -= cost
      return { value }
    } catch (error) {
      if (error instanceof CostExceeded)
        return { ended: perCallLimit >= this.#budget ? 'budget' : 'limit' }
      throw error
    }
  }

  #stop(error: FieldError): void {
    this.errors.push(error)
    this.#budget = -1
  }
}
