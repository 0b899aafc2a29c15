import { createHash } from 'node:crypto'
import type { ByteStream } from '#base/streams.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { ConfigReaders } from './kubelet/config-readers.ts'
import { Kubelet, type KubeletOptions, KubeletRounds } from './kubelet/kubelet.ts'
import { NodePods } from './kubelet/node-pods.ts'
import { readHostFacts } from './kubelet/node-status/static-facts.ts'
import type { NodeOptions } from './node-options.ts'
import { openRuntime } from './open-runtime.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { SimulatedRuntime } from './runtimes/simulated/simulated-runtime.ts'
import { CutOffTransport } from './simulation/cut-off-transport.ts'
import { type FailingNode, NodeFailures } from './simulation/node-failures.ts'
import { PodRanges } from './simulation/pod-ranges.ts'
import { publishDevices, withdrawDevices } from './simulation/publish-devices.ts'
import { type PlannedNode, plainSimulation, plannedNodes } from './simulation/simulation.ts'

/** The kubelets of one process, each with the runtime of its node. */
export class NodeKubelets implements AsyncDisposable {
  readonly byName: ReadonlyMap<string, Kubelet>
  readonly inOrder: readonly Kubelet[]
  readonly #plans: readonly PlannedNode[]
  readonly #ranges: PodRanges
  readonly #isSimulated: boolean
  readonly #owned: AsyncDisposableStack

  private constructor(parts: {
    byName: ReadonlyMap<string, Kubelet>
    plans: readonly PlannedNode[]
    ranges: PodRanges
    isSimulated: boolean
    owned: AsyncDisposableStack
  }) {
    this.byName = parts.byName
    this.inOrder = [...parts.byName.values()]
    this.#plans = parts.plans
    this.#ranges = parts.ranges
    this.#isSimulated = parts.isSimulated
    this.#owned = parts.owned
  }

  /** Opens the nodes' runtimes; nothing runs on them before `start`. */
  static async open(options: NodeOptions, informers: SharedInformers): Promise<NodeKubelets> {
    await using opening = new AsyncDisposableStack()
    const { clock } = options
    const plans = plansOf(options)
    const ranges = new PodRanges(options.podCidr)
    const fieldSelector = plans.length > 1 ? 'spec.nodeName!=' : `spec.nodeName=${plans[0]?.name}`
    const podInformer = opening.use(informers.use(pods, { fieldSelector })).informer
    const shared = {
      informers,
      pods: opening.use(new NodePods(podInformer)),
      config: opening.use(new ConfigReaders(podInformer, informers)),
      rounds: opening.use(new KubeletRounds(clock)),
      host: await readHostFacts(),
    }
    const byName = new Map<string, Kubelet>()
    const failing = new Map<string, FailingNode>()
    for (const [index, plan] of plans.entries()) {
      const podCidr = ranges.of(index)
      const runtime = opening.use(await openRuntime(options, plan, podCidr))
      const transport = new CutOffTransport(options.transport(plan.name))
      const hostIP = (await runtime.network())?.gateway ?? ranges.gatewayOf(index)
      const place = { runtime, transport, podCidr, hostIP }
      const kubelet = opening.use(makeKubelet(options, plan, shared, place))
      byName.set(plan.name, kubelet)
      failing.set(plan.name, failingNode(kubelet, runtime, transport))
    }
    const isSimulated = options.runtime === 'simulated'
    if (isSimulated) opening.use(new NodeFailures({ informers, clock, plans, nodes: failing }))
    return new NodeKubelets({ byName, plans, ranges, isSimulated, owned: opening.move() })
  }

  /** By the nodes' names. */
  get runtimes(): Map<string, ContainerRuntime> {
    return new Map([...this.byName].map(([name, { runtime }]) => [name, runtime]))
  }

  async start(): Promise<void> {
    await Promise.all(this.inOrder.map(kubelet => kubelet.start()))
  }

  /** Resolves when every node is registered, with the devices that it has; `client` publishes those. */
  async registered(client: Client): Promise<void> {
    await Promise.all([
      ...this.inOrder.map(({ registered }) => registered),
      ...(this.#isSimulated ? [withdrawDevices(client, this.#plans)] : []),
      ...this.#plans.map(plan =>
        publishDevices(client, plan, this.byName.get(plan.name)?.registered),
      ),
    ])
  }

  /** Connects to a pod: the node whose range of pod addresses it is answers; an engine's one node for all. */
  async dial(
    { address, port }: { address: string; port: number },
    signal: AbortSignal,
  ): Promise<ByteStream> {
    const kubelet = this.inOrder[this.inOrder.length > 1 ? this.#ranges.indexOf(address) : 0]
    if (!kubelet?.isReachable)
      throw new Error(`dial tcp ${address}:${port}: connect: no route to host`)
    return kubelet.runtime.dial(address, port, signal)
  }

  /** Ends the kubelets' work, and leaves their runtimes open. */
  async stop(): Promise<void> {
    await Promise.all(this.inOrder.map(kubelet => kubelet[Symbol.asyncDispose]()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#owned.disposeAsync()
  }
}

/** The nodes to start; an engine has one. */
function plansOf({ runtime, nodeName, simulation }: NodeOptions): PlannedNode[] {
  const isSimulated = runtime === 'simulated' && simulation
  return plannedNodes(isSimulated ? simulation : plainSimulation(nodeName, 1))
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
