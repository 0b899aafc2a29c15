import { Network } from 'lucide-react'
import type { Service, ServicePort } from '../../src-main/kubernetes/api/core-v1.ts'
import type { KindPresentation, Property } from './define-kind.ts'

export const services: KindPresentation = {
  resource: 'services',
  icon: Network,
  selectsPods: true,
  about: 'A Service gives a set of pods one name and one address.',
  columns: {
    order: ['Name', 'Namespace', 'Type', 'Cluster-IP', 'External-IP', 'Port(s)', 'Age', 'Status'],
    columns: {
      Type: { width: 100, flex: 0, leavesBelow: 560 },
      'Cluster-IP': { width: 108, flex: 0, leavesBelow: 760 },
      'External-IP': { width: 96, leavesBelow: 900 },
      'Port(s)': { width: 120, flex: 2 },
    },
  },
  properties: body => serviceProperties(body as unknown as Service),
}

const portText = ({ name, port, targetPort, nodePort, protocol = 'TCP' }: ServicePort) =>
  `${name ? `${name} ` : ''}${port} → ${targetPort ?? port}${nodePort ? `, node port ${nodePort}` : ''} ${protocol}`

function serviceProperties({ spec = {}, status }: Service): Property[] {
  const balancers = status?.loadBalancer?.ingress?.map(({ ip, hostname }) => hostname ?? ip)
  const selector = Object.entries(spec.selector ?? {}).map(([key, value]) => `${key}=${value}`)
  return [
    { label: 'Type', value: spec.type },
    { label: 'Leads to', value: spec.externalName },
    { label: 'Cluster IP', value: (spec.clusterIPs ?? [spec.clusterIP]).join(', ') },
    { label: 'External IP', value: spec.externalIPs?.join(', ') },
    { label: 'Load balancer', value: balancers?.join(', ') },
    ...(spec.ports ?? []).map((port, index) => ({
      label: index ? '' : 'Ports',
      value: portText(port),
    })),
    ...(spec.ports ?? []).flatMap(({ nodePort }) =>
      nodePort
        ? [
            {
              label: 'On this machine',
              value: (
                <a href={`http://localhost:${nodePort}/`} target="_blank" rel="noreferrer">
                  localhost:{nodePort}
                </a>
              ),
            },
          ]
        : [],
    ),
    {
      label: 'Keeps clients',
      value: spec.sessionAffinity === 'ClientIP' ? 'at one pod, by their address' : undefined,
    },
    { label: 'Traffic', value: trafficText(spec) },
    { label: 'Selector', value: selector.length ? <code>{selector.join(', ')}</code> : undefined },
  ]
}

/** What isn't as usual about the ways of traffic. */
function trafficText({
  externalTrafficPolicy,
  internalTrafficPolicy,
}: NonNullable<Service['spec']>): string | undefined {
  const local = [
    externalTrafficPolicy === 'Local' && 'from outside',
    internalTrafficPolicy === 'Local' && 'from inside',
  ].filter(Boolean)
  return local.length ? `${local.join(' and ')} stays on its node` : undefined
}
