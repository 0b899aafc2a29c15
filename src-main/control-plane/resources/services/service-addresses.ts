import type { Service } from '#kubernetes/api/core-v1.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import {
  duplicate,
  each,
  invalid,
  notSupported,
  optionalOneOf,
  required,
} from '../shared/field-errors.ts'
import { ipFamily, validateIp } from '../shared/ip.ts'
import { isHeadless } from './service-needs.ts'

const ips = 'spec.clusterIPs'
const policies = ['SingleStack', 'PreferDualStack', 'RequireDualStack']

/** What is wrong with the addresses and families that a service asks for. */
export function validateClusterIPs(service: Service): FieldError[] {
  const { type, clusterIP, clusterIPs = [], ipFamilies = [], ipFamilyPolicy } = service.spec
  if (type === 'ExternalName') return []
  const seen = new Set<string>()
  return [
    ...(clusterIPs.length === 0 && clusterIP ? [required(ips)] : []),
    ...(clusterIPs.length > 0 && !clusterIP
      ? [invalid(ips, clusterIPs, 'must be empty when `clusterIP` is not specified')]
      : []),
    ...(clusterIPs.length > 0 && clusterIP && clusterIPs[0] !== clusterIP
      ? [invalid(ips, clusterIPs, 'first value must match `clusterIP`')]
      : []),
    ...each(ipFamilies, 'spec.ipFamilies', (family, path) => {
      if (family !== 'IPv4' && family !== 'IPv6')
        return [notSupported(path, family, ['IPv4', 'IPv6'])]
      const repeated = seen.has(family)
      seen.add(family)
      return repeated ? [duplicate(path, family)] : []
    }),
    ...optionalOneOf('spec.ipFamilyPolicy', ipFamilyPolicy, policies),
    ...validateAddresses(service),
  ]
}

function validateAddresses(service: Service): FieldError[] {
  const { clusterIPs = [], ipFamilies = [] } = service.spec
  if (isHeadless(service)) return []
  if (clusterIPs.includes('None'))
    return [invalid(ips, clusterIPs, "'None' must be the first and only value")]
  if (clusterIPs.length > 2) return [invalid(ips, clusterIPs, 'may only hold up to 2 values')]
  const families = clusterIPs.map(ipFamily)
  const errors = each(clusterIPs, ips, validateIp)
  if (errors.length > 0) return errors
  if (families.length === 2 && families[0] === families[1])
    return [invalid(ips, clusterIPs, 'may specify no more than one IP for each IP family')]
  return each(clusterIPs, ips, (address, path, index) => {
    const family = ipFamilies[index]
    return !family || family === families[index]
      ? []
      : [
          invalid(
            path,
            address,
            `expected an ${family} value as indicated by \`ipFamilies[${index}]\``,
          ),
        ]
  })
}

interface Released {
  /** `clusterIP` or `ipFamily`. */
  what: string
  field: 'clusterIPs' | 'ipFamilies'
}

/** Addresses and families may be added to or the second one dropped; the first may not change. */
export function validateAddressUpdate(service: Service, old: Service): FieldError[] {
  if (service.spec.type === 'ExternalName' || old.spec.type === 'ExternalName') return []
  const families = validateRelease(service, old, { what: 'ipFamily', field: 'ipFamilies' })
  if (isHeadless(service) && isHeadless(old)) return families
  return [...validateRelease(service, old, { what: 'clusterIP', field: 'clusterIPs' }), ...families]
}

function validateRelease(service: Service, old: Service, { what, field }: Released): FieldError[] {
  const now: string[] = service.spec[field] ?? []
  const before: string[] = old.spec[field] ?? []
  const change = (index: number) =>
    invalid(`spec.${field}[${index}]`, now, 'may not change once set')
  if (now.length === before.length)
    return before.flatMap((value, index) => (value === now[index] ? [] : [change(index)]))
  const errors: FieldError[] = []
  if (before.length > 0 && now.length > 0 && now[0] !== before[0]) errors.push(change(0))
  if (before.length > 0 && now.length === 0)
    errors.push(invalid(`spec.${field}[0]`, now, `primary ${what} can not be unset`))
  const { ipFamilyPolicy } = service.spec
  if (before.length === 2 && now.length === 1 && ipFamilyPolicy !== 'SingleStack')
    errors.push(
      invalid(
        'spec.ipFamilyPolicy',
        ipFamilyPolicy,
        `must be set to 'SingleStack' when releasing the secondary ${what}`,
      ),
    )
  return errors
}
