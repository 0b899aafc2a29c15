import type { ObjectBody, ObjectName } from '../../../src-main/contract/objects.ts'
import type { ResourceInfo } from '../../../src-main/contract/tables.ts'
import { selectorText } from '../../../src-main/kubernetes/selectors/selector-text.ts'
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
