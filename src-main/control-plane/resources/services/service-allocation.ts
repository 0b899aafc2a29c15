import type { Service } from '#kubernetes/api/core-v1.ts'
import { type FieldError, invalid as invalidObject, statusError } from '#kubernetes/status-error.ts'
import type { WriteContext } from '../define-resource.ts'
import { invalid } from '../shared/field-errors.ts'
import { ipFamily } from '../shared/ip.ts'
import {
  allocatesNodePorts,
  isHeadless,
  needsClusterIP,
  needsHealthCheckNodePort,
  needsNodePort,
} from './service-needs.ts'

/**
 * Allocates the address and the node ports of a service that is created or changed. What the write no longer
 * needs is given back when it is over: the new ones if it failed, the old ones if it succeeded.
 */
export function allocateService(
  service: Service | undefined,
  old: Service | undefined,
  context: WriteContext,
): (stored: boolean) => void {
  const allocation = new Allocation(service ?? old, context)
  try {
    if (service) {
      allocateAddress(service, old, allocation)
      allocateNodePorts(service, old, allocation)
    }
  } catch (error) {
    allocation.end(false)
    throw error
  }
  if (old) releaseUnneeded(service, old, allocation)
  return stored => allocation.end(stored)
}

/** Collects what one write took and what it leaves behind. */
class Allocation {
  readonly #service: Service | undefined
  readonly #context: WriteContext
  readonly #undo: (() => void)[] = []
  readonly #giveBack: (() => void)[] = []

  constructor(service: Service | undefined, context: WriteContext) {
    this.#service = service
    this.#context = context
  }

  address(wanted: string | undefined): string {
    const { allocators, dryRun } = this.#context
    const address = this.#attempt(
      () => allocators.serviceIP(wanted, dryRun),
      reason =>
        wanted
          ? invalid('spec.clusterIPs', [wanted], `failed to allocate IP ${wanted}: ${reason}`)
          : `failed to allocate a serviceIP: ${reason}`,
    )
    this.#undo.push(() => allocators.releaseServiceIP(address))
    return address
  }

  nodePort(wanted: number | undefined, protocol: string, path: string): number {
    const { allocators, dryRun } = this.#context
    const port = this.#attempt(
      () => allocators.nodePort(wanted, protocol, dryRun),
      reason =>
        wanted ? invalid(path, wanted, reason) : `failed to allocate a nodePort: ${reason}`,
    )
    this.#undo.push(() => allocators.releaseNodePort(port))
    return port
  }

  releaseAddressLater(address: string): void {
    this.#giveBack.push(() => this.#context.allocators.releaseServiceIP(address))
  }

  releaseNodePortLater(port: number): void {
    this.#giveBack.push(() => this.#context.allocators.releaseNodePort(port))
  }

  refuse(error: FieldError): never {
    throw invalidObject({ group: '', kind: 'Service' }, this.#service?.metadata.name ?? '', [error])
  }

  end(stored: boolean): void {
    if (this.#context.dryRun) return
    for (const release of stored ? this.#giveBack : this.#undo) release()
  }

  #attempt<R>(allocate: () => R, explain: (reason: string) => FieldError | string): R {
    try {
      return allocate()
    } catch (error) {
      const problem = explain(error instanceof Error ? error.message : String(error))
      if (typeof problem === 'string') throw statusError('InternalError', problem)
      return this.refuse(problem)
    }
  }
}

function allocateAddress(service: Service, old: Service | undefined, allocation: Allocation): void {
  if (!needsClusterIP(service)) return
  const { spec } = service
  initFamilies(service, allocation)
  if (isHeadless(service)) {
    spec.clusterIP = 'None'
    spec.clusterIPs = ['None']
    return
  }
  const held = old && needsClusterIP(old) && !isHeadless(old) ? old.spec.clusterIP : undefined
  if (held && spec.clusterIP === held) return
  const wanted = spec.clusterIP || undefined
  const address = allocation.address(wanted)
  spec.clusterIP = wanted ?? address
  spec.clusterIPs = [spec.clusterIP]
}

const several = [
  { field: 'clusterIPs', what: 'cluster IPs' },
  { field: 'ipFamilies', what: 'IP families' },
] as const

/** This cluster has IPv4 addresses only; services without selector and address may name both families. */
function initFamilies(service: Service, allocation: Allocation): void {
  const { spec } = service
  const family = ipFamily(spec.clusterIPs?.[0] ?? '')
  const freeOfAddresses = isHeadless(service) && !Object.keys(spec.selector ?? {}).length
  if (freeOfAddresses) {
    spec.ipFamilyPolicy ??= 'RequireDualStack'
    if (!spec.ipFamilies?.length) spec.ipFamilies = ['IPv4']
    if (spec.ipFamilies.length < 2 && spec.ipFamilyPolicy !== 'SingleStack')
      spec.ipFamilies = spec.ipFamilies[0] === 'IPv4' ? ['IPv4', 'IPv6'] : ['IPv6', 'IPv4']
    return
  }
  for (const { field, what } of several)
    if (spec.ipFamilyPolicy === 'SingleStack' && (spec[field] ?? []).length > 1)
      allocation.refuse(
        invalid(
          'spec.ipFamilyPolicy',
          spec.ipFamilyPolicy,
          `must be 'RequireDualStack' or 'PreferDualStack' when multiple ${what} are specified`,
        ),
      )
  if (spec.ipFamilyPolicy === 'RequireDualStack')
    allocation.refuse(
      invalid(
        'spec.ipFamilyPolicy',
        spec.ipFamilyPolicy,
        'this cluster is not configured for dual-stack services',
      ),
    )
  if (family === 'IPv6')
    allocation.refuse(
      invalid('spec.clusterIPs[0]', spec.clusterIPs, 'IPv6 is not configured on this cluster'),
    )
  for (const [index, asked] of (spec.ipFamilies ?? []).entries())
    if (asked === 'IPv6' && (index === 0 || spec.ipFamilyPolicy !== 'PreferDualStack'))
      allocation.refuse(
        invalid(`spec.ipFamilies[${index}]`, asked, 'not configured on this cluster'),
      )
  spec.ipFamilies = ['IPv4']
  spec.ipFamilyPolicy ??= 'SingleStack'
}

function allocateNodePorts(
  service: Service,
  old: Service | undefined,
  allocation: Allocation,
): void {
  const held = new Set(old ? nodePortsOf(old) : [])
  if (needsNodePort(service)) allocatePorts(service, held, allocation)
  if (!needsHealthCheckNodePort(service)) return
  const { spec } = service
  if (spec.healthCheckNodePort && held.has(spec.healthCheckNodePort)) return
  spec.healthCheckNodePort = allocation.nodePort(
    spec.healthCheckNodePort || undefined,
    'TCP',
    'spec.healthCheckNodePort',
  )
}

/** Ports of the same number but another protocol share a node port. */
function allocatePorts(service: Service, held: Set<number>, allocation: Allocation): void {
  const ports = service.spec.ports ?? []
  const nodePortOf = new Map<number, number>()
  for (const [index, { nodePort, port, protocol = 'TCP' }] of ports.entries()) {
    if (!nodePort) continue
    if (!held.has(nodePort))
      allocation.nodePort(nodePort, protocol, `spec.ports[${index}].nodePort`)
    held.add(nodePort)
    nodePortOf.set(port, nodePort)
  }
  if (!allocatesNodePorts(service)) return
  for (const [index, port] of ports.entries()) {
    if (port.nodePort) continue
    port.nodePort =
      nodePortOf.get(port.port) ??
      allocation.nodePort(undefined, port.protocol ?? 'TCP', `spec.ports[${index}].nodePort`)
    nodePortOf.set(port.port, port.nodePort)
  }
}

function releaseUnneeded(service: Service | undefined, old: Service, allocation: Allocation): void {
  const address = old.spec.clusterIP
  if (address && address !== 'None' && service?.spec.clusterIP !== address)
    allocation.releaseAddressLater(address)
  const needed = new Set(service ? nodePortsOf(service) : [])
  for (const port of new Set(nodePortsOf(old)))
    if (!needed.has(port)) allocation.releaseNodePortLater(port)
}

function nodePortsOf({ spec }: Service): number[] {
  const ports = (spec.ports ?? []).map(({ nodePort }) => nodePort)
  return [...ports, spec.healthCheckNodePort].flatMap(port => port || [])
}
