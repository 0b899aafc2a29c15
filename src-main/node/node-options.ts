import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { Transport } from '#client/transport.ts'
import type { Simulation } from './simulation/simulation.ts'

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
