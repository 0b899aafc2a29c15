import type { Container, PodSpec, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import { podAmounts } from '#kubernetes/pod-resources.ts'
import {
  canonicalResourceAmount,
  compareQuantities,
  quantityProblem,
} from '#kubernetes/quantity.ts'
import { type Amounts, pickAmounts } from '#kubernetes/resource-amounts.ts'
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
  if (spec.resources) defaultPodAmounts(spec, spec.resources)
}

/**
 * A pod's own limits of huge pages are those of its containers together; its requests likewise, where it has limits, else
 * they are its limits.
 */
function defaultPodAmounts(spec: PodSpec, resources: ResourceRequirements): void {
  const limits = { ...resources.limits }
  for (const [name, amount] of Object.entries(containerAmounts(spec, 'limits')))
    if (name.startsWith('hugepages-') && resources.requests?.[name] === undefined)
      limits[name] ??= amount
  if (!Object.keys(limits).length) return
  const requests = pickAmounts(containerAmounts(spec, 'requests'), ['cpu', 'memory'])
  resources.limits = limits
  resources.requests = { ...limits, ...requests, ...resources.requests }
}

/** What the containers name together; what is no quantity is left for validation to refuse. */
function containerAmounts(
  { containers, initContainers }: PodSpec,
  which: 'requests' | 'limits',
): Amounts {
  const checked = (list: Container[] = []) =>
    list.map(container => ({
      ...container,
      resources: { [which]: quantitiesOf(container.resources?.[which]) },
    }))
  const spec = { containers: checked(containers), initContainers: checked(initContainers) }
  return podAmounts(spec, which)
}

const quantitiesOf = (amounts: Amounts = {}): Amounts =>
  Object.fromEntries(Object.entries(amounts).filter(([, amount]) => !quantityProblem(amount)))

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
