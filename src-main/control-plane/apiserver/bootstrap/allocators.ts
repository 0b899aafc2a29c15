import type { Allocators } from '#control-plane/resources/define-resource.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { ResourceCache } from '../cache/resource-cache.ts'
import { ServiceAddresses } from './service-addresses.ts'

const firstNodePort = 30_000
const lastNodePort = 32_767

/** Service addresses and node ports; what is taken is read from the Services there are, so nothing is kept twice. */
export class ServiceAllocators implements Allocators {
  readonly #addresses: ServiceAddresses
  readonly #ports = new Set<number>()
  #nextPort = firstNodePort + Math.floor(Math.random() * (lastNodePort - firstNodePort))

  constructor(serviceCidr: string) {
    this.#addresses = new ServiceAddresses(serviceCidr)
  }

  /** The first address of the range: the API server's own Service. */
  get first(): string {
    return this.#addresses.first
  }

  /** Takes what the stored Services hold. */
  restore(services: ResourceCache): void {
    for (const item of services.values()) {
      const { spec } = item.object as unknown as Service
      for (const address of spec.clusterIPs ?? []) this.#addresses.take(address)
      for (const port of spec.ports ?? []) if (port.nodePort) this.#ports.add(port.nodePort)
      if (spec.healthCheckNodePort) this.#ports.add(spec.healthCheckNodePort)
    }
  }

  serviceIP(wanted: string | undefined, dryRun: boolean): string {
    return this.#addresses.allocate(wanted, dryRun)
  }

  releaseServiceIP(address: string): void {
    this.#addresses.release(address)
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
