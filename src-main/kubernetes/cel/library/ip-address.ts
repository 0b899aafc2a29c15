/** An IP address as a number of its bits. */
export interface IpAddress {
  bits: bigint
  /** 32 or 128. */
  width: 32 | 128
}

/** Reads an address, without a zone; undefined for what is none. IPv4 in IPv6's notation is none either, as upstream has it. */
export function parseIp(text: string): IpAddress | undefined {
  const address = parseNotation(text)
  return address && isMapped(address) ? undefined : address
}

/** Like `parseIp`, but takes IPv4 in IPv6's notation too: its 128 bits. */
export function parseNotation(text: string): IpAddress | undefined {
  if (!text.includes(':')) return parseV4(text)
  const bits = parseV6(text)
  return bits === undefined ? undefined : { bits, width: 128 }
}

/** Whether it is IPv4 in IPv6's notation: `::ffff:10.0.0.1`. */
export const isMapped = ({ bits, width }: IpAddress): boolean =>
  width === 128 && bits >> 32n === 0xffffn

function parseV4(text: string): IpAddress | undefined {
  const parts = text.split('.')
  if (parts.length !== 4) return undefined
  let bits = 0n
  for (const part of parts) {
    if (!/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255) return undefined
    bits = bits * 256n + BigInt(part)
  }
  return { bits, width: 32 }
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split('::')
  if (halves.length > 2) return undefined
  const [head, tail] = halves.map(half => groupsOf(half))
  if (!head || (halves.length === 2 && !tail)) return undefined
  const missing = 8 - head.length - (tail?.length ?? 0)
  if (tail ? missing < 1 : missing !== 0) return undefined
  const groups = [...head, ...Array<number>(missing).fill(0), ...(tail ?? [])]
  return groups.reduce((bits, group) => (bits << 16n) | BigInt(group), 0n)
}

function groupsOf(text: string): number[] | undefined {
  if (text === '') return []
  const parts = text.split(':')
  const groups: number[] = []
  for (const [index, part] of parts.entries()) {
    if (part.includes('.') && index === parts.length - 1) {
      const last = parseV4(part)
      if (!last) return undefined
      groups.push(Number(last.bits >> 16n), Number(last.bits & 0xffffn))
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined
      groups.push(Number.parseInt(part, 16))
    }
  }
  return groups
}

/** The canonical text: RFC 5952 for IPv6. */
export function ipText({ bits, width }: IpAddress): string {
  if (width === 32) return [24n, 16n, 8n, 0n].map(shift => String((bits >> shift) & 255n)).join('.')
  const groups = Array.from({ length: 8 }, (_, index) =>
    ((bits >> BigInt(16 * (7 - index))) & 0xffffn).toString(16),
  )
  const { start, length } = longestZeros(groups)
  if (length < 2) return groups.join(':')
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`
}

function longestZeros(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  return best
}

/** An address without the bits behind a prefix. */
export function maskIp({ bits, width }: IpAddress, prefix: number): IpAddress {
  const rest = BigInt(width - prefix)
  return { bits: (bits >> rest) << rest, width }
}

/** Whether an address begins with the prefix of another one. */
export const isWithin = (address: IpAddress, network: IpAddress, prefix: number): boolean =>
  address.width === network.width && maskIp(address, prefix).bits === maskIp(network, prefix).bits
