import type { Service } from '#kubernetes/api/core-v1.ts'
import { cidrWarnings, ipWarnings } from '../shared/address-warnings.ts'
import { topologyHints } from './service-annotations.ts'

/** What a Service is written with a warning for, in upstream's words. */
export function serviceWarnings({ metadata, spec }: Service): string[] {
  const { clusterIPs = [], externalIPs = [], loadBalancerIP, loadBalancerSourceRanges } = spec
  const ofList = (field: 'clusterIPs' | 'externalIPs', addresses: readonly string[]) =>
    addresses.flatMap((address, index) => ipWarnings(`spec.${field}[${index}]`, address))
  return [
    ...(metadata.annotations?.[topologyHints] === undefined
      ? []
      : [
          `annotation ${topologyHints} is deprecated, please use service.kubernetes.io/topology-mode instead`,
        ]),
    ...ofList('clusterIPs', clusterIPs),
    ...headlessWarnings({ metadata, spec }),
    ...ofList('externalIPs', externalIPs),
    ...(loadBalancerIP ? ipWarnings('spec.loadBalancerIP', loadBalancerIP) : []),
    ...(loadBalancerSourceRanges ?? []).flatMap((range, index) =>
      cidrWarnings(`spec.loadBalancerSourceRanges[${index}]`, range),
    ),
    ...typeWarnings({ metadata, spec }),
    ...(spec.trafficDistribution === 'PreferClose'
      ? ['spec.trafficDistribution: "PreferClose" is deprecated; use "PreferSameZone"']
      : []),
  ]
}

/** What the status of a Service is written with a warning for. */
export const serviceStatusWarnings = ({ status }: Service): string[] =>
  (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }, index) =>
    ip ? ipWarnings(`status.loadBalancer.ingress[${index}]`, ip) : [],
  )

function headlessWarnings({ spec }: Service): string[] {
  if (spec.type !== 'ClusterIP' || spec.clusterIP !== 'None') return []
  const ignored = [
    spec.loadBalancerIP ? 'spec.loadBalancerIP' : '',
    spec.externalIPs?.length ? 'spec.externalIPs' : '',
    spec.sessionAffinity === 'None' ? '' : 'spec.SessionAffinity',
  ]
  return ignored.filter(Boolean).map(field => `${field} is ignored for headless services`)
}

function typeWarnings({ spec }: Service): string[] {
  const isName = spec.type === 'ExternalName'
  return [
    ...(isName && spec.externalIPs?.length
      ? ['spec.externalIPs is ignored when spec.type is "ExternalName"']
      : []),
    ...(!isName && spec.externalName
      ? ['spec.externalName is ignored when spec.type is not "ExternalName"']
      : []),
  ]
}
