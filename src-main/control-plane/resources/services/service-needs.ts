import type { Service, ServiceSpec } from '#kubernetes/api/core-v1.ts'

/** Whether traffic from outside the cluster reaches the service. */
export const isExternallyAccessible = ({ type, externalIPs = [] }: ServiceSpec): boolean =>
  type === 'NodePort' || type === 'LoadBalancer' || (type === 'ClusterIP' && externalIPs.length > 0)

/** Whether the service has an address within the cluster, be it the word `None`. */
export const needsClusterIP = ({ spec }: Service): boolean => spec.type !== 'ExternalName'

/** Whether the service is one without an address: `clusterIP: None`. */
export const isHeadless = ({ spec }: Service): boolean =>
  spec.clusterIPs?.length === 1 ? spec.clusterIPs[0] === 'None' : spec.clusterIP === 'None'

export const needsNodePort = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' || spec.type === 'LoadBalancer'

/** Whether node ports that weren't asked for are to be allocated. */
export const allocatesNodePorts = ({ spec }: Service): boolean =>
  spec.type === 'NodePort' ||
  (spec.type === 'LoadBalancer' && spec.allocateLoadBalancerNodePorts !== false)

export const needsHealthCheckNodePort = ({ spec }: Service): boolean =>
  spec.type === 'LoadBalancer' && spec.externalTrafficPolicy === 'Local'
