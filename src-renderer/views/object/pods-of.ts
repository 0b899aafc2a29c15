import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import type { LabelSelector } from '../../../src-main/kubernetes/api/meta-v1.ts'
import type { TableInput } from '../../bridge/live-table.ts'
import { presentationOf } from '../../kinds/index.ts'

const resource = { group: '', version: 'v1', resource: 'pods' }

/** The pods on a node. */
export const podsOn = ({ cluster, name }: ObjectName): TableInput => ({
  cluster,
  resource,
  namespaces: [],
  fieldSelector: `spec.nodeName=${name}`,
})

/** The pods that belong to a node, a workload or a Service; undefined for what has none of its own. */
export function podsOf(
  object: ObjectName,
  info: ResourceInfo,
  body: ObjectBody,
): TableInput | undefined {
  const kind = presentationOf(info)
  if (kind.usage === 'nodes') return podsOn(object)
  if (kind.usage === 'pods' || !(kind.workload || kind.selectsPods)) return undefined
  const labelSelector = selectorText((body['spec'] as { selector?: unknown } | undefined)?.selector)
  if (!labelSelector || !object.namespace) return undefined
  return { cluster: object.cluster, resource, namespaces: [object.namespace], labelSelector }
}

/** A label selector, or a Service's plain map of labels, as requests name it. */
function selectorText(selector: unknown): string {
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
