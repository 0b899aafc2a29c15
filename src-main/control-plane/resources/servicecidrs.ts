import type { ServiceCIDR } from '#kubernetes/api/networking-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { defineResource } from './define-resource.ts'
import { ageColumn, nameColumn } from './shared/columns.ts'
import { each, immutable, invalid, required } from './shared/field-errors.ts'
import { ipFamily, validateCanonicalCidr } from './shared/ip.ts'
import { keepStatus } from './shared/status.ts'

const path = 'spec.cidrs'

function validateCidrs(cidrs: string[]): FieldError[] {
  if (cidrs.length === 0) return [required(path, 'at least one CIDR required')]
  const families = cidrs.map(cidr => ipFamily(cidr.split('/')[0] ?? ''))
  return [
    ...(cidrs.length > 2 ? [invalid(path, cidrs, 'may only hold up to 2 values')] : []),
    ...(cidrs.length === 2 && families[0] === families[1]
      ? [
          invalid(
            path,
            cidrs,
            'may specify no more than one IP for each IP family, i.e 192.168.0.0/24 and 2001:db8::/64',
          ),
        ]
      : []),
    ...each(cidrs, path, validateCanonicalCidr),
  ]
}

/** A range stays; one of the other family may join it. */
function validateUpdate({ spec }: ServiceCIDR, old: ServiceCIDR): FieldError[] {
  const [now, before] = [spec?.cidrs ?? [], old.spec?.cidrs ?? []]
  const joins = before.length === 1 && now.length === 2
  if (now.length !== before.length && !joins) return immutable(path, now, before)
  return [
    ...before.flatMap((cidr, index) => immutable(`${path}[${index}]`, now[index], cidr)),
    ...(joins ? validateCidrs(now) : []),
  ]
}

export const serviceCidrs = defineResource<ServiceCIDR>({
  group: 'networking.k8s.io',
  version: 'v1',
  kind: 'ServiceCIDR',
  plural: 'servicecidrs',
  singular: 'servicecidr',
  namespaced: false,
  storagePrefix: '/registry/servicecidrs',
  unconditionalUpdate: true,
  generation: false,
  columns: [
    nameColumn,
    { name: 'CIDRs', type: 'string', value: ({ spec }) => spec?.cidrs?.join(',') ?? '' },
    ageColumn,
  ],
  defaults(range) {
    range.spec ??= {}
  },
  prepareForCreate(range) {
    range.status = {}
  },
  prepareForUpdate: keepStatus,
  validate: ({ spec }, old) => (old ? [] : validateCidrs(spec?.cidrs ?? [])),
  validateUpdate,
  status: {},
})
