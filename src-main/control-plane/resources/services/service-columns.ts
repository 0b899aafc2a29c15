import type { Service } from '#kubernetes/api/core-v1.ts'
import type { Column } from '../define-resource.ts'
import { ageColumn, labelsText, nameColumn } from '../shared/columns.ts'

function externalIPs({ spec, status }: Service): string {
  const configured = spec.externalIPs ?? []
  switch (spec.type) {
    case 'ClusterIP':
    case 'NodePort':
      return configured.join(',') || '<none>'
    case 'LoadBalancer': {
      const ingress = status?.loadBalancer?.ingress ?? []
      const balancer = new Set(ingress.map(({ ip, hostname }) => ip || hostname || ''))
      balancer.delete('')
      return [...[...balancer].sort(), ...configured].join(',') || '<pending>'
    }
    case 'ExternalName':
      return spec.externalName ?? ''
    default:
      return '<unknown>'
  }
}

const portsText = ({ spec: { ports = [] } }: Service): string =>
  ports
    .map(({ port, nodePort, protocol }) =>
      nodePort ? `${port}:${nodePort}/${protocol}` : `${port}/${protocol}`,
    )
    .join(',') || '<none>'

export const serviceColumns: Column<Service>[] = [
  nameColumn,
  { name: 'Type', type: 'string', value: ({ spec }) => spec.type ?? '' },
  { name: 'Cluster-IP', type: 'string', value: ({ spec }) => spec.clusterIPs?.[0] ?? '<none>' },
  { name: 'External-IP', type: 'string', value: externalIPs },
  { name: 'Port(s)', type: 'string', value: portsText },
  ageColumn,
  {
    name: 'Selector',
    type: 'string',
    priority: 1,
    value: ({ spec }) => labelsText(spec.selector),
  },
]
