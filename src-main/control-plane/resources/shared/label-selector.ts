import type { LabelSelector, LabelSelectorRequirement } from '#kubernetes/api/meta-v1.ts'

function requirementText({ key, operator, values = [] }: LabelSelectorRequirement): string {
  switch (operator) {
    case 'In':
      return `${key} in (${values.toSorted().join(',')})`
    case 'NotIn':
      return `${key} notin (${values.toSorted().join(',')})`
    case 'Exists':
      return key
    case 'DoesNotExist':
      return `!${key}`
    default:
      throw new Error(`${JSON.stringify(operator)} is not a valid label selector operator`)
  }
}

/**
 * A selector as the string of a `labelSelector` parameter, sorted by key; empty for a selector of everything.
 * Throws on an unknown operator.
 */
export function selectorString(selector: LabelSelector | undefined): string {
  const labels = Object.entries(selector?.matchLabels ?? {})
  const texts = [
    ...labels.map(([key, value]) => ({ key, text: `${key}=${value}` })),
    ...(selector?.matchExpressions ?? []).map(requirement => ({
      key: requirement.key,
      text: requirementText(requirement),
    })),
  ]
  return texts
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ text }) => text)
    .join(',')
}

/** A selector for a column: `<none>` when it selects everything or nothing, `<error>` when it is broken. */
export function selectorColumnText(selector: LabelSelector | undefined): string {
  try {
    return selectorString(selector) || '<none>'
  } catch {
    return '<error>'
  }
}

/** Whether labels satisfy a selector; an empty selector matches everything, an absent one nothing. */
export function selectorMatches(
  selector: LabelSelector | undefined,
  labels: Record<string, string> = {},
): boolean {
  if (!selector) return false
  return (
    Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value) &&
    (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
      const value = labels[key]
      switch (operator) {
        case 'In':
          return value !== undefined && values.includes(value)
        case 'NotIn':
          return value === undefined || !values.includes(value)
        case 'Exists':
          return value !== undefined
        case 'DoesNotExist':
          return value === undefined
        default:
          return false
      }
    })
  )
}
