import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import type { Column, ScaleAccess } from '../define-resource.ts'
import { ageColumn, containersAndImages, nameColumn } from './columns.ts'

interface Replicated extends KubernetesObject {
  spec: { replicas?: number; template?: PodTemplateSpec }
  status?: { replicas?: number; readyReplicas?: number }
}

interface Scalable extends Replicated {
  spec: Replicated['spec'] & { selector: LabelSelector }
}

/** Reads and writes `spec.replicas` and `status.replicas` for the `scale` subresource. */
export const scaleReplicas: Omit<ScaleAccess<Replicated>, 'selector'> = {
  replicas: ({ spec }) => spec.replicas ?? 0,
  setReplicas(object, replicas) {
    object.spec.replicas = replicas
  },
  statusReplicas: ({ status }) => status?.replicas ?? 0,
}

/** Like `scaleReplicas`, with a selector in the form of now. */
export const scaleByReplicas: ScaleAccess<Scalable> = {
  ...scaleReplicas,
  selector: ({ spec }) => labelSelectorOf(spec.selector).toString(),
}

/** The columns of what keeps so many pods of a template running. */
export const replicaColumns = <T extends Replicated>(
  selectorText: (object: T) => string,
): Column<T>[] => [
  nameColumn,
  { name: 'Desired', type: 'integer', value: ({ spec }) => spec.replicas ?? 0 },
  { name: 'Current', type: 'integer', value: ({ status }) => status?.replicas ?? 0 },
  { name: 'Ready', type: 'integer', value: ({ status }) => status?.readyReplicas ?? 0 },
  ageColumn,
  ...containersAndImages<T>(({ spec }) => spec.template),
  { name: 'Selector', type: 'string', priority: 1, value: selectorText },
]
