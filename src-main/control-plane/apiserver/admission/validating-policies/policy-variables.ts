import { perCallLimit } from '#kubernetes/cel/cost/limits.ts'
import { CostExceeded } from '#kubernetes/cel/evaluate/frame.ts'
import { CelError, CelMap, fail, type Value } from '#kubernetes/cel/evaluate/values.ts'
import type { CompiledVariable } from '#kubernetes/cel/policy/policy-environment.ts'

/** The variables of a policy: each is evaluated when it is used first, and then known. */
export class PolicyVariables extends CelMap {
  readonly #variables: readonly CompiledVariable[]
  readonly #lookup: (name: string) => Value | undefined
  readonly #spend: (cost: number) => void
  readonly #known = new Map<string, Value>()

  constructor(
    variables: readonly CompiledVariable[],
    lookup: (name: string) => Value | undefined,
    spend: (cost: number) => void,
  ) {
    super()
    this.#variables = variables
    this.#lookup = lookup
    this.#spend = spend
  }

  get size(): number {
    return this.#variables.length
  }

  keys(): Iterable<Value> {
    return this.#variables.map(({ name }) => name)
  }

  get(key: Value): Value | undefined {
    const variable = this.#variables.find(({ name }) => name === key)
    if (!variable) return undefined
    const known = this.#known.get(variable.name)
    if (known !== undefined) return known
    const value = this.#evaluate(variable)
    this.#known.set(variable.name, value)
    return value
  }

  #evaluate({ name, program, error }: CompiledVariable): Value {
    const wrong = (why: string) =>
      fail(`composited variable ${JSON.stringify(name)} fails to evaluate: ${why}`)
    if (!program)
      return fail(`composited variable ${JSON.stringify(name)} fails to compile: ${error ?? ''}`)
    try {
      const { value, cost } = program.evaluate(this.#lookup, perCallLimit)
      this.#spend(cost)
      return value instanceof CelError ? wrong(value.message) : value
    } catch (error) {
      if (!(error instanceof CostExceeded)) throw error
      this.#spend(perCallLimit)
      return wrong(error.message)
    }
  }
}
