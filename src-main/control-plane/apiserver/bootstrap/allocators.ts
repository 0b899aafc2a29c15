import type { Allocators } from '#control-plane/resources/define-resource.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import { canonicalLegacyIp } from '#kubernetes/legacy-ip.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { isUsableRange, ServiceAddresses } from './service-addresses.ts'

const firstNodePort = 30_000
const lastNodePort = 32_767

/** Service addresses and node ports; what is taken is read from the Services there are, so nothing is kept twice. */
export class ServiceAllocators implements Allocators {
  readonly #ownRange: ServiceAddresses
  #ranges: ServiceAddresses[]
  readonly #isTaken: (address: string) => boolean
  readonly #addresses = new Set<string>()
  readonly #ports = new Set<number>()
  #nextPort = firstNodePort + Math.floor(Math.random() * (lastNodePort - firstNodePort))

  /** `isReserved` tells of addresses that somebody else than a Service holds. */
  constructor(serviceCidr: string, isReserved: (address: string) => boolean) {
    this.#isTaken = address => this.#addresses.has(address) || isReserved(address)
    this.#ownRange = new ServiceAddresses(serviceCidr, this.#isTaken)
    this.#ranges = [this.#ownRange]
  }

  /** The first address of the cluster's own range: the API server's own Service. */
  get first(): string {
    return this.#ownRange.first
  }

  /** Takes what the stored Services hold. */
  restore(services: ResourceCache): void {
    for (const item of services.values()) {
      const { spec } = item.object as unknown as Service
      for (const address of spec.clusterIPs ?? []) this.#addresses.add(canonicalLegacyIp(address))
      for (const port of spec.ports ?? []) if (port.nodePort) this.#ports.add(port.nodePort)
      if (spec.healthCheckNodePort) this.#ports.add(spec.healthCheckNodePort)
    }
  }

  /** Gives addresses of these ranges from now on, of the first one that has any left. IPv6 and tiny ranges are left out. */
  setRanges(cidrs: readonly string[]): void {
    this.#ranges = cidrs.filter(isUsableRange).map(cidr => {
      const known = [this.#ownRange, ...this.#ranges].find(range => range.cidr === cidr)
      return known ?? new ServiceAddresses(cidr, this.#isTaken)
    })
  }

  serviceIP(wanted: string | undefined, dryRun: boolean): string {
    const address =
      wanted === undefined ? this.#freeAddress() : this.#choose(canonicalLegacyIp(wanted))
    if (!dryRun) this.#addresses.add(address)
    return address
  }

  releaseServiceIP(address: string): void {
    this.#addresses.delete(canonicalLegacyIp(address))
  }

  #choose(address: string): string {
    const range = this.#ranges.find(range => range.contains(address)) ?? this.#ranges[0]
    return (range ?? this.#ownRange).choose(address)
  }

  #freeAddress(): string {
    for (const range of this.#ranges.slice(0, -1)) {
      try {
        return range.choose(undefined)
      } catch {
        // Full: the next one may have an address left.
      }
    }
    const last = this.#ranges.at(-1)
    if (!last) throw new Error('no service range is ready')
    return last.choose(undefined)
  }

  nodePort(wanted: number | undefined, _protocol: string, dryRun: boolean): number {
    const port = wanted ?? this.#freePort()
    if (port < firstNodePort || port > lastNodePort) {
      throw new Error(
        `provided port is not in the valid range. The range of valid ports is ${firstNodePort}-${lastNodePort}`,
      )
    }
    if (this.#ports.has(port)) throw new Error('provided port is already allocated')
    if (!dryRun) this.#ports.add(port)
    return port
  }

  releaseNodePort(port: number): void {
    this.#ports.delete(port)
  }

  #freePort(): number {
    const count = lastNodePort - firstNodePort + 1
    for (let tries = 0; tries < count; tries++) {
      const port = firstNodePort + ((this.#nextPort++ - firstNodePort) % count)
      if (!this.#ports.has(port)) return port
    }
    throw new Error('range is full')
  }
}
