import type { Endpoint, EndpointPort, EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import {
  checkLabel,
  checkLabelValue,
  checkQualifiedName,
  checkSubdomain,
} from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  invalid,
  malformed,
  oneOf,
  required,
  tooMany,
} from '../shared/field-errors.ts'
import { ipFamily, validateNonSpecialIp } from '../shared/ip.ts'
import { validateLabels } from '../shared/object-meta.ts'

const addressTypes = ['IPv4', 'IPv6', 'FQDN']

/** What is wrong with an EndpointSlice. */
export function validateEndpointSlice({
  addressType,
  endpoints,
  ports,
}: EndpointSlice): FieldError[] {
  const type: string = addressType ?? ''
  return [
    ...oneOf('addressType', type, addressTypes),
    ...atMost('endpoints', endpoints, 1000),
    ...each(endpoints, 'endpoints', (endpoint, path) => validateEndpoint(endpoint, path, type)),
    ...validatePorts(ports ?? []),
  ]
}

const atMost = (field: string, items: unknown[] | null | undefined, most: number): FieldError[] =>
  items && items.length > most ? [tooMany(field, items.length, most)] : []

function validateEndpoint(endpoint: Endpoint, path: string, type: string): FieldError[] {
  const { addresses = [], hostname, nodeName, deprecatedTopology, hints } = endpoint
  return [
    ...(addresses.length === 0
      ? [required(`${path}.addresses`, 'must contain at least 1 address')]
      : []),
    ...atMost(`${path}.addresses`, addresses, 100),
    ...each(addresses, `${path}.addresses`, (address, path) =>
      validateAddress(address, path, type),
    ),
    ...(nodeName === undefined
      ? []
      : malformed(`${path}.nodeName`, nodeName, checkSubdomain(nodeName))),
    ...validateLabels(deprecatedTopology, `${path}.deprecatedTopology`),
    ...(hostname === undefined
      ? []
      : malformed(`${path}.hostname`, hostname, checkLabel(hostname))),
    ...validateHints(hints?.forZones, `${path}.hints.forZones`, checkLabelValue),
    ...validateHints(hints?.forNodes, `${path}.hints.forNodes`, checkSubdomain),
  ]
}

function validateAddress(address: string, path: string, type: string): FieldError[] {
  if (type === 'FQDN') {
    const name = address.replace(/[.]$/, '')
    const problems = checkSubdomain(name)
    if (problems.length === 0 && !name.includes('.'))
      problems.push('should be a domain with at least two segments separated by dots')
    return malformed(path, address, problems)
  }
  const special = validateNonSpecialIp(address, path)
  const family = ipFamily(address)
  if (special.length > 0 || !addressTypes.includes(type) || family === type) return special
  return [invalid(path.replace(/\[\d+\]$/, ''), address, `must be an ${type} address`)]
}

function validateHints(
  hints: { name: string }[] | undefined,
  path: string,
  check: (name: string) => string[],
): FieldError[] {
  const seen = new Set<string>()
  return [
    ...atMost(path, hints, 8),
    ...each(hints, path, ({ name }, path) => {
      const repeated = seen.has(name)
      seen.add(name)
      return repeated
        ? [duplicate(`${path}.name`, name)]
        : malformed(`${path}.name`, name, check(name))
    }),
  ]
}

function validatePorts(ports: EndpointPort[]): FieldError[] {
  const names = new Set<string>()
  return [
    ...atMost('ports', ports, 20_000),
    ...each(ports, 'ports', ({ name = '', protocol, appProtocol }, path) => {
      const repeated = names.has(name)
      names.add(name)
      return [
        ...(name ? malformed(`${path}.name`, name, checkLabel(name)) : []),
        ...(repeated ? [duplicate(`${path}.name`, name)] : []),
        ...oneOf(`${path}.protocol`, protocol, ['TCP', 'UDP', 'SCTP']),
        ...(appProtocol === undefined
          ? []
          : malformed(`${path}.appProtocol`, appProtocol, checkQualifiedName(appProtocol))),
      ]
    }),
  ]
}
