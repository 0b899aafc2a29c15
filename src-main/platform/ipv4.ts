/** An IPv4 range: its first address and how many bits are fixed. */
export interface Ipv4Range {
  first: number
  bits: number
}

/** Parses `10.244.0.0/24`; host bits are cleared. Throws for anything else. */
export function parseRange(cidr: string): Ipv4Range {
  const [address = '', bitsText = ''] = cidr.split('/')
  const bits = Number(bitsText)
  if (!/^\d+$/.test(bitsText) || bits > 32) {
    throw new Error(`${JSON.stringify(cidr)} is not an IPv4 range such as 10.244.0.0/24`)
  }
  const value = parseAddress(address)
  return { first: value - (value % 2 ** (32 - bits)), bits }
}

export function formatRange({ first, bits }: Ipv4Range): string {
  return `${formatAddress(first)}/${bits}`
}

/** The address as an unsigned number. Throws for anything but four decimal parts. */
export function parseAddress(address: string): number {
  const parts = address.split('.')
  const isValid = parts.length === 4 && parts.every(part => /^\d{1,3}$/.test(part) && +part < 256)
  if (!isValid) throw new Error(`${JSON.stringify(address)} is not an IPv4 address`)
  return parts.reduce((value, part) => value * 256 + Number(part), 0)
}

export function formatAddress(value: number): string {
  return [24, 16, 8, 0].map(shift => Math.floor(value / 2 ** shift) % 256).join('.')
}

export function rangeSize({ bits }: Ipv4Range): number {
  return 2 ** (32 - bits)
}

export function contains(range: Ipv4Range, address: number): boolean {
  return address >= range.first && address < range.first + rangeSize(range)
}

export function overlaps(a: Ipv4Range, b: Ipv4Range): boolean {
  return a.first < b.first + rangeSize(b) && b.first < a.first + rangeSize(a)
}
