import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { endpointSlices, ingresses, services } from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import { SharedInformers } from '#client/shared-informers.ts'
import type { EndpointSlice } from '#kubernetes/api/discovery-v1.ts'
import type { Ingress, IngressSpec } from '#kubernetes/api/networking-v1.ts'
import { IngressProxy } from '#node/proxy/ingress/ingress.ts'
import { byteStream } from '#platform/node-streams.ts'
import { startCluster, type TestCluster } from './start-cluster.ts'

/** A server that plays a pod: on a port of this machine, known to the cluster by an address of its own. */
export interface PlayedPod extends AsyncDisposable {
  readonly address: string
  readonly server: http.Server
}

/** The ingress proxy on a cluster in this process, whose pods are servers of the test. */
export class IngressSite implements AsyncDisposable {
  readonly cluster: TestCluster
  readonly client: Client
  readonly proxy: IngressProxy
  /** Every address that was dialled, in order. */
  readonly dialled: string[] = []
  /** Connections to pods are streams of bytes that are no sockets, as those through an engine in a virtual machine. */
  isTunnelled = false
  readonly #ports = new Map<string, number>()
  readonly #owned: AsyncDisposableStack
  #lastAddress = 0

  static async start(ports: { http?: number; https?: number } = {}): Promise<IngressSite> {
    await using starting = new AsyncDisposableStack()
    const cluster = starting.use(await startCluster({ controllers: false }))
    const site = new IngressSite(cluster, starting.move(), ports)
    await site.proxy.synced
    return site
  }

  private constructor(
    cluster: TestCluster,
    owned: AsyncDisposableStack,
    ports: { http?: number; https?: number },
  ) {
    this.cluster = cluster
    this.#owned = owned
    this.client = new Client(cluster.admin)
    const common = { client: this.client, clock: systemClock, logger: silentLogger }
    const informers = owned.use(new SharedInformers(common))
    this.proxy = owned.use(
      new IngressProxy({
        ...common,
        informers,
        dial: (address, port) => this.#dial(address, port),
        domain: 'cluster.local',
        dataDir: cluster.directory,
        ports,
      }),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync()
  }

  /** Starts a server and gives it a pod's address. */
  async pod(answer: http.RequestListener): Promise<PlayedPod> {
    const server = http.createServer(answer)
    const address = await this.listen(server)
    const stop = async () => {
      server.closeAllConnections()
      if (server.listening) await once(server.close(), 'close')
    }
    this.#owned.defer(stop)
    return { address, server, [Symbol.asyncDispose]: stop }
  }

  /** Lets a server of any kind play a pod; answers the pod's address. */
  async listen(server: net.Server): Promise<string> {
    await once(server.listen(0, '127.0.0.1'), 'listening')
    this.#lastAddress++
    const address = `10.244.0.${this.#lastAddress}`
    this.#ports.set(address, (server.address() as net.AddressInfo).port)
    return address
  }

  /** Makes a service of one port, 80, whose endpoints are these pods. */
  async service(
    name: string,
    pods: readonly Pick<PlayedPod, 'address'>[],
    terminating: readonly PlayedPod[] = [],
  ) {
    const metadata = { name, namespace: 'default' }
    const slice: EndpointSlice = {
      metadata: { ...metadata, labels: { 'kubernetes.io/service-name': name } },
      addressType: 'IPv4' as EndpointSlice['addressType'],
      ports: [{ name: 'http', port: 80, protocol: 'TCP' }],
      endpoints: [
        ...pods.map(({ address }) => ({ addresses: [address], conditions: { ready: true } })),
        ...terminating.map(({ address }) => ({
          addresses: [address],
          conditions: { ready: false, serving: true, terminating: true },
        })),
      ],
    }
    const known = await this.client.get(endpointSlices, metadata).catch(() => undefined)
    if (known) {
      await this.client.update(endpointSlices, { ...known, endpoints: slice.endpoints })
      return
    }
    await this.client.create(services, { metadata, spec: { ports: [{ name: 'http', port: 80 }] } })
    await this.client.create(endpointSlices, slice)
  }

  async ingress(name: string, spec: IngressSpec): Promise<Ingress> {
    return this.client.create(ingresses, { metadata: { name, namespace: 'default' }, spec })
  }

  async #dial(address: string, port: number) {
    this.dialled.push(address)
    if (port !== 80) throw new Error(`dial tcp ${address}:${port}: connect: connection refused`)
    const socket = net.connect(this.#ports.get(address) ?? 1, '127.0.0.1')
    await once(socket, 'connect')
    const stream = byteStream(socket)
    return this.isTunnelled ? { ...stream } : stream
  }
}
