import type { Node, Taint } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, invalid, required } from '../shared/field-errors.ts'
import { jsonProblem, readJsonList } from '../shared/json-text.ts'

interface AvoidedPods {
  podSignature?: { podController?: { controller?: boolean } | null }
}

const taintsOfOld = 'scheduler.alpha.kubernetes.io/taints'
const avoidedPods = 'scheduler.alpha.kubernetes.io/preferAvoidPods'

/**
 * What is wrong with a node's annotations that fields have replaced. They count for nothing any more, but must be
 * well-formed; of those that can't be read upstream shows the name, not the text.
 */
export function validateNodeAnnotations(
  { metadata }: Node,
  validateTaints: (taints: Taint[], path: string) => FieldError[],
): FieldError[] {
  const path = 'metadata.annotations'
  const [taints, avoided] = [taintsOfOld, avoidedPods].map(key => metadata.annotations?.[key])
  const errors: FieldError[] = []
  if (taints) {
    const read = readJsonList(taints, 'v1.Taint')
    errors.push(
      ...('problem' in read
        ? [invalid(path, taintsOfOld, read.problem)]
        : validateTaints(read.list as Taint[], `${path}.${taintsOfOld}`)),
    )
  }
  if (avoided) errors.push(...validateAvoided(avoided, path))
  return errors
}

function validateAvoided(text: string, path: string): FieldError[] {
  const problem = jsonProblem(text)
  if (problem) return [invalid(`${path}.AvoidPods`, avoidedPods, problem)]
  const { preferAvoidPods = [] } = (JSON.parse(text) ?? {}) as { preferAvoidPods?: AvoidedPods[] }
  return each(preferAvoidPods, `${path}.${avoidedPods}`, ({ podSignature }, path) => {
    const controller = podSignature?.podController
    const field = `${path}.PodSignature`
    if (!controller) return [required(field)]
    return controller.controller
      ? []
      : [invalid(`${field}.PodController.Controller`, false, 'must point to a controller')]
  })
}
