import type { LabelSelector } from '../api/meta-v1.ts'

/**
 * A label selector, or a Service's plain map of labels, as requests name it; empty for none.
 * (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors)
 */
export function selectorText(selector: unknown): string {
  if (typeof selector !== 'object' || selector === null) return ''
  const { matchLabels, matchExpressions } = selector as LabelSelector
  const labels = matchLabels ?? (matchExpressions ? {} : (selector as Record<string, string>))
  return [
    ...Object.entries(labels).map(([key, value]) => `${key}=${value}`),
    ...(matchExpressions ?? []).map(({ key, operator, values = [] }) => {
      switch (operator) {
        case 'Exists':
          return key
        case 'DoesNotExist':
          return `!${key}`
        default:
          return `${key} ${operator === 'In' ? 'in' : 'notin'} (${values.join(',')})`
      }
    }),
  ].join(',')
}
