import type { FieldError } from '#kubernetes/status-error.ts'
import { schemaLimit } from '../shared/custom-resource/rules/limits.ts'
import { forbidden } from '../shared/field-errors.ts'

const mostNamed = 4

/** What all rules of a schema are estimated to cost together. */
export class CostTotal {
  #total = 0
  #expensive: { field: string; cost: number }[] = []

  add(field: string, cost: number): void {
    this.#total += cost
    if (cost < schemaLimit / 100) return
    this.#expensive = [...this.#expensive, { field, cost }]
      .toSorted((a, b) => b.cost - a.cost)
      .slice(0, mostNamed)
  }

  /** Names the most expensive rules of a schema at `path` whose rules cost too much. */
  problems(path: string): FieldError[] {
    if (this.#total <= schemaLimit) return []
    const contributed =
      'contributed to estimated rule cost total exceeding cost limit for entire OpenAPIv3 schema'
    const name = 'x-kubernetes-validations estimated rule cost total for entire OpenAPIv3 schema'
    return [
      ...this.#expensive.map(({ field }) => forbidden(field, contributed)),
      forbidden(path, excess(name, this.#total, schemaLimit)),
    ]
  }
}

/** By how much a cost is above its limit. */
export function excess(name: string, cost: number, limit: number): string {
  const factor = cost / limit
  const text =
    factor > 100
      ? 'more than 100x'
      : factor < 1.5
        ? `${factor.toFixed(6)}x`
        : `${factor.toFixed(1)}x`
  return `${name} exceeds budget by factor of ${text} (try simplifying the rule, or adding maxItems, maxProperties, and maxLength where arrays, maps, and strings are declared)`
}
