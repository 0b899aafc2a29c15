import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { AllocationResult, ResourceClaim } from '#kubernetes/api/resource-v1.ts'
import { deepEqual } from '#kubernetes/json.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { claimKeys } from '#kubernetes/resource-claims.ts'
import { searchBudget } from '../devices/allocate-devices.ts'
import { askedClaims, chooseDevices, claimProblem, isWithin } from '../devices/pod-claims.ts'
import {
  type ClusterEvent,
  type ClusterListers,
  normalizeByMax,
  type Plugin,
} from '../framework.ts'

const elsewhere = { reasons: ['resourceclaim not available on the node'], final: true }
/** Of the alternatives of a request, the first counts so much; each further one less. */
const maxAlternatives = 8

export interface DynamicResourcesArgs {
  /** How long one node may be searched for devices before it counts as unsuitable; 0: as long as it takes. */
  filterTimeoutMs: number
}

/**
 * Pods wait for their claims on devices, and go where those have their devices or where there are devices for them. The
 * devices of the node that is chosen are reserved by `ClaimBinder`.
 */
export const dynamicResources = ({ filterTimeoutMs }: DynamicResourcesArgs): Plugin => ({
  name: 'DynamicResources',
  wakesOn: [
    'devices known',
    'resource claims',
    'device classes',
    'resource slices',
    'node added',
    'node labels',
    'node allocatable',
  ],
  mayHelp: ({ pod }, event) =>
    (pod.spec?.resourceClaims ?? []).length > 0 &&
    (event.change !== 'resource claims' || isOfUse(pod, event.claim)),
  preEnqueue: ({ pod }, listers) => {
    if (!pod.spec?.resourceClaims?.length) return undefined
    const claims = readClaims(pod, listers)
    return typeof claims === 'string' ? claims : undefined
  },
  filter({ pod }, _nodes, listers) {
    if (!pod.spec?.resourceClaims?.length) return undefined
    const { devices } = listers
    const claims = readClaims(pod, listers)
    if (typeof claims === 'string') return claims
    if (claims.length === 0) return undefined
    for (const claim of claims) {
      const refusal = claimProblem(claim, pod, devices)
      if (refusal) return refusal
    }
    const open = claims.filter(({ status }) => !status?.allocation)
    const budget = searchBudget()
    return node => {
      const begun = devices.now()
      if (filterTimeoutMs) budget.isOver = () => devices.now() - begun >= filterTimeoutMs
      const chosen = running(() => chooseDevices(open, node, devices, budget))
      if (typeof chosen === 'string') return { reasons: [chosen], final: true }
      return claims.every(claim => isWithin(claim, node)) ? undefined : elsewhere
    }
  },
  score({ pod }, _nodes, listers) {
    if (!pod.spec?.resourceClaims?.length) return undefined
    const claims = readClaims(pod, listers)
    if (typeof claims === 'string') return undefined
    const open = claims.filter(({ status }) => !status?.allocation)
    const hasAlternatives = open.some(({ spec }) =>
      spec.devices?.requests?.some(({ firstAvailable = [] }) => firstAvailable.length > 0),
    )
    if (!hasAlternatives) return undefined
    const budget = searchBudget()
    return {
      score: node => alternativesScore(open, chooseDevices(open, node, listers.devices, budget)),
      normalize: scores => normalizeByMax(scores),
    }
  },
})

const readClaims = (pod: Stored<Pod>, { devices }: ClusterListers) =>
  devices.isReady ? askedClaims(pod, devices) : 'the devices of the cluster are not known yet'

/** Whether what happened to a claim may help a pod: devices came free, or it is about one of its own. */
function isOfUse(pod: Pod, claim: ClusterEvent['claim']): boolean {
  if (!claim) return true
  const { now, old } = claim
  if (!now || (old?.status?.allocation && !now.status?.allocation)) return true
  if (!claimKeys(pod).includes(keyOf(now))) return false
  return !old || !deepEqual(now.status ?? {}, old.status ?? {})
}

/** Nodes where requests are met by what they would rather have come first. */
function alternativesScore(
  claims: readonly ResourceClaim[],
  chosen: readonly AllocationResult[] | string,
): number {
  if (typeof chosen === 'string') return 0
  let score = 0
  for (const [index, { spec }] of claims.entries()) {
    const met = new Set(chosen[index]?.devices?.results?.map(({ request }) => request))
    for (const { name, firstAvailable = [] } of spec.devices?.requests ?? [])
      for (const [place, alternative] of firstAvailable.entries())
        if (met.has(`${name}/${alternative.name}`)) score += maxAlternatives - place
  }
  return score
}

/** Says in upstream's words whose error it is. */
function running<T>(action: () => T): T {
  try {
    return action()
  } catch (error) {
    const { message } = error as Error
    throw new Error(`running "DynamicResources" filter plugin: ${message}`, { cause: error })
  }
}
