import type {
  EndpointAddress,
  EndpointPort,
  EndpointSubset,
  Endpoints,
} from '#kubernetes/api/core-v1.ts'
import { checkLabel, checkQualifiedName, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ipWarnings } from './shared/address-warnings.ts'
import { ageColumn, moreList, nameColumn } from './shared/columns.ts'
import { each, malformed, oneOf, required } from './shared/field-errors.ts'
import { checkPortNumber } from './shared/formats.ts'
import { validateNonSpecialIp } from './shared/ip.ts'

const hostPort = (ip: string, port: number) =>
  ip.includes(':') ? `[${ip}]:${port}` : `${ip}:${port}`

const subsetAddresses = ({ addresses = [], ports = [] }: EndpointSubset): string[] =>
  ports.length === 0
    ? addresses.map(({ ip }) => ip)
    : ports.flatMap(({ port }) => addresses.map(({ ip }) => hostPort(ip, port)))

const validateSubset = (subset: EndpointSubset, path: string): FieldError[] => {
  const { addresses = [], notReadyAddresses = [], ports = [] } = subset
  return [
    ...(addresses.length + notReadyAddresses.length === 0
      ? [required(path, 'must specify `addresses` or `notReadyAddresses`')]
      : []),
    ...each(addresses, `${path}.addresses`, validateAddress),
    ...each(notReadyAddresses, `${path}.notReadyAddresses`, validateAddress),
    ...each(ports, `${path}.ports`, (port, path) => validatePort(port, path, ports.length > 1)),
  ]
}

const validateAddress = (address: EndpointAddress, path: string): FieldError[] => {
  const { ip = '', hostname, nodeName } = address
  return [
    ...(hostname ? malformed(`${path}.hostname`, hostname, checkLabel(hostname)) : []),
    ...(nodeName === undefined
      ? []
      : malformed(`${path}.nodeName`, nodeName, checkSubdomain(nodeName))),
    ...validateNonSpecialIp(ip, `${path}.ip`),
  ]
}

const validatePort = (endpoint: EndpointPort, path: string, named: boolean): FieldError[] => {
  const { name, port = 0, protocol, appProtocol } = endpoint
  return [
    ...(named && !name ? [required(`${path}.name`)] : []),
    ...(name ? malformed(`${path}.name`, name, checkLabel(name)) : []),
    ...malformed(`${path}.port`, port, checkPortNumber(port)),
    ...oneOf(`${path}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']),
    ...(appProtocol === undefined
      ? []
      : malformed(`${path}.appProtocol`, appProtocol, checkQualifiedName(appProtocol))),
  ]
}

const managedBy = 'endpoints.kubernetes.io/managed-by'

export const endpoints = defineResource<Endpoints>({
  group: '',
  version: 'v1',
  kind: 'Endpoints',
  plural: 'endpoints',
  singular: 'endpoints',
  shortNames: ['ep'],
  namespaced: true,
  storagePrefix: '/registry/services/endpoints',
  unconditionalUpdate: true,
  createOnUpdate: true,
  deprecation: 'v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice',
  columns: [
    nameColumn,
    {
      name: 'Endpoints',
      type: 'string',
      value: ({ subsets = [] }) => moreList(subsets.flatMap(subsetAddresses), 3, '<none>'),
    },
    ageColumn,
  ],
  defaults({ subsets = [] }) {
    for (const { ports = [] } of subsets) for (const port of ports) port.protocol ??= 'TCP'
  },
  warnings: ({ metadata, subsets = [] }) =>
    metadata.labels?.[managedBy] === 'endpoint-controller'
      ? []
      : subsets.flatMap((subset, index) =>
          (['addresses', 'notReadyAddresses'] as const).flatMap(field =>
            (subset[field] ?? []).flatMap(({ ip }, at) =>
              ipWarnings(`subsets[${index}].${field}[${at}].ip`, ip),
            ),
          ),
        ),
  validate: ({ subsets }) => each(subsets, 'subsets', validateSubset),
})
