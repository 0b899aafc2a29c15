import type { LimitRange, PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
import { forbidden } from '../../failures.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from '../admission-step.ts'
import { objectsIn } from '../objects-in.ts'
import { claimProblems, podProblems } from './limit-constraints.ts'
import { setDefaults } from './limit-defaults.ts'

/** Gives containers the amounts that their namespace's LimitRanges name, and refuses what goes beyond their bounds. */
export const limitRanger: AdmissionStep = {
  name: 'LimitRanger',
  mutate(request, services) {
    if (!isAbout(request, 'pods', ['CREATE'])) return
    for (const limitRange of limitRangesOf(request, services)) {
      setDefaults(request.object as Pod, limitRange)
    }
  },
  validate(request, services) {
    const check = checkOf(request)
    if (!check) return
    for (const limitRange of limitRangesOf(request, services)) {
      const problems = [...new Set(check(limitRange))]
      if (problems.length === 0) continue
      const text = problems.length === 1 ? problems[0] : `[${problems.join(', ')}]`
      throw forbidden(request.definition, request.name, text ?? '')
    }
  },
}

function checkOf(request: AdmissionRequest): ((limitRange: LimitRange) => string[]) | undefined {
  const { object, definition, subresource } = request
  const isResize = definition.plural === 'pods' && subresource === 'resize'
  if (isAbout(request, 'pods', ['CREATE']) || isResize) {
    return limitRange => podProblems(object as Pod, limitRange)
  }
  if (isAbout(request, 'persistentvolumeclaims', ['CREATE', 'UPDATE'])) {
    return limitRange => claimProblems(object as PersistentVolumeClaim, limitRange)
  }
  return undefined
}

const limitRangesOf = (
  { namespace }: AdmissionRequest,
  { catalog, caches }: AdmissionServices,
): LimitRange[] => objectsIn(caches, catalog.get('', 'v1', 'limitranges'), namespace)
