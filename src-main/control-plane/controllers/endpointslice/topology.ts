import type { Service } from '#kubernetes/api/core-v1.ts'

export const zoneLabel = 'topology.kubernetes.io/zone'

/** Whether a service asks for endpoints to be given to zones by the zones' CPU; the older annotation wins. */
export function hasTopologyMode({ metadata: { annotations = {} } }: Service): boolean {
  const mode =
    annotations['service.kubernetes.io/topology-aware-hints'] ??
    annotations['service.kubernetes.io/topology-mode']
  return mode === 'Auto' || mode === 'auto'
}
