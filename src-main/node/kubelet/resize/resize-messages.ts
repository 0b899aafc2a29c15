import type { Container } from '#kubernetes/api/core-v1.ts'
import type { Amounts } from '#kubernetes/resource-amounts.ts'
import type { BoundPod } from '../pod-facts.ts'

/** What an event about a resize says: what happened, and what the pod has or would have. */
export function resizeMessage(
  what: 'started' | 'completed' | 'error' | 'Deferred' | 'Infeasible',
  { spec }: BoundPod,
  generation: number,
  error?: string,
): string {
  const { initContainers = [], containers } = spec
  const summary = {
    ...(initContainers.length ? { initContainers: initContainers.map(resourcesOf) } : {}),
    containers: containers.map(resourcesOf),
    generation,
    ...(error ? { error } : {}),
  }
  return `Pod resize ${what}: ${JSON.stringify(summary)}`
}

function resourcesOf({ name, resources = {} }: Container) {
  const { limits, requests, claims } = resources
  return {
    name,
    resources: {
      ...(limits ? { limits: sorted(limits) } : {}),
      ...(requests ? { requests: sorted(requests) } : {}),
      ...(claims?.length ? { claims } : {}),
    },
  }
}

const sorted = (amounts: Amounts): Amounts =>
  Object.fromEntries(Object.entries(amounts).sort(([a], [b]) => (a < b ? -1 : 1)))
