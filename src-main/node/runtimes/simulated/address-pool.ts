/** Hands out the host addresses of an IPv4 range, round robin, so that an address just released isn't reused at once. */
export class AddressPool {
  readonly #first: number
  readonly #size: number
  readonly #taken = new Set<number>()
  #next = 0

  /** The network's own address, its gateway (the first one) and the broadcast address are never handed out. */
  constructor(cidr: string) {
    const [network = '', bits = ''] = cidr.split('/')
    const size = 2 ** (32 - Number(bits))
    if (!/^\d+\.\d+\.\d+\.\d+$/.test(network) || !(size >= 8))
      throw new Error(`${cidr} is no IPv4 range of at least 8 addresses`)
    this.#first = toNumber(network) + 2
    this.#size = size - 3
  }

  take(): string {
    for (let tried = 0; tried < this.#size; tried++) {
      const address = this.#first + ((this.#next + tried) % this.#size)
      if (this.#taken.has(address)) continue
      this.#next = address - this.#first + 1
      this.#taken.add(address)
      return toText(address)
    }
    throw new Error('no pod address is free')
  }

  claim(address: string): void {
    this.#taken.add(toNumber(address))
  }

  release(address: string): void {
    this.#taken.delete(toNumber(address))
  }
}

const toNumber = (text: string) =>
  text.split('.').reduce((total, part) => total * 256 + Number(part), 0)

const toText = (address: number) => [24, 16, 8, 0].map(shift => (address >>> shift) & 255).join('.')
