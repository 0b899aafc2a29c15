import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import type {
  ContainerConfig,
  ContainerResources,
  ContainerRuntime,
  ContainerStats,
  HostAgent,
  LogChunk,
  LogRequest,
  MachineFacts,
  PodFilter,
  PodSandbox,
  PodSandboxConfig,
  RegistryCredentials,
  RuntimeContainer,
  RuntimeEvent,
  RuntimeImage,
  VolumeFile,
} from '../container-runtime.ts'
import { engineResources } from './container-body.ts'
import { readLogs } from './container-logs.ts'
import { dockerLabels } from './docker-labels.ts'
import { EngineContainers } from './engine-containers.ts'
import { engineEvents } from './engine-events.ts'
import { apiVersion, EngineFacts } from './engine-facts.ts'
import { EngineHttp } from './engine-http.ts'
import { EngineImages } from './engine-images.ts'
import { EngineProcesses } from './engine-processes.ts'
import { readStats, readWritten } from './engine-stats.ts'
import type { EngineVersion } from './engine-types.ts'
import { HostAgentContainer } from './host-agent.ts'
import { engineConcurrency, Limiter } from './limiter.ts'
import { PodContainers } from './pod-containers.ts'
import { PodDialer } from './pod-dialer.ts'
import {
  ensurePodNetwork,
  type NetworkFacts,
  removeLeftBridge,
  removePodNetwork,
} from './pod-network.ts'
import { PodSandboxes } from './pod-sandboxes.ts'
import { PodVolumeStore } from './pod-volumes.ts'
import { ensurePodmanNetwork } from './podman-network.ts'
import { SandboxFiles } from './sandbox-files.ts'

export interface DockerRuntimeOptions {
  /** UNIX socket or named pipe of an engine that speaks Docker's API. */
  socketPath: string
  /** Names network, containers and volumes on the engine, so that several clusters share it. */
  cluster: string
  /** The pod network's range. */
  subnet: string
  /** The node agent's image; its raw archive is loaded when the engine lacks it. */
  agentImage: { reference: string; openTar(): Promise<Readable> }
  /** The host agent is about to be asked for: it is started while the pod network is made. */
  needsAgent?: boolean
  clock: Clock
}

/** What is made before the runtime is. */
interface Parts {
  http: EngineHttp
  facts: EngineFacts
  processes: EngineProcesses
  agent: HostAgentContainer
  network: NetworkFacts
}

/** Docker, or Podman through its Docker API: one infra container per pod owns network, IPC and volumes. */
export class DockerRuntime implements ContainerRuntime {
  readonly name = 'docker'
  readonly keepsFiles = true
  readonly #options: DockerRuntimeOptions
  readonly #http: EngineHttp
  readonly #limiter = new Limiter(engineConcurrency)
  readonly #images: EngineImages
  readonly #volumes: PodVolumeStore
  readonly #containers: EngineContainers
  readonly #processes: EngineProcesses
  readonly #files: SandboxFiles
  readonly #sandboxes: PodSandboxes
  readonly #podContainers: PodContainers
  readonly #facts: EngineFacts
  readonly #network: NetworkFacts
  readonly #dialer: PodDialer
  readonly #agent: HostAgentContainer

  private constructor(
    options: DockerRuntimeOptions,
    { http, facts, processes, agent, network }: Parts,
  ) {
    const { cluster, clock } = options
    this.#options = options
    this.#http = http
    this.#facts = facts
    this.#processes = processes
    this.#agent = agent
    this.#network = network
    this.#dialer = new PodDialer(network, () => this.hostAgent())
    this.#images = new EngineImages(http)
    this.#volumes = new PodVolumeStore(http, cluster)
    this.#containers = new EngineContainers(http, cluster)
    this.#files = new SandboxFiles(http, this.#processes, clock)
    const shared = {
      cluster,
      isPodman: this.#facts.isPodman,
      containers: this.#containers,
      volumes: this.#volumes,
      files: this.#files,
    }
    this.#sandboxes = new PodSandboxes({
      ...shared,
      agentImage: options.agentImage.reference,
      network: network.name,
      processes: this.#processes,
      clock,
    })
    this.#podContainers = new PodContainers({
      ...shared,
      sandboxes: this.#sandboxes,
      images: this.#images,
    })
  }

  /** Connects to the engine, loads the agent image and makes the pod network where they are missing. */
  static async open(options: DockerRuntimeOptions): Promise<DockerRuntime> {
    const http = new EngineHttp(options.socketPath)
    try {
      const version = await http.json<EngineVersion>({ method: 'GET', path: '/version' })
      http.setVersion(apiVersion(version))
      const facts = new EngineFacts(http, version, options)
      await new EngineImages(http).ensure(options.agentImage)
      const { cluster, subnet, clock, socketPath } = options
      const processes = new EngineProcesses(http, clock)
      const { isPodman } = facts
      const image = options.agentImage.reference
      const agent = new HostAgentContainer(http, { cluster, image, isPodman, processes })
      if (options.needsAgent) agent.find().catch(() => {})
      const network = isPodman
        ? await ensurePodmanNetwork(http, { socketPath, cluster, subnet, image })
        : await ensurePodNetwork(http, cluster, subnet)
      return new DockerRuntime(options, { http, facts, processes, agent, network })
    } catch (error) {
      http[Symbol.dispose]()
      throw error
    }
  }

  async version(): Promise<{ name: string; version: string }> {
    return this.#facts.version
  }

  status(): Promise<{ ready: boolean; message: string }> {
    return this.#facts.status()
  }

  machine(): Promise<MachineFacts> {
    return this.#facts.machine()
  }

  async network(): Promise<{ bridge: string; gateway: string; subnet: string }> {
    return this.#network
  }

  runPodSandbox(config: PodSandboxConfig, signal: AbortSignal): Promise<string> {
    return this.#limiter.run(() => this.#sandboxes.run(config, signal))
  }

  stopPodSandbox(id: string): Promise<void> {
    return this.#sandboxes.stop(id)
  }

  removePodSandbox(id: string): Promise<void> {
    return this.#sandboxes.remove(id)
  }

  removePodVolumes(podUid: string): Promise<void> {
    return this.#volumes.removeOf(podUid)
  }

  removeLastingVolume(name: string): Promise<void> {
    return this.#volumes.removeLasting(name)
  }

  listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]> {
    return this.#sandboxes.list(filter)
  }

  createContainer(
    sandboxId: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<string> {
    return this.#limiter.run(() => this.#podContainers.create(sandboxId, config, signal))
  }

  startContainer(id: string): Promise<void> {
    return this.#limiter.run(() => this.#containers.start(id))
  }

  stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    return this.#containers.stop(id, graceSeconds, signal)
  }

  updateContainer(id: string, resources: ContainerResources): Promise<void> {
    return this.#containers.update(id, engineResources(resources))
  }

  removeContainer(id: string): Promise<void> {
    return this.#containers.remove(id)
  }

  listContainers(filter?: PodFilter): Promise<RuntimeContainer[]> {
    return this.#podContainers.list(filter)
  }

  inspectContainer(id: string): Promise<RuntimeContainer | undefined> {
    return this.#podContainers.find(id)
  }

  readTerminationMessage(id: string, _path: string, limitBytes: number): Promise<string> {
    return this.#podContainers.readTerminationMessage(id, limitBytes)
  }

  async *logs(id: string, request: LogRequest, signal: AbortSignal): AsyncGenerator<LogChunk> {
    const inspection = await this.#containers.inspect(id)
    if (!inspection) throw new Error(`container ${id} not found`)
    yield* readLogs(this.#http, inspection, request, signal)
  }

  exec(
    id: string,
    options: { command: string[]; stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    return this.#processes.exec(id, options, signal)
  }

  attach(
    id: string,
    options: { stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    return this.#processes.attach(id, options, () => this.#containers.inspect(id), signal)
  }

  async portForward(sandboxId: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    const [address] = (await this.#sandboxes.get(sandboxId)).ips
    const exec = (command: string[]) =>
      this.exec(sandboxId, { command, stdin: true, tty: false }, signal)
    return this.#dialer.enter({ address, exec }, port, signal)
  }

  dial(address: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    return this.#dialer.dial(address, port, signal)
  }

  writeVolume(sandboxId: string, volume: string, files: VolumeFile[]): Promise<void> {
    return this.#files.writeVolume(sandboxId, volume, files)
  }

  volumeBytes(sandboxId: string, volumes: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return this.#files.volumeBytes(sandboxId, volumes)
  }

  writtenBytes(containerId: string): Promise<number> {
    return readWritten(this.#http, containerId)
  }

  findImage(reference: string): Promise<RuntimeImage | undefined> {
    return this.#images.find(reference)
  }

  pullImage(
    reference: string,
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal,
  ): Promise<RuntimeImage> {
    return this.#images.pull(reference, credentials, signal)
  }

  listImages(): Promise<RuntimeImage[]> {
    return this.#images.list()
  }

  stats(filter?: PodFilter): Promise<ContainerStats[]> {
    return readStats(this.#http, this.#containers, filter)
  }

  events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    return engineEvents(this.#http, this.#options.cluster, this.#options.clock, signal)
  }

  hostAgent(): Promise<HostAgent> {
    return this.#agent.find()
  }

  async cleanup({ volumes }: { volumes: boolean }): Promise<void> {
    const all = await this.#containers.summaries({})
    const agent = all.find(({ Labels }) => Labels?.[dockerLabels.role] === 'agent')
    await this.#containers.removeAllBut(agent?.Id)
    await removePodNetwork(this.#http, this.#network)
    if (agent) await removeLeftBridge(await this.hostAgent(), this.#network)
    await this.#containers.removeAllBut(undefined)
    if (volumes) await this.#volumes.removeAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]()
  }
}
