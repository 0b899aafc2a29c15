import type {
  IPBlock,
  NetworkPolicy,
  NetworkPolicyPeer,
  NetworkPolicyPort,
} from '#kubernetes/api/networking-v1.ts'
import { isWithin } from '#kubernetes/cel/library/ip-address.ts'
import { readLegacyRange } from '#kubernetes/legacy-ip.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  each,
  forbidden,
  invalid,
  malformed,
  notSupported,
  optionalOneOf,
  required,
} from '../shared/field-errors.ts'
import { checkPort, checkPortNumber } from '../shared/formats.ts'
import { validateCidr } from '../shared/ip.ts'
import { validateLabelSelector } from '../shared/label-selector.ts'

const types = ['Egress', 'Ingress']

/** What is wrong with a NetworkPolicy. */
export function validateNetworkPolicy({ spec }: NetworkPolicy): FieldError[] {
  const { podSelector, ingress, egress, policyTypes = [] } = spec ?? {}
  return [
    ...validateLabelSelector(podSelector, 'spec.podSelector'),
    ...each(ingress, 'spec.ingress', ({ ports, from }, path) => [
      ...each(ports, `${path}.ports`, validatePort),
      ...each(from, `${path}.from`, validatePeer),
    ]),
    ...each(egress, 'spec.egress', ({ ports, to }, path) => [
      ...each(ports, `${path}.ports`, validatePort),
      ...each(to, `${path}.to`, validatePeer),
    ]),
    ...(policyTypes.length > types.length
      ? [invalid('spec.policyTypes', policyTypes, 'may not specify more than two policyTypes')]
      : each<string>(policyTypes, 'spec.policyTypes', (type, path) =>
          types.includes(type) ? [] : [notSupported(path, type, types)],
        )),
  ]
}

function validatePort({ protocol, port, endPort }: NetworkPolicyPort, path: string): FieldError[] {
  const refuseEnd = (detail: string) =>
    endPort === undefined ? [] : [invalid(`${path}.endPort`, endPort, detail)]
  return [
    ...optionalOneOf(`${path}.protocol`, protocol, ['SCTP', 'TCP', 'UDP']),
    ...(port === undefined
      ? refuseEnd('may not be specified when `port` is not specified')
      : malformed(`${path}.port`, port, checkPort(port))),
    ...(typeof port === 'string'
      ? refuseEnd('may not be specified when `port` is non-numeric')
      : []),
    ...(typeof port === 'number' && endPort !== undefined
      ? [
          ...(endPort < port ? refuseEnd('must be greater than or equal to `port`') : []),
          ...malformed(`${path}.endPort`, endPort, checkPortNumber(endPort)),
        ]
      : []),
  ]
}

function validatePeer(peer: NetworkPolicyPeer, path: string): FieldError[] {
  const { podSelector, namespaceSelector, ipBlock } = peer
  const isNobody = !podSelector && !namespaceSelector && !ipBlock
  return [
    ...validateLabelSelector(podSelector, `${path}.podSelector`),
    ...validateLabelSelector(namespaceSelector, `${path}.namespaceSelector`),
    ...(ipBlock ? validateBlock(ipBlock, `${path}.ipBlock`) : []),
    ...(isNobody ? [required(path, 'must specify a peer')] : []),
    ...(ipBlock && (podSelector || namespaceSelector)
      ? [forbidden(path, 'may not specify both ipBlock and another peer')]
      : []),
  ]
}

function validateBlock({ cidr, except }: IPBlock, path: string): FieldError[] {
  if (!cidr) return [required(`${path}.cidr`)]
  const errors = validateCidr(cidr, `${path}.cidr`)
  if (errors.length > 0) return errors
  return each(except, `${path}.except`, (part, path) => {
    const wrong = validateCidr(part, path)
    if (wrong.length > 0) return wrong
    return isStrictSubset(part, cidr)
      ? []
      : [invalid(path, part, 'must be a strict subset of `cidr`')]
  })
}

function isStrictSubset(part: string, whole: string): boolean {
  const inner = readLegacyRange(part)
  const outer = readLegacyRange(whole)
  if (!inner || !outer || inner.prefix <= outer.prefix) return false
  return isWithin(inner.address, outer.address, outer.prefix)
}
