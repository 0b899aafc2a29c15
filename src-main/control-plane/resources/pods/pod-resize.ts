import type { Container, Pod, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { each, forbidden, invalid, isEqual } from '../shared/field-errors.ts'
import { qosClassOf } from '../shared/pod-spec/resource-defaults.ts'
import { mirrorAnnotation } from '../shared/pod-spec/validate-pod-annotations.ts'

const amounts = ['limits', 'requests'] as const
const lists = ['containers', 'initContainers'] as const

/** A running pod may be given more or less CPU and memory, as long as it stays in its class. */
export function validateResize(pod: Pod, old: Pod): FieldError[] {
  const reason = whyNever(old)
  if (reason) return [forbidden('', reason)]
  const order = lists.flatMap(list => validateOrder(pod, old, list))
  return [
    ...validateQuality(pod, old),
    ...order,
    ...(order.length > 0
      ? []
      : [...lists.flatMap(list => validateRemovals(pod, old, list)), ...validateOthers(pod, old)]),
  ]
}

function whyNever({ metadata, spec }: Pod): string | undefined {
  if (metadata.annotations?.[mirrorAnnotation] !== undefined) return 'static pods cannot be resized'
  if (spec.os?.name === 'windows') return 'windows pods cannot be resized'
  return spec.resources
    ? 'resize of pods with pod-level resources is forbidden when InPlacePodLevelResourcesVerticalScalingEnabled feature gate is disabled'
    : undefined
}

function validateQuality({ spec, status }: Pod, old: Pod): FieldError[] {
  const before = old.status?.qosClass ?? status?.qosClass
  const now = qosClassOf(spec)
  return before && now !== before
    ? [invalid('spec', now, 'Pod QOS Class may not change as a result of resizing')]
    : []
}

function validateOrder(pod: Pod, old: Pod, list: (typeof lists)[number]): FieldError[] {
  const [now, before] = [pod.spec[list] ?? [], old.spec[list] ?? []]
  if (now.length !== before.length)
    return [forbidden(`spec.${list}`, `${list} may not be added or removed on resize`)]
  return each(now, `spec.${list}`, ({ name }, path, index) =>
    name === before[index]?.name
      ? []
      : [forbidden(`${path}.name`, `${list} may not be renamed or reordered on resize`)],
  )
}

/** What was promised or bounded stays so. */
const validateRemovals = (pod: Pod, old: Pod, list: (typeof lists)[number]): FieldError[] =>
  each(pod.spec[list], `spec.${list}`, ({ resources }, path, index) => {
    const before = old.spec[list]?.[index]?.resources ?? {}
    return amounts.flatMap(field =>
      Object.keys(before[field] ?? {}).every(name => resources?.[field]?.[name] !== undefined)
        ? []
        : [forbidden(`${path}.resources.${field}`, `resource ${field} cannot be removed`)],
    )
  })

/** Nothing changes but CPU and memory, and of containers that ran their course nothing at all. */
function validateOthers({ spec }: Pod, { spec: old }: Pod): FieldError[] {
  const isSameBut = (container: Container, before: Container | undefined) =>
    isEqual(othersOf(container), othersOf(before))
  return [
    ...(spec.containers ?? []).flatMap((container, index) =>
      isSameBut(container, old.containers?.[index])
        ? []
        : [forbidden('spec', 'only cpu and memory resources are mutable')],
    ),
    ...(spec.initContainers ?? []).flatMap((container, index) => {
      const before = old.initContainers?.[index]
      if (container.restartPolicy !== 'Always')
        return isEqual(container.resources, before?.resources)
          ? []
          : [forbidden('spec', 'resources for non-sidecar init containers are immutable')]
      return isSameBut(container, before)
        ? []
        : [forbidden('spec', 'only cpu and memory resources for sidecar containers are mutable')]
    }),
  ]
}

/** The resources of a container but for CPU and memory. */
const othersOf = (container: Container | undefined): ResourceRequirements => {
  const { limits, requests, ...rest } = container?.resources ?? {}
  const withoutOwn = ({ cpu: _cpu, memory: _memory, ...others }: Record<string, string> = {}) =>
    others
  return { ...rest, limits: withoutOwn(limits), requests: withoutOwn(requests) }
}
