import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Informer } from '#client/informer.ts'
import { endpointSlices, services } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { Service } from '#kubernetes/api/core-v1.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import { keyOf } from '#kubernetes/objects.ts'
import type { HostAgent } from '../runtimes/container-runtime.ts'
import { type RunScript, runInAgent } from './agent-command.ts'
import { disallowForwarding } from './docker-user.ts'
import { bySlicedService, indexByService, serviceOf } from './endpoint-slices.ts'
import { updateLoadBalancerStatus } from './load-balancer-status.ts'
import { LocalhostForwarder } from './localhost-forwarder.ts'
import { NftTable } from './nft-table.ts'
import { RuleKeeper } from './rule-keeper.ts'
import { type Backend, type ServicePort, servicePorts } from './service-ports.ts'
import type { Dial } from './tcp-forward.ts'

export interface ProxyOptions {
  informers: SharedInformers
  /** Writes the status of load balancers. */
  client: Client
  clusterName: string
  serviceCidr: string
  /** Undefined on runtimes without a kernel network: nothing is programmed then. */
  network: { bridge: string; gateway: string; subnet: string } | undefined
  /** Asked again whenever the agent has ended. */
  hostAgent: () => Promise<HostAgent | undefined>
  /** Where pods reach the API server, behind the service `kubernetes`; its slices say so otherwise. */
  apiServer?: Backend
  /** The way to pods for connections to localhost; without it nothing listens there. */
  dial: Dial | undefined
  /** Node ports answer on the pod bridge's address only, unless the LAN shall have them. */
  nodePortAddresses?: 'bridge' | 'any'
  clock: Clock
  logger: Logger
}

export interface ServiceProxy extends AsyncDisposable {
  /** Resolves when the services that were there at the start are served. */
  readonly synced: Promise<void>
}

/**
 * Serves the cluster's services: cluster addresses and node ports by the engine's packet filter, node ports and load
 * balancers on localhost by listeners of this process. Disposing ends the listeners and leaves the rules, so that pods
 * go on talking; `removeServiceRules` takes those away.
 */
export function startProxy(options: ProxyOptions): ServiceProxy {
  const owned = new AsyncDisposableStack()
  const serviceShare = owned.use(options.informers.use(services))
  const sliceShare = owned.use(options.informers.use(endpointSlices))
  const slices = sliceShare.informer as unknown as Informer<EndpointSlice>
  indexByService(slices)
  const keeper = options.network && owned.use(newKeeper(options, options.network))
  const forwarder =
    options.dial && owned.use(new LocalhostForwarder({ ...options, dial: options.dial }))
  const known = serviceShare.informer

  const update = (key: string) => {
    const service = known.get(key)
    const ports: ServicePort[] = service
      ? servicePorts(service, slices.byIndex(bySlicedService, key), fixedBackends(key, options))
      : []
    keeper?.set(key, ports)
    forwarder?.set(key, ports)
  }
  const start = async () => {
    // Its container takes a while to start, and is asked for again when rules are to be set.
    if (keeper) options.hostAgent().catch(() => {})
    await Promise.all([known.synced, slices.synced])
    if (owned.disposed) return
    const batch = owned.use(new Batch(update, () => void keeper?.flush()))
    const onService = (service: Service) => {
      batch.add(keyOf(service))
      void updateLoadBalancerStatus(options.client, service, options.logger)
    }
    const onSlice = (slice: EndpointSlice) => batch.add(serviceOf(slice))
    owned.use(
      known.on({
        added: onService,
        updated: onService,
        deleted: service => batch.add(keyOf(service)),
      }),
    )
    owned.use(slices.on({ added: onSlice, updated: onSlice, deleted: onSlice }))
    batch.flush()
    await Promise.all([keeper?.flush(), forwarder?.settled()])
  }
  return { synced: start(), [Symbol.asyncDispose]: () => owned.disposeAsync() }
}

/** Takes a cluster's rules out of the engine's packet filter. */
export async function removeServiceRules(agent: HostAgent, clusterName: string): Promise<void> {
  const run: RunScript = script => runInAgent(agent, script)
  await run(`printf '${NftTable.remove(tableName(clusterName))}' | nft -f -`)
  await disallowForwarding(run, clusterName)
}

/** nft's names hold letters, digits and underscores; `-` has a meaning in some places. */
const tableName = (clusterName: string) => `slipway_${clusterName.replace(/[^A-Za-z0-9]/g, '_')}`

function newKeeper(
  options: ProxyOptions,
  network: { bridge: string; gateway: string; subnet: string },
): RuleKeeper {
  return new RuleKeeper({
    ...options,
    bridge: network.bridge,
    table: {
      name: tableName(options.clusterName),
      podCidr: network.subnet,
      serviceCidr: options.serviceCidr,
      gateway: network.gateway,
      nodePortAddresses: options.nodePortAddresses ?? 'bridge',
    },
  })
}

function fixedBackends(key: string, { apiServer }: ProxyOptions): Backend[] | undefined {
  return key === 'default/kubernetes' && apiServer ? [apiServer] : undefined
}

/** Collects the services that changed in one turn, so that a burst of events is one change. */
class Batch implements Disposable {
  readonly #keys = new Set<string>()
  readonly #update: (key: string) => void
  readonly #done: () => void
  #isDisposed = false

  constructor(update: (key: string) => void, done: () => void) {
    this.#update = update
    this.#done = done
  }

  add(key: string): void {
    if (!this.#keys.size) queueMicrotask(() => this.flush())
    this.#keys.add(key)
  }

  flush(): void {
    if (this.#isDisposed || !this.#keys.size) return
    const keys = [...this.#keys]
    this.#keys.clear()
    for (const key of keys) this.#update(key)
    this.#done()
  }

  [Symbol.dispose](): void {
    this.#isDisposed = true
  }
}
