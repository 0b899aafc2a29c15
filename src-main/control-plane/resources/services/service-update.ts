import type { Service, ServiceSpec } from '#kubernetes/api/core-v1.ts'
import { isEqual } from '../shared/field-errors.ts'
import {
  isExternallyAccessible,
  needsClusterIP,
  needsHealthCheckNodePort,
  needsNodePort,
} from './service-needs.ts'

/** Makes `clusterIPs` follow `clusterIP` where a client wrote only the older field. */
export function alignClusterIPs(service: Service, old?: Service): void {
  const { spec } = service
  if (!old) {
    if (spec.clusterIP && !spec.clusterIPs?.length) spec.clusterIPs = [spec.clusterIP]
    return
  }
  if (spec.clusterIP === old.spec.clusterIP || !isEqual(spec.clusterIPs, old.spec.clusterIPs))
    return
  if (spec.clusterIP) spec.clusterIPs = [spec.clusterIP]
  else delete spec.clusterIPs
}

/** Fills in what was allocated before and the client left out. */
export function keepAllocated(service: Service, old: Service): void {
  const { spec } = service
  if (needsClusterIP(old) && needsClusterIP(service)) {
    if (!spec.clusterIP && old.spec.clusterIP) spec.clusterIP = old.spec.clusterIP
    if (!spec.clusterIPs?.length && spec.clusterIP === old.spec.clusterIP && old.spec.clusterIPs)
      spec.clusterIPs = old.spec.clusterIPs
    if (!spec.ipFamilies?.length && old.spec.ipFamilies) spec.ipFamilies = old.spec.ipFamilies
    if (old.spec.ipFamilyPolicy) spec.ipFamilyPolicy ??= old.spec.ipFamilyPolicy
  }
  if (needsNodePort(old) && needsNodePort(service)) keepNodePorts(spec, old.spec)
  if (needsHealthCheckNodePort(old) && needsHealthCheckNodePort(service))
    if (!spec.healthCheckNodePort && old.spec.healthCheckNodePort)
      spec.healthCheckNodePort = old.spec.healthCheckNodePort
}

function keepNodePorts({ ports = [] }: ServiceSpec, { ports: oldPorts = [] }: ServiceSpec): void {
  const used = new Set(ports.map(({ nodePort }) => nodePort))
  const byName = new Map(oldPorts.map(({ name = '', nodePort }) => [name, nodePort]))
  for (const port of ports) {
    const before = byName.get(port.name ?? '')
    if (port.nodePort || !before || used.has(before)) continue
    port.nodePort = before
    used.add(before)
  }
}

const typeDependent: { fields: (keyof ServiceSpec)[]; needed(service: Service): boolean }[] = [
  { fields: ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'], needed: needsClusterIP },
  { fields: ['healthCheckNodePort'], needed: needsHealthCheckNodePort },
  {
    fields: ['allocateLoadBalancerNodePorts', 'loadBalancerClass'],
    needed: ({ spec }) => spec.type === 'LoadBalancer',
  },
  { fields: ['externalTrafficPolicy'], needed: ({ spec }) => isExternallyAccessible(spec) },
]

/** Drops what the old type needed and the new one can't have, unless the client changed it. */
export function dropWhatTheTypeNeedsNoMore(service: Service, old: Service): void {
  for (const { fields, needed } of typeDependent)
    if (needed(old) && !needed(service))
      for (const field of fields)
        if (isEqual(service.spec[field], old.spec[field])) delete service.spec[field]
  const nodePorts = ({ spec: { ports = [] } }: Service) => ports.map(({ nodePort }) => nodePort)
  if (needsNodePort(old) && !needsNodePort(service))
    if (isEqual(nodePorts(service), nodePorts(old)))
      for (const port of service.spec.ports ?? []) delete port.nodePort
}
