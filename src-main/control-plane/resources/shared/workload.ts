import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import type { ScaleAccess } from '../define-resource.ts'

interface Scalable extends KubernetesObject {
  spec: { replicas?: number; selector: LabelSelector; template?: PodTemplateSpec }
  status?: { replicas?: number }
}

/** Reads and writes `spec.replicas` and `status.replicas` for the `scale` subresource. */
export const scaleByReplicas: ScaleAccess<Scalable> = {
  replicas: ({ spec }) => spec.replicas ?? 0,
  setReplicas(object, replicas) {
    object.spec.replicas = replicas
  },
  statusReplicas: ({ status }) => status?.replicas ?? 0,
  selector: ({ spec }) => labelSelectorOf(spec.selector).toString(),
}
