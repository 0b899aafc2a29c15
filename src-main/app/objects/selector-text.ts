import { list, object, text } from '../status/conditions.ts'

/** A label selector, or a Service's plain map of labels, as requests name it; empty for none. */
export function selectorText(value: unknown): string {
  const selector = object(value)
  const expressions = list(selector['matchExpressions'])
  const labels =
    selector['matchLabels'] || expressions.length ? object(selector['matchLabels']) : selector
  return [
    ...Object.entries(labels)
      .filter(([, label]) => typeof label === 'string')
      .map(([key, label]) => `${key}=${label}`),
    ...expressions.map(expression => {
      const key = text(expression['key'])
      const values = Array.isArray(expression['values']) ? expression['values'].join(',') : ''
      switch (text(expression['operator'])) {
        case 'Exists':
          return key
        case 'DoesNotExist':
          return `!${key}`
        case 'In':
          return `${key} in (${values})`
        default:
          return `${key} notin (${values})`
      }
    }),
  ].join(',')
}
