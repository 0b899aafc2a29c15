import { type Library, overload } from '../check/functions.ts'
import { fail, Opaque, type Value } from '../evaluate/values.ts'
import { type IpAddress, ipText, isWithin, maskIp, parseIp } from './ip-address.ts'

class Ip extends Opaque {
  readonly typeName = 'net.IP'
  readonly address: IpAddress

  constructor(address: IpAddress) {
    super()
    this.address = address
  }

  override get size(): number {
    return this.address.width / 8
  }

  equals(other: Opaque): boolean {
    const { bits, width } = this.address
    return other instanceof Ip && other.address.bits === bits && other.address.width === width
  }
}

class Cidr extends Opaque {
  readonly typeName = 'net.CIDR'
  readonly address: IpAddress
  readonly prefix: number

  constructor(address: IpAddress, prefix: number) {
    super()
    this.address = address
    this.prefix = prefix
  }

  override get size(): number {
    return Math.ceil(this.prefix / 8)
  }

  equals(other: Opaque): boolean {
    if (!(other instanceof Cidr)) return false
    const { bits, width } = this.address
    return (
      other.prefix === this.prefix && other.address.bits === bits && other.address.width === width
    )
  }
}

function readIp(text: string): Ip | undefined {
  const address = parseIp(text)
  return address && new Ip(address)
}

function readCidr(text: string): Cidr | undefined {
  const [, before = '', bits = ''] = /^(.*)\/(0|[1-9]\d{0,2})$/.exec(text) ?? []
  const address = parseIp(before)
  if (!address || Number(bits) > address.width) return undefined
  return new Cidr(address, Number(bits))
}

const noIp = (text: string) =>
  fail(`IP Address ${JSON.stringify(text)} parse error during conversion from string`)
const noCidr = (text: string) =>
  fail(`network address parse error during conversion from string: ${JSON.stringify(text)}`)

/** Whether an address lies in one of the networks. */
const isIn = (...networks: string[]) => {
  const known = networks.flatMap(text => readCidr(text) ?? [])
  return ({ address }: Ip) =>
    known.some(network => isWithin(address, network.address, network.prefix))
}

const isUnspecified = isIn('0.0.0.0/32', '::/128')
const isLoopback = isIn('127.0.0.0/8', '::1/128')
const isLinkLocalMulticast = isIn(
  '224.0.0.0/24',
  'ff02::/16',
  'ff12::/16',
  'ff22::/16',
  'ff32::/16',
)
const isLinkLocalUnicast = isIn('169.254.0.0/16', 'fe80::/10')
const isMulticast = isIn('224.0.0.0/4', 'ff00::/8')
const isBroadcast = isIn('255.255.255.255/32')
const isGlobalUnicast = (ip: Ip) =>
  ![isUnspecified, isLoopback, isMulticast, isLinkLocalUnicast, isBroadcast].some(is => is(ip))

const containsIp = (network: Cidr, { address }: Ip): boolean =>
  isWithin(address, network.address, network.prefix)

const containsCidr = (network: Cidr, other: Cidr): boolean =>
  other.prefix >= network.prefix && isWithin(other.address, network.address, network.prefix)

const addresses: Library = {
  isIP: [overload('is_ip', '(string) bool', (text: string) => readIp(text) !== undefined)],
  ip: [
    overload(
      'string_to_ip',
      '(string) net.IP',
      (text: string): Value => readIp(text) ?? noIp(text),
    ),
    overload('cidr_ip', 'net.CIDR.() net.IP', ({ address }: Cidr) => new Ip(address)),
  ],
  'ip.isCanonical': [
    overload('ip_is_canonical', '(string) bool', (text: string): Value => {
      const ip = readIp(text)
      return ip ? ipText(ip.address) === text : noIp(text)
    }),
  ],
  family: [
    overload('ip_family', 'net.IP.() int', ({ address }: Ip) => (address.width === 32 ? 4n : 6n)),
  ],
  isUnspecified: [overload('ip_is_unspecified', 'net.IP.() bool', isUnspecified)],
  isLoopback: [overload('ip_is_loopback', 'net.IP.() bool', isLoopback)],
  isLinkLocalMulticast: [
    overload('ip_is_link_local_multicast', 'net.IP.() bool', isLinkLocalMulticast),
  ],
  isLinkLocalUnicast: [overload('ip_is_link_local_unicast', 'net.IP.() bool', isLinkLocalUnicast)],
  isGlobalUnicast: [overload('ip_is_global_unicast', 'net.IP.() bool', isGlobalUnicast)],
  string: [
    overload('ip_to_string', '(net.IP) string', ({ address }: Ip) => ipText(address)),
    overload(
      'cidr_to_string',
      '(net.CIDR) string',
      ({ address, prefix }: Cidr) => `${ipText(address)}/${prefix}`,
    ),
  ],
}

const networks: Library = {
  isCIDR: [overload('is_cidr', '(string) bool', (text: string) => readCidr(text) !== undefined)],
  cidr: [
    overload(
      'string_to_cidr',
      '(string) net.CIDR',
      (text: string): Value => readCidr(text) ?? noCidr(text),
    ),
  ],
  containsIP: [
    overload('cidr_contains_ip', 'net.CIDR.(net.IP) bool', containsIp),
    overload(
      'cidr_contains_ip_string',
      'net.CIDR.(string) bool',
      (network: Cidr, text: string): Value => {
        const ip = readIp(text)
        return ip ? containsIp(network, ip) : noIp(text)
      },
    ),
  ],
  containsCIDR: [
    overload('cidr_contains_cidr', 'net.CIDR.(net.CIDR) bool', containsCidr),
    overload(
      'cidr_contains_cidr_string',
      'net.CIDR.(string) bool',
      (network: Cidr, text: string): Value => {
        const other = readCidr(text)
        return other ? containsCidr(network, other) : noCidr(text)
      },
    ),
  ],
  masked: [
    overload(
      'cidr_masked',
      'net.CIDR.() net.CIDR',
      ({ address, prefix }: Cidr) => new Cidr(maskIp(address, prefix), prefix),
    ),
  ],
  prefixLength: [
    overload('cidr_prefix_length', 'net.CIDR.() int', ({ prefix }: Cidr) => BigInt(prefix)),
  ],
}

/** IP addresses and networks. */
export const ips: readonly Library[] = [addresses, networks]
