import { maskIp } from '#kubernetes/cel/library/ip-address.ts'
import {
  canonicalLegacyIp,
  isStandardIp,
  plainIpText,
  rangeText,
  readLegacyIp,
  readLegacyRange,
} from '#kubernetes/legacy-ip.ts'

const future = 'will be considered invalid in a future Kubernetes release: use'

/** A warning for an address that is written in another way than the canonical one; none for what is no address. */
export function ipWarnings(path: string, value: string): string[] {
  if (!readLegacyIp(value)) return []
  const quoted = JSON.stringify(value)
  const canonical = JSON.stringify(canonicalLegacyIp(value))
  if (!isStandardIp(value))
    return [`${path}: non-standard IP address ${quoted} ${future} ${canonical}`]
  return canonical === quoted
    ? []
    : [`${path}: IPv6 address ${quoted} should be in RFC 5952 canonical format (${canonical})`]
}

/** Warnings for a range that has bits beyond its length, or is written in another way than the canonical one. */
export function cidrWarnings(path: string, value: string): string[] {
  const range = readLegacyRange(value)
  if (!range) return []
  const { address, prefix } = range
  const quoted = JSON.stringify(value)
  const network = JSON.stringify(rangeText(range))
  const single = JSON.stringify(`${plainIpText(address)}/${address.width}`)
  const isAmbiguous = maskIp(address, prefix).bits !== address.bits
  const [written = '', length = ''] = value.split('/')
  const warnings = [
    ...(isAmbiguous
      ? [
          `${path}: CIDR value ${quoted} is ambiguous in this context (should be ${network} or ${single}?)`,
        ]
      : []),
    ...(isStandardIp(written) && !/^0\d/.test(length)
      ? []
      : [`${path}: non-standard CIDR value ${quoted} ${future} ${network}`]),
  ]
  if (warnings.length > 0 || network === quoted) return warnings
  return [`${path}: IPv6 CIDR value ${quoted} should be in RFC 5952 canonical format (${network})`]
}
