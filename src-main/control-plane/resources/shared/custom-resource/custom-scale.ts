import type { CustomResourceSubresourceScale } from '#kubernetes/api/apiextensions-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import type { ScaleAccess } from '../../define-resource.ts'
import { invalid } from '../field-errors.ts'
import { segmentsOf, setValueAt, valueAt } from './simple-path.ts'

/** Reads and writes the fields that a definition names for the `scale` subresource. */
export function customScale(scale: CustomResourceSubresourceScale): ScaleAccess<KubernetesObject> {
  const wanted = segmentsOf(scale.specReplicasPath)
  const actual = segmentsOf(scale.statusReplicasPath)
  const selector = scale.labelSelectorPath ? segmentsOf(scale.labelSelectorPath) : undefined
  return {
    path: wanted,
    replicas: object => numberAt(object, wanted),
    setReplicas: (object, replicas) => setValueAt(object, wanted, replicas),
    statusReplicas: object => numberAt(object, actual),
    selector: object => String((selector && valueAt(object, selector)) ?? ''),
  }
}

/** The numbers that `scale` reads must be whole and not negative. */
export function validateScale(
  object: KubernetesObject,
  scale: CustomResourceSubresourceScale | undefined,
): FieldError[] {
  if (!scale) return []
  return [scale.specReplicasPath, scale.statusReplicasPath].flatMap(path => {
    const segments = segmentsOf(path)
    const value = valueAt(object, segments)
    if (typeof value !== 'number' || value >= 0) return []
    return [invalid(segments.join('.'), value, 'should be a non-negative integer')]
  })
}

function numberAt(object: unknown, segments: readonly string[]): number {
  const value = valueAt(object, segments)
  return typeof value === 'number' ? value : 0
}
