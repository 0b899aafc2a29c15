import type { NodeSelector, NodeSelectorRequirement } from '#kubernetes/api/core-v1.ts'
import type {
  AllocationResult,
  DeviceAllocationConfiguration,
  ResourceClaim,
} from '#kubernetes/api/resource-v1.ts'
import { deepEqual } from '#kubernetes/json.ts'
import type { ReachableDevice } from './device-inventory.ts'
import type { RequestPlan } from './request-plans.ts'

/** A device for a request. */
export interface DevicePick {
  plan: RequestPlan
  device: ReachableDevice
}

/** What is written into a claim's status: its devices, how to set them up, and the nodes that can use them. */
export function allocationResult(
  claim: ResourceClaim,
  plans: readonly RequestPlan[],
  picks: readonly DevicePick[],
): AllocationResult {
  const results = picks.map(({ plan, device }) => ({
    request: plan.name,
    driver: device.pool.driver,
    pool: device.pool.name,
    device: device.device.name,
    ...(plan.adminAccess ? { adminAccess: true } : {}),
  }))
  const config = [...classConfig(plans), ...claimConfig(claim, plans)].map(one => {
    // Of what holds for all requests none is named.
    const { requests = [], ...rest } = one
    return requests.length === 0 || requests.length === plans.length ? rest : one
  })
  const nodeSelector = nodesOf(picks.map(({ device }) => device))
  return {
    devices: { results, ...(config.length ? { config } : {}) },
    ...(nodeSelector ? { nodeSelector } : {}),
  }
}

/** Each class's own, once, for the requests that use the class. */
function classConfig(plans: readonly RequestPlan[]): DeviceAllocationConfiguration[] {
  const byClass = Map.groupBy(plans, ({ deviceClass }) => deviceClass.metadata.name)
  return [...byClass.values()].flatMap(users =>
    (users[0]?.deviceClass.spec.config ?? []).map(one => ({
      ...one,
      source: 'FromClass' as const,
      requests: users.map(({ name }) => name),
    })),
  )
}

const claimConfig = (
  { spec }: ResourceClaim,
  plans: readonly RequestPlan[],
): DeviceAllocationConfiguration[] =>
  (spec.devices?.config ?? [])
    .filter(
      ({ requests = [] }) =>
        requests.length === 0 ||
        plans.some(({ name, parent }) => requests.includes(name) || requests.includes(parent)),
    )
    .map(one => ({ ...one, source: 'FromClaim' as const }))

/** The nodes that reach all of these devices; undefined when every node does. */
function nodesOf(devices: readonly ReachableDevice[]): NodeSelector | undefined {
  const specs = devices.map(({ slice }) => slice.spec)
  const nodeName = specs.find(spec => spec.nodeName !== undefined)?.nodeName
  if (nodeName !== undefined) {
    const field = { key: 'metadata.name', operator: 'In' as const, values: [nodeName] }
    return { nodeSelectorTerms: [{ matchFields: [field] }] }
  }
  const terms = specs.flatMap(({ nodeSelector }) => nodeSelector?.nodeSelectorTerms ?? [])
  const matchFields = distinct(terms.flatMap(term => term.matchFields ?? []))
  const matchExpressions = distinct(terms.flatMap(term => term.matchExpressions ?? []))
  if (!matchFields.length && !matchExpressions.length) return undefined
  return {
    nodeSelectorTerms: [
      {
        ...(matchExpressions.length ? { matchExpressions } : {}),
        ...(matchFields.length ? { matchFields } : {}),
      },
    ],
  }
}

const distinct = (requirements: readonly NodeSelectorRequirement[]): NodeSelectorRequirement[] =>
  requirements.filter(
    (one, index) => requirements.findIndex(other => deepEqual(one, other)) === index,
  )
