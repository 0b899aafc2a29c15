import { join } from 'node:path'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { KubeletServer } from './kubelet/server/kubelet-server.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { SimulatedRuntime } from './runtimes/simulated/simulated-runtime.ts'

export interface NodeOptions {
  /** The way to the API server, with the node's identity. */
  transport: Transport
  runtime: 'simulated'
  /** How many simulated nodes; the first has `nodeName`, the others a number behind it. Default 1. */
  nodes?: number
  nodeName: string
  clusterName: string
  /** Such as `10.244.0.0/24`; further nodes get the ranges behind it. */
  podCidr: string
  dns: { ip: string; domain: string }
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
  /** Resolves when every node is registered with its first status. */
  ready: Promise<void>
}

/** Starts what runs on a node: its engine's driver and the kubelet. */
export async function startNode(options: NodeOptions): Promise<NodeHandle> {
  await using starting = new AsyncDisposableStack()
  const { clock, logger, transport } = options
  const client = new Client(transport, { userAgent: `kubelet/${options.kubeletVersion}` })
  const informers = starting.use(new SharedInformers({ client, clock, logger }))
  const count = options.nodes ?? 1
  const fieldSelector = count === 1 ? `spec.nodeName=${options.nodeName}` : 'spec.nodeName!='
  const podInformer = starting.use(informers.use(pods, { fieldSelector })).informer
  const kubelets = new Map<string, Kubelet>()
  for (let index = 0; index < count; index++) {
    const nodeName = index === 0 ? options.nodeName : `${options.nodeName}-${index + 1}`
    const podCidr = nthRange(options.podCidr, index)
    const runtime = starting.use(await openRuntime(options, nodeName, podCidr))
    const kubelet = new Kubelet({
      client,
      informers,
      pods: podInformer,
      runtime,
      nodeName,
      hostIP: firstAddress(podCidr),
      podCidr,
      dns: options.dns,
      kubeletVersion: options.kubeletVersion,
      clock,
      logger: logger.with({ node: nodeName }),
    })
    kubelets.set(nodeName, starting.use(kubelet))
  }
  await Promise.all([...kubelets.values()].map(kubelet => kubelet.start()))
  const owned = starting.move()
  return {
    connection: new KubeletServer(kubelets, clock),
    dialer: { dial: (target, signal) => dialPod(kubelets, target, signal) },
    nodeNames: [...kubelets.keys()],
    ready: Promise.all([...kubelets.values()].map(({ registered }) => registered)).then(() => {}),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  }
}

async function openRuntime(
  { clock, dataDir }: NodeOptions,
  nodeName: string,
  podCidr: string,
): Promise<ContainerRuntime> {
  const stateFile = join(dataDir, `simulated-${nodeName}.json`)
  return SimulatedRuntime.open({ clock, podCidr, stateFile })
}

/** Asks each engine in turn; the one whose pod it is answers. */
async function dialPod(
  kubelets: ReadonlyMap<string, Kubelet>,
  { address, port }: { address: string; port: number },
  signal: AbortSignal,
): Promise<ByteStream> {
  let failure: unknown = new Error(`dial tcp ${address}:${port}: connect: no route to host`)
  for (const { runtime } of kubelets.values()) {
    try {
      return await runtime.dial(address, port, signal)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}

/** The range of the same size `index` places behind. */
function nthRange(cidr: string, index: number): string {
  const [network = '', bits = '24'] = cidr.split('/')
  return `${shift(network, index * 2 ** (32 - Number(bits)))}/${bits}`
}

/** The first address of a range: the gateway, by which pods reach their node. */
const firstAddress = (cidr: string) => shift(cidr.split('/')[0] ?? '', 1)

function shift(address: string, by: number): string {
  const value = address.split('.').reduce((total, part) => total * 256 + Number(part), 0) + by
  return [24, 16, 8, 0].map(bits => (value >>> bits) & 255).join('.')
}
