import {
  type IpAddress,
  ipText,
  isMapped,
  maskIp,
  parseIp,
  parseNotation,
} from './cel/library/ip-address.ts'

/** A range as it was written. */
export interface LegacyRange {
  /** As wide as it was written: 128 bits for `::ffff:10.0.0.0`. */
  address: IpAddress
  prefix: number
}

/**
 * Reads an address as the fields do that are older than the strict rules: numbers may begin with zeros that mean
 * nothing (`010.0.0.1` is 10.0.0.1), and IPv4 in IPv6's notation is the IPv4 address. Zones are refused.
 * https://kubernetes.io/docs/reference/using-api/ip-addresses/
 */
export function readLegacyIp(text: string): IpAddress | undefined {
  const address = parseNotation(withoutZeros(text))
  return address && plainIp(address)
}

/** Reads a range of such a field; the length may begin with zeros too. */
export function readLegacyRange(text: string): LegacyRange | undefined {
  const [, before = '', length = ''] = /^([^/]*)[/](\d+)$/.exec(text) ?? []
  const address = parseNotation(withoutZeros(before))
  const prefix = Number(length)
  return address && prefix <= address.width ? { address, prefix } : undefined
}

/** Whether the strict rules take the address too, though maybe in another form. */
export const isStandardIp = (text: string): boolean => parseIp(text) !== undefined

/** The canonical text of what such a field holds; the text itself when it is no address. */
export function canonicalLegacyIp(text: string): string {
  const address = readLegacyIp(text)
  return address ? ipText(address) : text
}

/** The canonical text of an address, IPv4's for one in IPv6's notation. */
export const plainIpText = (address: IpAddress): string => ipText(plainIp(address))

/** The range's first address and length: `10.0.0.0/8`. */
export function rangeText({ address, prefix }: LegacyRange): string {
  const first = maskIp(address, prefix)
  return `${plainIpText(first)}/${isMapped(first) ? prefix - 96 : prefix}`
}

const plainIp = (address: IpAddress): IpAddress =>
  isMapped(address) ? { bits: address.bits & 0xffff_ffffn, width: 32 } : address

const withoutZeros = (text: string) => text.replaceAll(/(?<=^|[.:])0+(?=[\da-f])/gi, '')
