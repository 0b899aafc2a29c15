import { isIP } from 'node:net'
import type { IPAddress, IPAddressSpec, ParentReference } from '#kubernetes/api/networking-v1.ts'
import { checkPathSegment, checkSubdomain } from '#kubernetes/names.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { asPrinted } from './shared/as-printed.ts'
import { nameColumn } from './shared/columns.ts'
import { immutable, optionalForm, required, requiredForm } from './shared/field-errors.ts'

/** An address as RFC 5952 writes it. */
const canonicalIp = (address: string): string =>
  isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address

function validateName(name: string): string[] {
  if (!isIP(name)) return [`ParseAddr(${JSON.stringify(name)}): unable to parse IP`]
  return canonicalIp(name) === name ? [] : ['must be a canonical format IP address']
}

const validateParent = (parent: ParentReference | undefined, path: string): FieldError[] =>
  parent
    ? [
        ...optionalForm(`${path}.group`, parent.group, checkSubdomain),
        ...requiredForm(`${path}.resource`, parent.resource, checkPathSegment),
        ...requiredForm(`${path}.name`, parent.name, checkPathSegment),
        ...optionalForm(`${path}.namespace`, parent.namespace, checkPathSegment),
      ]
    : [required(path)]

function parentText({ spec: { parentRef } }: IPAddress): string {
  if (!parentRef) return '<none>'
  const { group, resource, namespace, name } = parentRef
  const kind = group ? `${resource}.${group}` : resource
  return [kind.toLowerCase(), ...(namespace ? [namespace] : []), name].join('/')
}

export const ipAddresses = defineResource<IPAddress>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'IPAddress',
  plural: 'ipaddresses',
  singular: 'ipaddress',
  shortNames: ['ip'],
  namespaced: false,
  storagePrefix: '/registry/ipaddresses',
  unconditionalUpdate: true,
  validateName,
  columns: [nameColumn, { name: 'ParentRef', type: 'string', value: parentText }],
  defaults(address) {
    address.spec ??= {} as IPAddressSpec
  },
  validate: ({ spec }) => validateParent(spec.parentRef, 'spec.parentRef'),
  validateUpdate: ({ spec }, old) =>
    immutable(
      'spec.parentRef',
      spec.parentRef,
      old.spec.parentRef,
      asPrinted('networking.k8s.io/v1', 'ParentReference', spec.parentRef),
    ),
})
