import type { Service, ServiceSpec } from '#kubernetes/api/core-v1.ts'
import { isExternallyAccessible } from './service-needs.ts'

/** Fills a service as upstream does; addresses and node ports are allocated later. */
export function defaultService(service: Service): void {
  service.spec ??= {}
  service.status ??= {}
  service.status.loadBalancer ??= {}
  const { spec } = service
  spec.type ||= 'ClusterIP'
  defaultAffinity(spec)
  for (const port of spec.ports ?? []) {
    port.protocol ||= 'TCP'
    port.targetPort ||= port.port
  }
  if (isExternallyAccessible(spec)) spec.externalTrafficPolicy ||= 'Cluster'
  if (spec.type !== 'ExternalName') spec.internalTrafficPolicy ??= 'Cluster'
  if (spec.type === 'LoadBalancer') {
    spec.allocateLoadBalancerNodePorts ??= true
    for (const ingress of service.status.loadBalancer.ingress ?? [])
      if (ingress.ip) ingress.ipMode ??= 'VIP'
  }
}

function defaultAffinity(spec: ServiceSpec): void {
  spec.sessionAffinity ||= 'None'
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig
  if (
    spec.sessionAffinity === 'ClientIP' &&
    spec.sessionAffinityConfig?.clientIP?.timeoutSeconds === undefined
  )
    spec.sessionAffinityConfig = { clientIP: { timeoutSeconds: 10_800 } }
}
