import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { ConfigReaders } from './kubelet/config-readers.ts'
import { Kubelet, type KubeletOptions, KubeletRounds } from './kubelet/kubelet.ts'
import { NodePods } from './kubelet/node-pods.ts'
import { readHostFacts } from './kubelet/node-status/static-facts.ts'
import { KubeletServer } from './kubelet/server/kubelet-server.ts'
import { UsageReader } from './metrics/usage-reader.ts'
import { removeServiceRules } from './proxy/proxy.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { ruleProblem } from './runtimes/simulated/behaviour.ts'
import { SimulatedRuntime } from './runtimes/simulated/simulated-runtime.ts'
import { startServiceNetwork } from './service-network.ts'
import { CutOffTransport } from './simulation/cut-off-transport.ts'
import { type FailingNode, NodeFailures } from './simulation/node-failures.ts'
import { PodRanges } from './simulation/pod-ranges.ts'
import { publishDevices, withdrawDevices } from './simulation/publish-devices.ts'
import { readSimulation } from './simulation/read-simulation.ts'
import {
  nodeCount,
  type PlannedNode,
  plainSimulation,
  plannedNodes,
  type Simulation,
} from './simulation/simulation.ts'
import { LocalProvisioner } from './storage/local-provisioner.ts'

export type { Simulation }
export { nodeCount, plainSimulation }

/** Reads a simulated cluster from a document as YAML and JSON have it; an error names the field. */
export const simulationFrom = (document: unknown): Simulation =>
  readSimulation(document, { ruleProblem })

/** An engine that speaks Docker's API, and the image of ours that it needs. */
export interface NodeEngine {
  socketPath: string
  /** Loaded from its raw archive when the engine lacks it. */
  agentImage: { reference: string; openTar(): Promise<Readable> }
}

export interface NodeOptions {
  /** The way to the API server of each kubelet, with its node's identity. */
  transport: (nodeName: string) => Transport
  /** The same for what the nodes of this process share (informers, service proxy, cluster DNS), which no single node may. */
  addonTransport: Transport
  runtime: 'docker' | 'simulated'
  /** For the `docker` runtime. */
  engine?: NodeEngine
  /** The simulated nodes; default: one with `nodeName`. */
  simulation?: Simulation
  nodeName: string
  /** Names what is made on the engine. */
  clusterName: string
  /** Such as `10.244.0.0/24`; further nodes get the ranges behind it. */
  podCidr: string
  dns: { ip: string; domain: string }
  /** With it Services are served (in the engine's packet filter and on localhost), and so is cluster DNS. */
  serviceCidr?: string
  /** The API server's port on the pod bridge's address, where pods reach it. */
  apiServerPort?: number
  /** Where ingresses are served on localhost; 80 and 443, or what can be had, for those that aren't given. */
  ingressPorts?: { http?: number; https?: number }
  /** Such as `v1.35.6`. */
  kubeletVersion: string
  /** Where the node keeps what has to outlive the process. */
  dataDir: string
  clock: Clock
  logger: Logger
}

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
  const addonClient = new Client(options.addonTransport, { userAgent: 'slipway-addons' })
  const informers = starting.use(new SharedInformers({ client: addonClient, clock, logger }))
  const plans = plansOf(options)
  const ranges = new PodRanges(options.podCidr)
  const fieldSelector = plans.length > 1 ? 'spec.nodeName!=' : `spec.nodeName=${plans[0]?.name}`
  const podInformer = starting.use(informers.use(pods, { fieldSelector })).informer
  const shared = {
    informers,
    pods: starting.use(new NodePods(podInformer)),
    config: starting.use(new ConfigReaders(podInformer, informers)),
    rounds: starting.use(new KubeletRounds(clock)),
    host: await readHostFacts(),
  }
  const kubelets = new Map<string, Kubelet>()
  const failing = new Map<string, FailingNode>()
  for (const [index, plan] of plans.entries()) {
    const podCidr = ranges.of(index)
    const runtime = starting.use(await openRuntime(options, plan, podCidr))
    const transport = new CutOffTransport(options.transport(plan.name))
    const hostIP = (await runtime.network())?.gateway ?? ranges.gatewayOf(index)
    const kubelet = starting.use(
      makeKubelet(options, plan, shared, { runtime, transport, podCidr, hostIP }),
    )
    kubelets.set(plan.name, kubelet)
    failing.set(plan.name, failingNode(kubelet, runtime, transport))
  }
  if (options.runtime === 'simulated') {
    starting.use(new NodeFailures({ informers, clock, plans, nodes: failing }))
  }
  const inOrder = [...kubelets.values()]
  const [first] = inOrder
  const network = await first?.runtime.network()
  const dial = (target: { address: string; port: number }, signal: AbortSignal) =>
    dialPod(inOrder, ranges, target, signal)
  const { serviceCidr, apiServerPort } = options
  const serviceNetwork =
    serviceCidr &&
    starting.use(
      await startServiceNetwork({
        ...options,
        informers,
        client: addonClient,
        serviceCidr,
        apiServerPort,
        network,
        hostAgent: async () => first?.runtime.hostAgent(),
        dial: (address, port, signal) => dial({ address, port }, signal),
      }),
    )
  const runtimes = new Map([...kubelets].map(([name, { runtime }]) => [name, runtime]))
  starting.use(new LocalProvisioner({ informers, client: addonClient, runtimes, clock, logger }))
  await Promise.all(inOrder.map(kubelet => kubelet.start()))
  const owned = starting.move()
  const ready = Promise.all([
    ...inOrder.map(({ registered }) => registered),
    ...(options.runtime === 'simulated' ? [withdrawDevices(addonClient, plans)] : []),
    ...plans.map(plan => publishDevices(addonClient, plan, kubelets.get(plan.name)?.registered)),
    ...(serviceNetwork ? [serviceNetwork.ready] : []),
  ]).then(() => {})
  ready.catch(() => {})
  const usage = new Map(
    [...kubelets].map(([name, { runtime }]) => [name, new UsageReader(runtime, clock)]),
  )
  return {
    connection: new KubeletServer(kubelets, usage, clock),
    dialer: { dial },
    nodeNames: [...kubelets.keys()],
    usage,
    network,
    ready,
    async cleanup(what) {
      // Or they would start again what is being removed.
      const parts = [...inOrder, ...(serviceNetwork ? [serviceNetwork] : [])]
      await Promise.all(parts.map(part => part[Symbol.asyncDispose]()))
      for (const { runtime } of inOrder) await cleanUp(runtime, options.clusterName, what)
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

async function openDocker({
  engine,
  clusterName,
  podCidr,
  clock,
}: Pick<NodeOptions, 'engine' | 'clusterName' | 'podCidr' | 'clock'>): Promise<ContainerRuntime> {
  if (!engine) throw new Error('the docker runtime needs the socket of an engine')
  const { DockerRuntime } = await import('./runtimes/docker/docker-runtime.ts')
  return DockerRuntime.open({ ...engine, cluster: clusterName, subnet: podCidr, clock })
}

/** The nodes to start; an engine has one. */
function plansOf({ runtime, nodeName, simulation }: NodeOptions): PlannedNode[] {
  const isSimulated = runtime === 'simulated' && simulation
  return plannedNodes(isSimulated ? simulation : plainSimulation(nodeName, 1))
}

async function openRuntime(
  options: NodeOptions,
  { name, capacity }: PlannedNode,
  podCidr: string,
): Promise<ContainerRuntime> {
  if (options.runtime === 'docker') return openDocker(options)
  const { clock, dataDir, simulation } = options
  return SimulatedRuntime.open({
    clock,
    podCidr,
    capacity: { resources: capacity },
    rules: simulation?.pods ?? [],
    stateFile: join(dataDir, `simulated-${name}.json`),
  })
}

type KubeletShares = Pick<KubeletOptions, 'informers' | 'rounds' | 'host'> & {
  pods: NodePods
  config: ConfigReaders
}
type KubeletPlace = Pick<KubeletOptions, 'runtime' | 'podCidr' | 'hostIP'> & {
  transport: Transport
}

function makeKubelet(
  { runtime, dns, kubeletVersion, clock, logger }: NodeOptions,
  { name, labels, annotations, taints }: PlannedNode,
  { pods, config, host, ...shares }: KubeletShares,
  { transport, ...place }: KubeletPlace,
): Kubelet {
  return new Kubelet({
    ...shares,
    ...place,
    host: runtime === 'docker' ? host : { ...host, machineId: machineIdOf(host.machineId, name) },
    client: new Client(transport, { userAgent: `kubelet/${kubeletVersion}` }),
    pods: pods.of(name),
    config: config.of(name),
    nodeName: name,
    traits: { labels, annotations, taints },
    dns,
    kubeletVersion,
    clock,
    logger: logger.with({ node: name }),
  })
}

/** Simulated nodes are machines of their own. */
const machineIdOf = (machineId: string, nodeName: string): string =>
  createHash('sha256').update(`${machineId} ${nodeName}`).digest('hex').slice(0, 32)

/** What a simulated failure does to a node. */
const failingNode = (
  kubelet: Kubelet,
  runtime: ContainerRuntime,
  transport: CutOffTransport,
): FailingNode => ({
  fail(kind) {
    if (runtime instanceof SimulatedRuntime) runtime.setFailing(kind === 'not-ready')
    const wasCutOff = transport.isCutOff
    transport.isCutOff = kind === 'unreachable'
    kubelet.isReachable = kind !== 'unreachable'
    if (wasCutOff && kind !== 'unreachable') void kubelet.reconnected().catch(() => {})
  },
})

/** The node whose range of pod addresses it is answers; an engine's one node for all. */
async function dialPod(
  kubelets: readonly Kubelet[],
  ranges: PodRanges,
  { address, port }: { address: string; port: number },
  signal: AbortSignal,
): Promise<ByteStream> {
  const kubelet = kubelets[kubelets.length > 1 ? ranges.indexOf(address) : 0]
  if (!kubelet?.isReachable)
    throw new Error(`dial tcp ${address}:${port}: connect: no route to host`)
  return kubelet.runtime.dial(address, port, signal)
}
