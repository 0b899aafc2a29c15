import type { Container, Pod, ResourceQuota } from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { canonicalQuantity, compareQuantities } from '#kubernetes/quantity.ts'
import { isQuotaOf } from '#kubernetes/quota/quota-scopes.ts'
import { amountsUsage, countsTowards, type QuotaResource } from '#kubernetes/quota/quota-usage.ts'
import { type Amounts, addAmounts, pickAmounts } from '#kubernetes/resource-amounts.ts'
import { forbidden } from '../../failures.ts'
import type { Charge } from '../admission-step.ts'

/** What every container must name where a quota limits it. */
const demanded = ['cpu', 'memory', 'requests.cpu', 'requests.memory', 'limits.cpu', 'limits.memory']

/** The quotas that a write is about, with the write counted; what they were is left alone. Throws a 403 in upstream's words. */
export function chargeQuotas(charge: Charge, quotas: ResourceQuota[]): ResourceQuota[] {
  const { request, object } = charge
  const resource = request.definition
  const refuse = (why: string) => forbidden(resource, request.name, why)
  const concerned = quotas.filter(quota => isQuotaOf(quota, resource, object))
  for (const quota of concerned) {
    const { hard = {}, used = {} } = quota.status ?? {}
    const limited = Object.keys(hard).filter(name => countsTowards(resource, name))
    const missing = missingAmounts(resource, object, limited)
    if (missing) throw refuse(`failed quota: ${quota.metadata.name}: must specify ${missing}`)
    const unknown =
      quota.status?.hard === undefined
        ? Object.keys(quota.spec.hard ?? {}).filter(name => countsTowards(resource, name))
        : limited.filter(name => used[name] === undefined)
    if (unknown.length > 0) {
      throw refuse(
        `status unknown for quota: ${quota.metadata.name}, resources: ${unknown.sort().join(',')}`,
      )
    }
  }
  return concerned.flatMap(quota => chargeQuota(charge, quota, refuse))
}

function chargeQuota(
  { requested }: Charge,
  quota: ResourceQuota,
  refuse: (why: string) => Error,
): ResourceQuota[] {
  const { hard = {}, used = {} } = quota.status ?? {}
  const counted = pickAmounts(requested, Object.keys(hard))
  const names = Object.keys(counted)
  if (names.length === 0) return []
  const next = addAmounts(used, counted)
  const exceeded = names.filter(name => compareQuantities(next[name] ?? '0', hard[name] ?? '0') > 0)
  if (exceeded.length > 0) {
    const text = (amounts: Amounts) => amountsText(pickAmounts(amounts, exceeded))
    throw refuse(
      `exceeded quota: ${quota.metadata.name}, requested: ${text(counted)}, used: ${text(used)}, limited: ${text(hard)}`,
    )
  }
  return [{ ...quota, status: { ...quota.status, used: next } }]
}

/** `limits.cpu for: main,sidecar; limits.memory for: main`; empty when the pod's containers name what they must. */
function missingAmounts(
  { group, plural }: QuotaResource,
  object: KubernetesObject,
  limited: string[],
): string {
  if (group !== '' || plural !== 'pods') return ''
  const { containers = [], initContainers = [], resources } = (object as Pod).spec
  const ofPod = amountsUsage(resources?.requests, resources?.limits)
  return demanded
    .filter(name => limited.includes(name) && ofPod[name] === undefined)
    .sort()
    .flatMap(name => {
      const without = [...containers, ...initContainers].filter(one => !names(one, name))
      const list = [...new Set(without.map(one => one.name))].sort().join(',')
      return list ? [`${name} for: ${list}`] : []
    })
    .join('; ')
}

const names = ({ resources }: Container, name: string): boolean =>
  amountsUsage(resources?.requests, resources?.limits)[name] !== undefined

const amountsText = (amounts: Amounts): string =>
  Object.entries(amounts)
    .map(([name, amount]) => `${name}=${canonicalQuantity(amount)}`)
    .sort()
    .join(',')
