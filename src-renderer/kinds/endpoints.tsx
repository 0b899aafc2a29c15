import { Waypoints } from 'lucide-react'
import type { ObjectBody } from '../../src-main/contract/objects.ts'
import type { Endpoints } from '../../src-main/kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '../../src-main/kubernetes/api/discovery-v1.ts'
import type { Ingress, IngressServiceBackend } from '../../src-main/kubernetes/api/networking-v1.ts'
import type { KindPresentation, Property, PropertySection } from './define-kind.ts'
import { sitesOf } from './ingress-sites.ts'
import { linkProperty, linkTo, ownerProperty, rows } from './shared-properties.tsx'

export const ingresses: KindPresentation = {
  resource: 'ingresses.networking.k8s.io',
  icon: Waypoints,
  about: 'An Ingress leads requests for hosts and paths to Services.',
  columns: {
    columns: {
      Class: { leavesBelow: 700 },
      Address: { leavesBelow: 800 },
      Ports: { leavesBelow: 800 },
    },
  },
  properties: body => {
    const { metadata, spec, status } = body as unknown as Ingress
    const addresses = status?.loadBalancer?.ingress?.map(({ ip, hostname }) => hostname ?? ip)
    return [
      ...linkProperty('Class', 'IngressClass', spec?.ingressClassName),
      { label: 'Address', value: addresses?.join(', ') },
      ...rows('On this machine', sitesOf(body as unknown as Ingress), site => ({
        value: (
          <a href={site} target="_blank" rel="noreferrer">
            {site}
          </a>
        ),
      })),
      ...rows('TLS', spec?.tls, ({ hosts, secretName = '' }) => ({
        value: `${secretName} for ${hosts?.join(', ') || 'every host'}`,
        link: linkTo('Secret', secretName, metadata.namespace),
      })),
    ]
  },
  sections: ingressRules,
}

function ingressRules(body: ObjectBody): PropertySection[] {
  const { metadata, spec } = body as unknown as Ingress
  const leadsTo = (label: string, service: IngressServiceBackend | undefined): Property => {
    const port = service?.port?.name ?? service?.port?.number
    return {
      label,
      value: service ? `Service ${service.name}, port ${port}` : 'another resource',
      ...(service && {
        link: linkTo('Service', service.name, metadata.namespace),
      }),
    }
  }
  return [
    ...(spec?.rules ?? []).map(({ host, http }) => ({
      title: host || 'Every host',
      properties: (http?.paths ?? []).map(({ path = '/', pathType, backend }) =>
        leadsTo(pathType === 'Exact' ? `${path} exactly` : path, backend.service),
      ),
    })),
    ...(spec?.defaultBackend
      ? [{ title: 'Everything else', properties: [leadsTo('', spec.defaultBackend.service)] }]
      : []),
  ]
}

export const endpointSlices: KindPresentation = {
  resource: 'endpointslices.discovery.k8s.io',
  about: 'An EndpointSlice lists addresses behind a Service and whether they are ready.',
  columns: { columns: { Endpoints: { width: 160, flex: 2 }, AddressType: { leavesBelow: 700 } } },
  properties: body => {
    const { metadata, addressType, ports } = body as unknown as EndpointSlice
    return [
      ...ownerProperty(metadata),
      { label: 'Addresses', value: addressType },
      ...rows('Ports', ports, ({ name, port, protocol }) => ({
        value: [name, port, protocol].filter(Boolean).join(' '),
      })),
    ]
  },
  sections: body => {
    const { metadata, endpoints } = body as unknown as EndpointSlice
    return [
      {
        title: 'Endpoints',
        properties: (endpoints ?? []).map(({ addresses, conditions, targetRef }) =>
          address(
            addresses.join(', '),
            conditions?.ready === false ? 'not ready' : 'ready',
            targetRef,
            metadata.namespace,
          ),
        ),
      },
    ]
  },
}

export const endpoints: KindPresentation = {
  resource: 'endpoints',
  about: 'Endpoints list the addresses behind a Service; EndpointSlices have taken their place.',
  sections: body => {
    const { metadata, subsets } = body as unknown as Endpoints
    return [
      {
        title: 'Addresses',
        properties: (subsets ?? []).flatMap(({ addresses = [], notReadyAddresses = [] }) => [
          ...addresses.map(one => address(one.ip, 'ready', one.targetRef, metadata.namespace)),
          ...notReadyAddresses.map(one =>
            address(one.ip, 'not ready', one.targetRef, metadata.namespace),
          ),
        ]),
      },
    ]
  },
}

function address(
  ip: string,
  state: string,
  target: { kind?: string; name?: string } | undefined,
  namespace: string | undefined,
): Property {
  const { kind, name } = target ?? {}
  return {
    label: ip,
    value: kind && name ? `${kind} ${name}, ${state}` : state,
    ...(kind && name && { link: linkTo(kind, name, namespace) }),
  }
}
