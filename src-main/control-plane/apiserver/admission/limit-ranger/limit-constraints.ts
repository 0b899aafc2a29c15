import type {
  LimitRange,
  LimitRangeItem,
  PersistentVolumeClaim,
  Pod,
} from '#kubernetes/api/core-v1.ts'
import { podAmounts } from '#kubernetes/pod-resources.ts'
import { canonicalQuantity, compareQuantities, parseQuantity } from '#kubernetes/quantity.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'

interface Asked {
  requests: Amounts
  limits: Amounts
}

/** What of a pod goes beyond a LimitRange, in upstream's words. */
export const podProblems = ({ spec }: Pod, limitRange: LimitRange): string[] =>
  (limitRange.spec.limits ?? []).flatMap(item => {
    if (item.type === 'Container') {
      const containers = [...(spec.containers ?? []), ...(spec.initContainers ?? [])]
      return containers.flatMap(({ resources: { requests = {}, limits = {} } = {} }) =>
        problemsOf(item, { requests, limits }),
      )
    }
    return item.type === 'Pod'
      ? problemsOf(item, {
          requests: podAmounts(spec, 'requests'),
          limits: podAmounts(spec, 'limits'),
        })
      : []
  })

/** What of a claim goes beyond a LimitRange; claims have no limits. */
export const claimProblems = ({ spec }: PersistentVolumeClaim, limitRange: LimitRange): string[] =>
  (limitRange.spec.limits ?? [])
    .filter(({ type }) => type === 'PersistentVolumeClaim')
    .flatMap(item => {
      const requests = spec?.resources?.requests ?? {}
      return [
        ...each(item.min, (name, bound) => minimum(item, name, bound, { requests, limits: {} })),
        ...each(item.max, (name, bound) =>
          bounded(`maximum ${name} usage per ${item.type} is`, bound, requests[name], 'request', 1),
        ),
      ]
    })

const problemsOf = (item: LimitRangeItem, asked: Asked): string[] => [
  ...each(item.min, (name, bound) => minimum(item, name, bound, asked)),
  ...each(item.max, (name, bound) => maximum(item, name, bound, asked)),
  ...each(item.maxLimitRequestRatio, (name, bound) => ratio(item, name, bound, asked)),
]

const each = (
  bounds: Amounts | undefined,
  check: (name: string, bound: string) => string | undefined,
): string[] => Object.entries(bounds ?? {}).flatMap(([name, bound]) => check(name, bound) ?? [])

function minimum(
  { type }: LimitRangeItem,
  name: string,
  bound: string,
  { requests, limits }: Asked,
): string | undefined {
  const head = `minimum ${name} usage per ${type} is`
  return (
    bounded(head, bound, requests[name], 'request', -1) ??
    (limits[name] === undefined ? undefined : bounded(head, bound, limits[name], 'limit', -1))
  )
}

function maximum(
  { type }: LimitRangeItem,
  name: string,
  bound: string,
  { requests, limits }: Asked,
): string | undefined {
  const head = `maximum ${name} usage per ${type} is`
  return (
    bounded(head, bound, limits[name], 'limit', 1) ??
    (requests[name] === undefined ? undefined : bounded(head, bound, requests[name], 'request', 1))
  )
}

/** `sign` is 1 where the amount must not be above the bound, -1 where not below. */
function bounded(
  head: string,
  bound: string,
  amount: string | undefined,
  what: 'request' | 'limit',
  sign: 1 | -1,
): string | undefined {
  const shown = canonicalQuantity(bound)
  if (amount === undefined) {
    return `${head} ${shown}.  No ${what} is specified`
  }
  return compareQuantities(amount, bound) * sign > 0
    ? `${head} ${shown}, but ${what} is ${canonicalQuantity(amount)}`
    : undefined
}

function ratio(
  { type }: LimitRangeItem,
  name: string,
  bound: string,
  { requests, limits }: Asked,
): string | undefined {
  const head = `${name} max limit to request ratio per ${type} is ${canonicalQuantity(bound)}`
  const request = parseQuantity(requests[name] ?? '0') ?? 0n
  const limit = parseQuantity(limits[name] ?? '0') ?? 0n
  if (request === 0n) return `${head}, but no request is specified or request is 0`
  if (limit === 0n) return `${head}, but no limit is specified or limit is 0`
  const provided = Number(limit) / Number(request)
  return provided > Number(parseQuantity(bound)) / 1e9
    ? `${head}, but provided ratio is ${provided.toFixed(6)}`
    : undefined
}
