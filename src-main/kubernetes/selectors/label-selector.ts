import type { LabelSelector } from '../api/meta-v1.ts'
import { parseRequirements } from './parse-label-selector.ts'
import {
  badSelector,
  meets,
  type Operator,
  type Requirement,
  requirement,
  requirementText,
} from './requirement.ts'

export type { Requirement } from './requirement.ts'

/** Labels as objects carry them. */
export type Labels = Readonly<Record<string, string>>

/** Decides which labels are selected. */
export interface LabelMatcher {
  /** All of them have to be met; empty selects everything. */
  readonly requirements: readonly Requirement[]
  matches(labels: Labels | undefined): boolean
  /** The canonical text, sorted by key: `app=web,tier in (a,b),!canary`. */
  toString(): string
}

/**
 * Reads a `labelSelector` parameter: `app=web,tier in (a,b),!canary,gen>3`. Empty selects everything.
 * Throws a 400 with Kubernetes' words.
 */
export const parseLabelSelector = (text: string): LabelMatcher => matcher(parseRequirements(text))

/** The selector of a spec. Without one nothing is selected, an empty one selects everything. Throws a 400 when it is invalid. */
export function labelSelectorOf(selector: LabelSelector | null | undefined): LabelMatcher {
  if (!selector) return nothing
  const exact = Object.entries(selector.matchLabels ?? {}).map(([key, value]) =>
    requirement(key, '=', [value]),
  )
  const expressions = (selector.matchExpressions ?? []).map(({ key, operator, values }) => {
    const known = operators[operator]
    if (!known)
      throw badSelector(`${JSON.stringify(operator)} is not a valid label selector operator`)
    return requirement(key, known, values ?? [])
  })
  return matcher([...exact, ...expressions])
}

/** The selector of a Service or ReplicationController: every label as given; without one nothing is selected. */
export function equalitySelector(labels: Labels | null | undefined): LabelMatcher {
  const entries = Object.entries(labels ?? {})
  if (!entries.length) return nothing
  return matcher(entries.map(([key, value]) => ({ key, operator: '=', values: [value] })))
}

const operators: Partial<Record<string, Operator>> = {
  In: 'in',
  NotIn: 'notin',
  Exists: 'exists',
  DoesNotExist: '!',
}

const nothing: LabelMatcher = {
  requirements: [],
  matches: () => false,
  toString: () => '',
}

function matcher(unsorted: Requirement[]): LabelMatcher {
  const requirements = unsorted.toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return {
    requirements,
    matches: labels => requirements.every(one => meets(labels ?? {}, one)),
    toString: () => requirements.map(requirementText).join(','),
  }
}
