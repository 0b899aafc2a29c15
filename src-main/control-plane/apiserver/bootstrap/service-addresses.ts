/** Chooses among the IPv4 addresses of one range; the upper part first, so that chosen addresses rarely collide. */
export class ServiceAddresses {
  readonly cidr: string
  readonly #base: number
  readonly #size: number
  readonly #isTaken: (address: string) => boolean
  #next: number

  /** `isTaken` tells of every address that can't be given. Throws when `cidr` is no IPv4 range such as `10.96.0.0/16`. */
  constructor(cidr: string, isTaken: (address: string) => boolean = () => false) {
    const range = parseRange(cidr)
    if (!range) {
      throw new Error(`the service range ${JSON.stringify(cidr)} is no IPv4 range of 12 to 30 bits`)
    }
    this.cidr = cidr
    this.#isTaken = isTaken
    this.#size = range.size
    this.#base = range.base
    const upper = upperPart(this.#size)
    this.#next = upper + Math.floor(Math.random() * (this.#size - upper))
  }

  get first(): string {
    return this.#at(1)
  }

  /** Whether an address is one of the range. */
  contains(address: string): boolean {
    return this.#offset(address) !== undefined
  }

  /** A wanted or else a free address; it stays free until `isTaken` says otherwise. Throws in upstream's words. */
  choose(wanted: string | undefined): string {
    return this.#at(wanted === undefined ? this.#free() : this.#wanted(wanted))
  }

  #wanted(address: string): number {
    const offset = this.#offset(address)
    if (offset === undefined || offset === 0 || offset === this.#size - 1) {
      throw new Error(
        `the provided IP (${address}) is not in the valid range. The range of valid IPs is ${this.cidr}`,
      )
    }
    if (this.#isTaken(address)) throw new Error('provided IP is already allocated')
    return offset
  }

  #free(): number {
    const upper = upperPart(this.#size)
    const usable = this.#size - 1
    for (let tries = 0; tries < usable - upper; tries++) {
      if (this.#next >= usable) this.#next = upper
      const offset = this.#next++
      if (!this.#isTaken(this.#at(offset))) return offset
    }
    for (let offset = 1; offset < upper; offset++)
      if (!this.#isTaken(this.#at(offset))) return offset
    throw new Error('range is full')
  }

  #at(offset: number): string {
    return formatIPv4(this.#base + offset)
  }

  #offset(address: string): number | undefined {
    const number = parseIPv4(address)
    if (number === undefined) return undefined
    const offset = number - this.#base
    return offset >= 0 && offset < this.#size ? offset : undefined
  }
}

/** Whether Services can get addresses of a range: an IPv4 one of 12 to 30 bits. */
export const isUsableRange = (cidr: string): boolean => parseRange(cidr) !== undefined

function parseRange(cidr: string): { base: number; size: number } | undefined {
  const [address = '', bits = ''] = cidr.split('/')
  const length = Number(bits)
  const base = parseIPv4(address)
  if (base === undefined || !/^\d+$/.test(bits) || length < 12 || length > 30) return undefined
  const size = 2 ** (32 - length)
  return { base: base - (base % size), size }
}

/** Where the part begins that is handed out first, as upstream divides the range: 16 to 256 addresses are kept back. */
const upperPart = (size: number): number => {
  const reserved = Math.min(Math.max(16, Math.floor(size / 16)), 256)
  return size > 2 * reserved ? reserved : 1
}

function parseIPv4(text: string): number | undefined {
  if (!/^\d{1,3}(\.\d{1,3}){3}$/.test(text)) return undefined
  const parts = text.split('.').map(Number)
  if (parts.some(part => part > 255)) return undefined
  return parts.reduce((sum, part) => sum * 256 + part, 0)
}

const formatIPv4 = (number: number): string =>
  [24, 16, 8, 0].map(shift => Math.floor(number / 2 ** shift) % 256).join('.')
