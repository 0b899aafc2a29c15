import { BlockList } from 'node:net'
import { isMapped, maskIp } from '#kubernetes/cel/library/ip-address.ts'
import {
  canonicalLegacyIp,
  isStandardIp,
  rangeText,
  readLegacyIp,
  readLegacyRange,
} from '#kubernetes/legacy-ip.ts'
import type { FieldError } from '#kubernetes/status-error.ts'
import { invalid } from './field-errors.ts'

const list = (...subnets: [address: string, prefix: number][]) => {
  const blocks = new BlockList()
  for (const [address, prefix] of subnets)
    blocks.addSubnet(address, prefix, address.includes(':') ? 'ipv6' : 'ipv4')
  return blocks
}
const loopback = list(['127.0.0.0', 8], ['::1', 128])
const linkLocal = list(['169.254.0.0', 16], ['fe80::', 10])
const linkLocalMulticast = list(['224.0.0.0', 24], ['ff02::', 16])
const unspecified = list(['0.0.0.0', 32], ['::', 128])

/** The family of an address, as fields of old take it (`readLegacyIp`); undefined when it is none. */
export function ipFamily(address: string): 'IPv4' | 'IPv6' | undefined {
  const width = readLegacyIp(address)?.width
  return width && (width === 32 ? 'IPv4' : 'IPv6')
}

/** Must be an IPv4 or IPv6 address, as fields of old take it. */
export const validateIp = (address: string | undefined, path: string): FieldError[] =>
  ipFamily(address ?? '')
    ? []
    : [
        invalid(
          path,
          address ?? '',
          'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
        ),
      ]

/** Must be an address that endpoints can have: not loopback, link-local, multicast or unspecified. */
export function validateNonSpecialIp(address: string, path: string): FieldError[] {
  const family = ipFamily(address)
  if (!family) return validateIp(address, path)
  const plain = canonicalLegacyIp(address)
  const within = (blocks: BlockList) => blocks.check(plain, family === 'IPv6' ? 'ipv6' : 'ipv4')
  const reasons = [
    within(unspecified) && `may not be unspecified (${address})`,
    within(loopback) && 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    within(linkLocal) && 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    within(linkLocalMulticast) &&
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ]
  return reasons.flatMap(reason => (reason ? [invalid(path, address, reason)] : []))
}

/** Must be an address and a prefix length, as fields of old take them. */
export const validateCidr = (cidr: string, path: string): FieldError[] =>
  readLegacyRange(cidr)
    ? []
    : [invalid(path, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]

/** Must be an address and a prefix length, written in the one canonical way. */
export function validateCanonicalCidr(cidr: string, path: string): FieldError[] {
  const range = readLegacyRange(cidr)
  if (!range) return validateCidr(cidr, path)
  const { address, prefix } = range
  const [written = '', length = ''] = cidr.split('/')
  const canonical = rangeText(range)
  const reason = isMapped(address)
    ? 'must not have an IPv4-mapped IPv6 address'
    : !isStandardIp(written) || /^0\d/.test(length)
      ? 'must not have leading 0s in IP or prefix length'
      : maskIp(address, prefix).bits !== address.bits
        ? 'must not have bits set beyond the prefix length'
        : canonical !== cidr && `must be in canonical form (${JSON.stringify(canonical)})`
  return reason ? [invalid(path, cidr, reason)] : []
}
