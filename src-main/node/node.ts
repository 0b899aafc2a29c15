import type { ByteStream } from '#base/streams.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import { KubeletServer } from './kubelet/server/kubelet-server.ts'
import { UsageReader } from './metrics/usage-reader.ts'
import { NodeKubelets } from './node-kubelets.ts'
import type { NodeOptions } from './node-options.ts'
import { openDocker } from './open-runtime.ts'
import { removeServiceRules } from './proxy/proxy.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { ruleProblem } from './runtimes/simulated/behaviour.ts'
import { startServiceNetwork } from './service-network.ts'
import { readSimulation } from './simulation/read-simulation.ts'
import { nodeCount, plainSimulation, type Simulation } from './simulation/simulation.ts'
import { LocalProvisioner } from './storage/local-provisioner.ts'

export type { NodeEngine, NodeOptions } from './node-options.ts'
export type { Simulation }
export { nodeCount, plainSimulation }

/** Reads a simulated cluster from a document as YAML and JSON have it; an error names the field. */
export const simulationFrom = (document: unknown): Simulation =>
  readSimulation(document, { ruleProblem })

/** A running node, or several simulated ones. Disposing leaves the containers running, to be adopted later. */
export interface NodeHandle extends AsyncDisposable {
  /** For the API server: logs, exec, attach, port-forward. */
  connection: KubeletServer
  /** For the API server: connections to pod addresses. */
  dialer: {
    dial(target: { address: string; port: number }, signal: AbortSignal): Promise<ByteStream>
  }
  nodeNames: string[]
  /** What containers use, by node; read when asked. */
  usage: ReadonlyMap<string, UsageReader>
  /** The pod network, on engines that have one. The API server has to listen on its gateway for pods to reach it. */
  network: { bridge: string; gateway: string; subnet: string } | undefined
  /** Resolves when every node is registered with its first status, Services are served and DNS answers. */
  ready: Promise<void>
  /** Ends the node's work and removes everything this cluster has on the engine: containers, network, packet filter rules, and volumes when asked. */
  cleanup(options: { volumes: boolean }): Promise<void>
}

/** Starts what runs on a node: its engine's driver, the kubelet, the service proxy and the cluster's DNS. */
export async function startNode(options: NodeOptions): Promise<NodeHandle> {
  await using starting = new AsyncDisposableStack()
  const { clock, logger } = options
  const client = new Client(options.addonTransport, { userAgent: 'slipway-addons' })
  const informers = starting.use(new SharedInformers({ client, clock, logger }))
  const kubelets = starting.use(await NodeKubelets.open(options, informers))
  const [first] = kubelets.inOrder
  const network = await first?.runtime.network()
  const { serviceCidr, apiServerPort } = options
  const serviceNetwork = serviceCidr
    ? starting.use(
        await startServiceNetwork({
          ...options,
          informers,
          client,
          serviceCidr,
          apiServerPort,
          network,
          hostAgent: async () => first?.runtime.hostAgent(),
          dial: (address, port, signal) => kubelets.dial({ address, port }, signal),
        }),
      )
    : undefined
  const { runtimes } = kubelets
  starting.use(new LocalProvisioner({ informers, client, runtimes, clock, logger }))
  await kubelets.start()
  const ready = Promise.all([kubelets.registered(client), serviceNetwork?.ready]).then(() => {})
  ready.catch(() => {})
  const usage = new Map(
    [...runtimes].map(([name, runtime]) => [name, new UsageReader(runtime, clock)]),
  )
  const owned = starting.move()
  return {
    connection: new KubeletServer(kubelets.byName, usage, clock),
    dialer: { dial: (target, signal) => kubelets.dial(target, signal) },
    nodeNames: [...kubelets.byName.keys()],
    usage,
    network,
    ready,
    async cleanup(what) {
      // Or they would start again what is being removed.
      await Promise.all([kubelets.stop(), serviceNetwork?.[Symbol.asyncDispose]()])
      for (const runtime of runtimes.values()) await cleanUp(runtime, options.clusterName, what)
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

/** Removes everything that a cluster which isn't running has on an engine; see `NodeHandle.cleanup`. */
export async function removeFromEngine(
  options: Pick<NodeOptions, 'engine' | 'clusterName' | 'podCidr' | 'clock'>,
  what: { volumes: boolean },
): Promise<void> {
  await using runtime = await openDocker(options)
  await cleanUp(runtime, options.clusterName, what)
}

async function cleanUp(
  runtime: ContainerRuntime,
  clusterName: string,
  what: { volumes: boolean },
): Promise<void> {
  const agent = await runtime.hostAgent()
  if (agent) await removeServiceRules(agent, clusterName)
  await runtime.cleanup(what)
}
