import type { PodSpec, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import {
  addQuantities,
  canonicalResourceAmount,
  compareQuantities,
  quantityProblem,
} from '#kubernetes/quantity.ts'
import type { Quantity } from '#kubernetes/scalars.ts'

/** Writes amounts as the server answers them; what is no quantity stays for validation to refuse. */
export function canonicalizeAmounts(amounts: Record<string, Quantity> | undefined): void {
  for (const [name, amount] of Object.entries(amounts ?? {}))
    if (quantityProblem(String(amount)) === undefined)
      Object.assign(amounts ?? {}, { [name]: canonicalResourceAmount(amount) })
}

/** In pods, not in templates: a limit without a request is also the request. */
export function defaultRequests(spec: PodSpec): void {
  for (const { resources } of [...(spec.initContainers ?? []), ...(spec.containers ?? [])])
    if (resources?.limits) resources.requests = { ...resources.limits, ...resources.requests }
  if (spec.resources) defaultPodRequests(spec, spec.resources)
}

/** A pod's own requests are those of its containers together, else its limits. */
function defaultPodRequests({ containers }: PodSpec, resources: ResourceRequirements): void {
  if (!Object.keys(resources.limits ?? {}).length) return
  const requests: Record<string, Quantity> = { ...resources.requests }
  for (const name of ['cpu', 'memory']) {
    const amounts = (containers ?? []).flatMap(({ resources }) => resources?.requests?.[name] ?? [])
    if (requests[name] === undefined && amounts.length > 0) requests[name] = sum(amounts)
  }
  resources.requests = { ...resources.limits, ...requests }
}

const sum = (amounts: Quantity[]): Quantity =>
  amounts.filter(amount => !quantityProblem(amount)).reduce(addQuantities, '0')

/**
 * How the node treats a pod when memory runs short: `Guaranteed` when every container's limits are its
 * requests, `BestEffort` when nothing is asked for, else `Burstable`. Only CPU and memory count.
 */
export function qosClassOf(spec: PodSpec): 'Guaranteed' | 'Burstable' | 'BestEffort' {
  const all = spec.resources
    ? [spec.resources]
    : [...(spec.initContainers ?? []), ...(spec.containers ?? [])].map(
        ({ resources }) => resources ?? {},
      )
  const asked = all.flatMap(({ limits, requests }) => [...positive(limits), ...positive(requests)])
  if (asked.length === 0) return 'BestEffort'
  return all.every(isGuaranteed) ? 'Guaranteed' : 'Burstable'
}

const isGuaranteed = ({ limits = {}, requests = {} }: ResourceRequirements): boolean =>
  ['cpu', 'memory'].every(name => {
    const limit = limits[name]
    const request = requests[name] ?? limit
    return (
      limit !== undefined &&
      request !== undefined &&
      positive({ [name]: limit }).length > 0 &&
      !quantityProblem(request) &&
      compareQuantities(limit, request) === 0
    )
  })

const positive = (amounts: Record<string, Quantity> = {}): string[] =>
  ['cpu', 'memory'].filter(name => {
    const amount = amounts[name]
    return amount !== undefined && !quantityProblem(amount) && compareQuantities(amount, '0') > 0
  })
