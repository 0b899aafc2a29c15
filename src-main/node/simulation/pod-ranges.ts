import { formatAddress, formatRange, parseAddress, parseRange, rangeSize } from '#platform/ipv4.ts'

/** The ranges of several nodes' pods, which lie one behind the other and are of one size. */
export class PodRanges {
  readonly #first: number
  readonly #bits: number
  readonly #size: number

  /** `podCidr` is the first node's. */
  constructor(podCidr: string) {
    const range = parseRange(podCidr)
    this.#first = range.first
    this.#bits = range.bits
    this.#size = rangeSize(range)
  }

  /** The range of the node with this index. */
  of(index: number): string {
    return formatRange({ first: this.#first + index * this.#size, bits: this.#bits })
  }

  /** The first address of a node's range: the gateway, by which pods reach their node. */
  gatewayOf(index: number): string {
    return formatAddress(this.#first + index * this.#size + 1)
  }

  /** Which node's range holds an address; negative or too great when none does. */
  indexOf(address: string): number {
    return Math.floor((parseAddress(address) - this.#first) / this.#size)
  }
}
