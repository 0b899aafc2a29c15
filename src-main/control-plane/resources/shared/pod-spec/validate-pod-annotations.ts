import type { PodTemplateSpec, Toleration } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid } from '../field-errors.ts'
import { readJsonList } from '../json-text.ts'
import { validateProfileAnnotations } from './validate-profile-annotations.ts'
import { validateTolerations } from './validate-scheduling.ts'

/** What a static pod is known by. */
export const mirrorAnnotation = 'kubernetes.io/config.mirror'
const deletionCost = 'controller.kubernetes.io/pod-deletion-cost'
const tolerationsOfOld = 'scheduler.alpha.kubernetes.io/tolerations'
const maxInt32 = 2 ** 31 - 1

/** What is wrong with the annotations of a pod or a template that Kubernetes itself reads; `path` is theirs. */
export function validatePodAnnotations(template: PodTemplateSpec, path: string): FieldError[] {
  const { metadata: { annotations = {} } = {}, spec } = template
  const mirror = annotations[mirrorAnnotation]
  const cost = annotations[deletionCost]
  return [
    ...(mirror !== undefined && !spec?.nodeName
      ? [
          invalid(
            `${path}[${mirrorAnnotation}]`,
            mirror,
            'must set spec.nodeName if mirror pod annotation is set',
          ),
        ]
      : []),
    ...validateTolerationsOfOld(annotations[tolerationsOfOld], path),
    ...(cost === undefined || isInt32(cost)
      ? []
      : [invalid(`${path}[${deletionCost}]`, cost, 'must be a 32bit integer')]),
    ...validateProfileAnnotations(template, path),
  ]
}

/** They count for nothing any more, but must be well-formed; upstream shows the annotation's name, not its text. */
function validateTolerationsOfOld(text: string | undefined, path: string): FieldError[] {
  if (!text) return []
  const read = readJsonList(text, 'v1.Toleration')
  return 'problem' in read
    ? [invalid(path, tolerationsOfOld, read.problem)]
    : validateTolerations(read.list as Toleration[], `${path}.${tolerationsOfOld}`)
}

function isInt32(text: string): boolean {
  const value = Number(text)
  return /^(0|[1-9]\d*|-\d+)$/.test(text) && value >= -maxInt32 - 1 && value <= maxInt32
}
