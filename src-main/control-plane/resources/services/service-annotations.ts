import type { Service } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid } from '../shared/field-errors.ts'
import { validateCidr } from '../shared/ip.ts'

/** The annotation of old for `spec.trafficDistribution`. */
export const topologyHints = 'service.kubernetes.io/topology-aware-hints'
const topologyMode = 'service.kubernetes.io/topology-mode'
const sourceRanges = 'service.beta.kubernetes.io/load-balancer-source-ranges'

/** What is wrong with the annotations of a service that Kubernetes itself reads. */
export function validateServiceAnnotations({ metadata, spec }: Service): FieldError[] {
  const annotations = metadata.annotations ?? {}
  const [mode, hints] = [annotations[topologyMode], annotations[topologyHints]]
  return [
    ...(spec.loadBalancerSourceRanges?.length
      ? []
      : validateSourceRanges(annotations[sourceRanges], spec.type)),
    ...(mode !== undefined && hints !== undefined && mode !== hints
      ? [
          invalid(
            `metadata.annotations[${topologyMode}]`,
            mode,
            `must match annotations[${topologyHints}] when both are specified`,
          ),
        ]
      : []),
  ]
}

/** Stands for the field of the same name where that is empty; ranges are divided by commas. */
function validateSourceRanges(text: string | undefined, type: string | undefined): FieldError[] {
  if (text === undefined) return []
  const path = `metadata.annotations[${sourceRanges}]`
  const ranges = text.trim() ? text.split(',') : []
  return [
    ...(type === 'LoadBalancer'
      ? []
      : [forbidden(path, "may only be used when `type` is 'LoadBalancer'")]),
    ...ranges.flatMap(range => validateCidr(range.trim(), path)),
  ]
}
