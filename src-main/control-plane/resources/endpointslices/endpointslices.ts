import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { defineResource } from '../define-resource.ts'
import { ipWarnings } from '../shared/address-warnings.ts'
import { ageColumn, moreList, nameColumn } from '../shared/columns.ts'
import { immutable } from '../shared/field-errors.ts'
import { validateEndpointSlice } from './endpoint-slice-validation.ts'

const ownControllers = [
  'endpointslice-controller.k8s.io',
  'endpointslicemirroring-controller.k8s.io',
]

function sliceWarnings(slice: EndpointSlice, old?: Readonly<EndpointSlice>): string[] {
  const { metadata, addressType, endpoints } = slice
  const manager = metadata.labels?.['endpointslice.kubernetes.io/managed-by'] ?? ''
  return [
    ...(!old && addressType === 'FQDN' ? ['spec.addressType: FQDN endpoints are deprecated'] : []),
    // What the controllers write is canonical; it is much, and needs no look.
    ...(ownControllers.includes(manager) ? [] : (endpoints ?? [])).flatMap(
      ({ addresses = [] }, index) =>
        addresses.flatMap((address, at) =>
          ipWarnings(`endpoints[${index}].addresses[${at}]`, address),
        ),
    ),
  ]
}

export const endpointSlices = defineResource<EndpointSlice>({
  group: 'discovery.k8s.io',
  version: 'v1',
  kind: 'EndpointSlice',
  plural: 'endpointslices',
  singular: 'endpointslice',
  namespaced: true,
  storagePrefix: '/registry/endpointslices',
  unconditionalUpdate: true,
  generation: true,
  changesGeneration: (slice, old) => content(slice) !== content(old),
  columns: [
    nameColumn,
    { name: 'AddressType', type: 'string', value: ({ addressType }) => addressType ?? '' },
    {
      name: 'Ports',
      type: 'string',
      value: ({ ports }) =>
        moreList(
          (ports ?? []).map(({ port, name }) => (port ? String(port) : name || '*')),
          3,
          '<unset>',
        ),
    },
    {
      name: 'Endpoints',
      type: 'string',
      value: ({ endpoints }) =>
        moreList(
          (endpoints ?? []).flatMap(({ addresses }) => addresses ?? []),
          3,
          '<unset>',
        ),
    },
    ageColumn,
  ],
  defaults(slice) {
    for (const port of slice.ports ?? []) {
      port.name ??= ''
      port.protocol ??= 'TCP'
    }
  },
  warnings: sliceWarnings,
  validate: validateEndpointSlice,
  validateUpdate: (slice, old) => immutable('addressType', slice.addressType, old.addressType),
})

/** What counts for the generation: everything but metadata, and the labels. */
function content({ metadata, addressType, endpoints, ports }: EndpointSlice): string {
  return JSON.stringify([metadata.labels, addressType, endpoints, ports])
}
