import { isIP } from 'node:net'
import { addressBits, canonicalIp } from './ip.ts'

const mapped = /^::ffff:(?=[\d.]+$)/i

/** A warning for an address that is written in another way than the canonical one; it must be an address. */
export function ipWarnings(path: string, value: string): string[] {
  if (!isIP(value)) return []
  const quoted = JSON.stringify(value)
  if (mapped.test(value))
    return [
      `${path}: non-standard IP address ${quoted} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(value.replace(mapped, ''))}`,
    ]
  const canonical = canonicalIp(value)
  return canonical === value
    ? []
    : [
        `${path}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(canonical)})`,
      ]
}

/** Warnings for a range that has bits beyond its length, or is written in another way than the canonical one. */
export function cidrWarnings(path: string, value: string): string[] {
  const [address = '', length = ''] = value.split('/')
  if (!isIP(address)) return []
  const isMapped = mapped.test(address)
  const plain = isMapped ? address.replace(mapped, '') : canonicalIp(address)
  const size = isIP(plain) === 4 ? 32 : 128
  const bits = isMapped ? Number(length) - 96 : Number(length)
  const network = `${maskedIp(plain, bits)}/${bits}`
  const quoted = JSON.stringify(value)
  const warnings = [
    ...(maskedIp(plain, bits) === plain
      ? []
      : [
          `${path}: CIDR value ${quoted} is ambiguous in this context (should be ${JSON.stringify(network)} or ${JSON.stringify(`${plain}/${size}`)}?)`,
        ]),
    ...(isMapped || /^0\d/.test(length)
      ? [
          `${path}: non-standard CIDR value ${quoted} will be considered invalid in a future Kubernetes release: use ${JSON.stringify(network)}`,
        ]
      : []),
  ]
  if (warnings.length > 0 || network === value) return warnings
  return [
    `${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${JSON.stringify(network)})`,
  ]
}

/** The first address of the range that an address is in. */
function maskedIp(address: string, length: number): string {
  const bits = addressBits(address).slice(0, length)
  const parts = (width: number, count: number) =>
    Array.from({ length: count }, (_, index) =>
      Number.parseInt(bits.padEnd(width * count, '0').slice(index * width, (index + 1) * width), 2),
    )
  return isIP(address) === 4
    ? parts(8, 4).join('.')
    : canonicalIp(
        parts(16, 8)
          .map(part => part.toString(16))
          .join(':'),
      )
}
