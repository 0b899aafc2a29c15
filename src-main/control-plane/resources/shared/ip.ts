import { BlockList, isIP } from 'node:net'
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

/** The family of an address; undefined when it is none. */
export function ipFamily(address: string): 'IPv4' | 'IPv6' | undefined {
  const version = isIP(address)
  return version === 4 ? 'IPv4' : version === 6 ? 'IPv6' : undefined
}

/** Must be an IPv4 or IPv6 address. */
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
  const within = (blocks: BlockList) => blocks.check(address, family === 'IPv6' ? 'ipv6' : 'ipv4')
  const reasons = [
    within(unspecified) && `may not be unspecified (${address})`,
    within(loopback) && 'may not be in the loopback range (127.0.0.0/8, ::1/128)',
    within(linkLocal) && 'may not be in the link-local range (169.254.0.0/16, fe80::/10)',
    within(linkLocalMulticast) &&
      'may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)',
  ]
  return reasons.flatMap(reason => (reason ? [invalid(path, address, reason)] : []))
}

/** Must be an address and a prefix length. */
export function validateCidr(cidr: string, path: string): FieldError[] {
  const [, address = '', prefix = ''] = /^([^/]+)[/](\d{1,3})$/.exec(cidr) ?? []
  const family = ipFamily(address)
  const fits = family && Number(prefix) <= (family === 'IPv6' ? 128 : 32)
  return fits
    ? []
    : [invalid(path, cidr, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')]
}

/** An address as RFC 5952 writes it; it must be one. */
export const canonicalIp = (address: string): string =>
  isIP(address) === 6 ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address

/** Must be an address and a prefix length, written in the one canonical way. */
export function validateCanonicalCidr(cidr: string, path: string): FieldError[] {
  const [address = '', length = ''] = cidr.split('/')
  const digits = address.replaceAll(/(^|[.])0+(?=\d)/g, '$1')
  if (digits !== address || /^0\d/.test(length))
    return [invalid(path, cidr, 'must not have leading 0s in IP or prefix length')]
  const errors = validateCidr(cidr, path)
  if (errors.length > 0) return errors
  if (/^::ffff:[\d.]+$/i.test(address))
    return [invalid(path, cidr, 'must not have an IPv4-mapped IPv6 address')]
  if (hasBitsBeyond(address, Number(length)))
    return [invalid(path, cidr, 'must not have bits set beyond the prefix length')]
  const canonical = `${canonicalIp(address)}/${length}`
  return canonical === cidr
    ? []
    : [invalid(path, cidr, `must be in canonical form (${JSON.stringify(canonical)})`)]
}

function hasBitsBeyond(address: string, length: number): boolean {
  const bits = addressBits(address)
  return bits.slice(length).includes('1')
}

/** All bits of an address, as `0` and `1`. */
export function addressBits(address: string): string {
  if (isIP(address) === 4)
    return address
      .split('.')
      .map(part => Number(part).toString(2).padStart(8, '0'))
      .join('')
  const [head = '', tail] = canonicalIp(address).split('::')
  const groups = (text: string) => (text ? text.split(':') : [])
  const [first, last] = [groups(head), groups(tail ?? '')]
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => '0')
  return [...first, ...(tail === undefined ? [] : zeros), ...last]
    .map(group => Number.parseInt(group, 16).toString(2).padStart(16, '0'))
    .join('')
}
