import type { PodSpec, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { podAmounts } from '#kubernetes/pod-resources.ts'
import { canonicalQuantity, compareQuantities, quantityProblem } from '#kubernetes/quantity.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { forbidden, invalid, notSupported } from '../field-errors.ts'
import { isHugePages } from '../resource-names.ts'
import { validateResources } from './validate-resources.ts'

const ofPods = ['cpu', 'memory']
const isOfPods = (name: string) => ofPods.includes(name) || isHugePages(name)

/** What is wrong with the resources that a pod asks for as a whole. */
export function validatePodResources(spec: PodSpec, path: string): FieldError[] {
  const { resources } = spec
  if (!resources) return []
  return [
    ...(spec.os?.name === 'windows' ? [forbidden(path, 'may not be set for a windows pod')] : []),
    ...(resources.claims?.length
      ? [forbidden(`${path}.claims`, 'claims may not be set for Resources at pod-level')]
      : []),
    ...validateNames(resources, path),
    ...validateResources(resources, path),
    ...validateRequests(spec, resources, `${path}.requests`),
    ...validateLimits(spec, resources, path),
  ]
}

const validateNames = (resources: ResourceRequirements, path: string): FieldError[] =>
  (['limits', 'requests'] as const).flatMap(field =>
    Object.keys(resources[field] ?? {}).flatMap(name =>
      isOfPods(name)
        ? []
        : [notSupported(`${path}.${field}[${name}]`, name, [...ofPods, 'hugepages-'])],
    ),
  )

/** A pod asks for no less than its containers together. */
function validateRequests(
  { resources: _resources, overhead: _overhead, ...spec }: PodSpec,
  { requests = {} }: ResourceRequirements,
  path: string,
): FieldError[] {
  const containers = [...(spec.initContainers ?? []), ...(spec.containers ?? [])]
  const asked = containers.flatMap(({ resources }) => Object.values(resources?.requests ?? {}))
  if (asked.some(amount => quantityProblem(amount))) return []
  const together = podAmounts(spec, 'requests')
  return Object.entries(requests).flatMap(([name, amount]) => {
    const ofContainers = together[name]
    return ofContainers !== undefined && isMore(ofContainers, amount)
      ? [
          invalid(
            `${path}[${name}]`,
            canonicalQuantity(amount),
            `must be greater than or equal to aggregate container requests of ${canonicalQuantity(ofContainers)}`,
          ),
        ]
      : []
  })
}

/** No container may use more than its pod. */
const validateLimits = (
  { containers }: PodSpec,
  { limits = {} }: ResourceRequirements,
  path: string,
): FieldError[] =>
  (containers ?? []).flatMap(({ resources }, index) =>
    Object.entries(resources?.limits ?? {}).flatMap(([name, amount]) => {
      const ofPod = limits[name]
      return ofPod !== undefined && isMore(amount, ofPod)
        ? [
            invalid(
              `${path}.containers[${index}][${name}].limits`,
              canonicalQuantity(amount),
              `must be less than or equal to pod limits of ${canonicalQuantity(ofPod)}`,
            ),
          ]
        : []
    }),
  )

const isMore = (a: string, b: string): boolean =>
  !quantityProblem(a) && !quantityProblem(b) && compareQuantities(a, b) > 0
