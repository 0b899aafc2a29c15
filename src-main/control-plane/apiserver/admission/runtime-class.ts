import { isEqual } from '#control-plane/resources/shared/field-errors.ts'
import type { Pod, PodSpec, Toleration } from '#kubernetes/api/core-v1.ts'
import type { RuntimeClass } from '#kubernetes/api/node-v1.ts'
import { storeKey } from '../catalog.ts'
import { forbidden } from '../failures.ts'
import {
  type AdmissionRequest,
  type AdmissionServices,
  type AdmissionStep,
  isAbout,
} from './admission-step.ts'

/** Gives pods what their runtime class costs and where it runs; pods of an unknown class are refused. */
export const runtimeClass: AdmissionStep = {
  name: 'RuntimeClass',
  mutate(request, services) {
    const found = findClass(request, services)
    if (!found) return
    const { spec } = request.object as Pod
    setOverhead(request, spec, found)
    setScheduling(request, spec, found)
  },
  validate(request, services) {
    if (!isAbout(request, 'pods', ['CREATE'])) return
    const fixed = findClass(request, services)?.overhead?.podFixed
    const { overhead } = (request.object as Pod).spec
    if (fixed && !isEqual(fixed, overhead)) throw refusal(request, otherOverhead)
    if (!fixed && overhead) {
      throw refusal(
        request,
        'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
      )
    }
  },
}

const otherOverhead = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead"

const refusal = ({ definition, name }: AdmissionRequest, reason: string) =>
  forbidden(definition, name, reason)

function findClass(
  request: AdmissionRequest,
  { catalog, caches }: AdmissionServices,
): RuntimeClass | undefined {
  if (!isAbout(request, 'pods', ['CREATE'])) return undefined
  const name = (request.object as Pod).spec.runtimeClassName
  if (!name) return undefined
  const definition = catalog.get('node.k8s.io', 'v1', 'runtimeclasses')
  const item = caches.of(definition).get(storeKey(definition, '', name))
  if (item) return item.object as unknown as RuntimeClass
  throw refusal(request, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`)
}

function setOverhead(request: AdmissionRequest, spec: PodSpec, { overhead }: RuntimeClass): void {
  if (!overhead) return
  if (spec.overhead && !isEqual(spec.overhead, overhead.podFixed)) {
    throw refusal(request, otherOverhead)
  }
  if (overhead.podFixed) spec.overhead = { ...overhead.podFixed }
}

function setScheduling(
  request: AdmissionRequest,
  spec: PodSpec,
  { scheduling }: RuntimeClass,
): void {
  if (!scheduling) return
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const own = spec.nodeSelector?.[key]
    if (own !== undefined && own !== value) {
      throw refusal(
        request,
        `conflict: runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${own}`,
      )
    }
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value }
  }
  if (scheduling.tolerations?.length) {
    spec.tolerations = mergeTolerations(spec.tolerations ?? [], scheduling.tolerations)
  }
}

/** Both lists, without what another of them covers; of two that are equal the first stays. */
function mergeTolerations(first: Toleration[], second: readonly Toleration[]): Toleration[] {
  const all = [...first, ...structuredClone(second)]
  const merged: Toleration[] = []
  for (const [index, toleration] of all.entries()) {
    const covers = (other: Toleration) => isSuperset(other, toleration)
    const later = all.slice(index + 1).filter(other => !isEqual(other, toleration))
    if (!merged.some(covers) && !later.some(covers)) merged.push(toleration)
  }
  return merged
}

/** Whether `wide` bears every taint that `narrow` bears. */
function isSuperset(wide: Toleration, narrow: Toleration): boolean {
  if (isEqual(wide, narrow)) return true
  const bearsAllKeys = !wide.key && wide.operator === 'Exists'
  if ((wide.key ?? '') !== (narrow.key ?? '') && !bearsAllKeys) return false
  if (wide.effect && wide.effect !== narrow.effect) return false
  if (wide.effect === 'NoExecute' && wide.tolerationSeconds !== undefined) {
    const { tolerationSeconds: seconds } = narrow
    if (seconds === undefined || seconds > wide.tolerationSeconds) return false
  }
  return wide.operator === 'Exists' || (wide.value ?? '') === (narrow.value ?? '')
}
