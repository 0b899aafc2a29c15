import { join } from 'node:path'
import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import { pods } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { Transport } from '#client/transport.ts'
import { startDns } from './dns/dns.ts'
import { Kubelet } from './kubelet/kubelet.ts'
import { KubeletServer } from './kubelet/server/kubelet-server.ts'
import { UsageReader } from './metrics/usage-reader.ts'
import { IngressProxy } from './proxy/ingress/ingress.ts'
import { removeServiceRules, startProxy } from './proxy/proxy.ts'
import type { ContainerRuntime } from './runtimes/container-runtime.ts'
import { SimulatedRuntime } from './runtimes/simulated/simulated-runtime.ts'
import { LocalProvisioner } from './storage/local-provisioner.ts'

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
  /** How many simulated nodes; the first has `nodeName`, the others a number behind it. Default 1. */
  nodes?: number
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
  const count = options.runtime === 'simulated' ? (options.nodes ?? 1) : 1
  const fieldSelector = count === 1 ? `spec.nodeName=${options.nodeName}` : 'spec.nodeName!='
  const podInformer = starting.use(informers.use(pods, { fieldSelector })).informer
  const kubelets = new Map<string, Kubelet>()
  for (let index = 0; index < count; index++) {
    const nodeName = index === 0 ? options.nodeName : `${options.nodeName}-${index + 1}`
    const podCidr = nthRange(options.podCidr, index)
    const runtime = starting.use(await openRuntime(options, nodeName, podCidr))
    const kubelet = new Kubelet({
      client: new Client(options.transport(nodeName), {
        userAgent: `kubelet/${options.kubeletVersion}`,
      }),
      informers,
      pods: podInformer,
      runtime,
      nodeName,
      hostIP: (await runtime.network())?.gateway ?? firstAddress(podCidr),
      podCidr,
      dns: options.dns,
      kubeletVersion: options.kubeletVersion,
      clock,
      logger: logger.with({ node: nodeName }),
    })
    kubelets.set(nodeName, starting.use(kubelet))
  }
  const [first] = kubelets.values()
  const network = await first?.runtime.network()
  const dial = (target: { address: string; port: number }, signal: AbortSignal) =>
    dialPod(kubelets, target, signal)
  const dialPort = (address: string, port: number, signal: AbortSignal) =>
    dial({ address, port }, signal)
  const { serviceCidr, apiServerPort: port } = options
  const proxy =
    serviceCidr &&
    starting.use(
      startProxy({
        informers,
        client: addonClient,
        clusterName: options.clusterName,
        serviceCidr,
        network,
        hostAgent: async () => first?.runtime.hostAgent(),
        ...(network && port ? { apiServer: { address: network.gateway, port } } : {}),
        dial: dialPort,
        clock,
        logger,
      }),
    )
  const ingress =
    serviceCidr &&
    starting.use(
      new IngressProxy({
        informers,
        client: addonClient,
        dial: dialPort,
        dataDir: options.dataDir,
        ...(options.ingressPorts ? { ports: options.ingressPorts } : {}),
        clock,
        logger,
      }),
    )
  const dns =
    serviceCidr &&
    starting.use(
      startDns({
        informers,
        client: addonClient,
        domain: options.dns.domain,
        clusterIP: options.dns.ip,
        address: network?.gateway,
        podCidr: options.podCidr,
        serviceCidr,
        clock,
        logger,
      }),
    )
  const runtimes = new Map([...kubelets].map(([name, { runtime }]) => [name, runtime]))
  starting.use(new LocalProvisioner({ informers, client: addonClient, runtimes, clock, logger }))
  await Promise.all([...kubelets.values()].map(kubelet => kubelet.start()))
  const owned = starting.move()
  const ready = Promise.all([
    ...[...kubelets.values()].map(({ registered }) => registered),
    ...(proxy ? [proxy.synced] : []),
    ...(ingress ? [ingress.synced] : []),
    ...(dns ? [dns.ready] : []),
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
      const parts = [...kubelets.values(), ...(proxy ? [proxy] : [])]
      await Promise.all(parts.map(part => part[Symbol.asyncDispose]()))
      for (const { runtime } of kubelets.values()) await cleanUp(runtime, options.clusterName, what)
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

async function openRuntime(
  options: NodeOptions,
  nodeName: string,
  podCidr: string,
): Promise<ContainerRuntime> {
  if (options.runtime === 'docker') return openDocker(options)
  const { clock, dataDir } = options
  const stateFile = join(dataDir, `simulated-${nodeName}.json`)
  return SimulatedRuntime.open({ clock, podCidr, stateFile })
}

/** Asks each node in turn; the one whose pod it is answers. */
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
