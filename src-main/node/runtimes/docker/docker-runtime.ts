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
import { containerBody, engineResources } from './container-body.ts'
import { readLogs } from './container-logs.ts'
import { containerNameOf, dockerLabels, sandboxContainerName } from './docker-labels.ts'
import { EngineContainers } from './engine-containers.ts'
import { engineEvents } from './engine-events.ts'
import { apiVersion, EngineFacts } from './engine-facts.ts'
import { EngineHttp } from './engine-http.ts'
import { EngineImages } from './engine-images.ts'
import { EngineProcesses } from './engine-processes.ts'
import { readStats } from './engine-stats.ts'
import type { EngineVersion } from './engine-types.ts'
import { firstFiles } from './first-files.ts'
import { ensureHostAgent } from './host-agent.ts'
import { toContainer, toSandbox } from './inspections.ts'
import { Limiter } from './limiter.ts'
import { PodDialer } from './pod-dialer.ts'
import {
  ensurePodNetwork,
  type NetworkFacts,
  removeLeftBridge,
  removePodNetwork,
} from './pod-network.ts'
import { messagesVolume, PodVolumeStore } from './pod-volumes.ts'
import { pullImage } from './pull-image.ts'
import { sandboxBody } from './sandbox-body.ts'
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
  clock: Clock
}

/** More at a time makes Docker slower for each, not faster in all. */
const concurrency = 4
/** How often a clean-up looks again for containers that came meanwhile. */
const cleanupRounds = 5

/** Docker, or Podman through its Docker API: one infra container per pod owns network, IPC and volumes. */
export class DockerRuntime implements ContainerRuntime {
  readonly name = 'docker'
  readonly keepsFiles = true
  readonly #options: DockerRuntimeOptions
  readonly #http: EngineHttp
  readonly #limiter = new Limiter(concurrency)
  readonly #images: EngineImages
  readonly #volumes: PodVolumeStore
  readonly #containers: EngineContainers
  readonly #processes: EngineProcesses
  readonly #files: SandboxFiles
  readonly #facts: EngineFacts
  readonly #network: NetworkFacts
  readonly #dialer: PodDialer
  #seekingAgent: Promise<HostAgent> | undefined

  private constructor(
    options: DockerRuntimeOptions,
    http: EngineHttp,
    version: EngineVersion,
    network: NetworkFacts,
  ) {
    this.#options = options
    this.#http = http
    this.#facts = new EngineFacts(http, version, options)
    this.#network = network
    this.#dialer = new PodDialer(network, () => this.hostAgent())
    this.#images = new EngineImages(http)
    this.#volumes = new PodVolumeStore(http, options.cluster)
    this.#containers = new EngineContainers(http, options.cluster)
    this.#processes = new EngineProcesses(http, options.clock)
    this.#files = new SandboxFiles(http, this.#processes, options.clock)
  }

  /** Connects to the engine, loads the agent image and makes the pod network where they are missing. */
  static async open(options: DockerRuntimeOptions): Promise<DockerRuntime> {
    const http = new EngineHttp(options.socketPath)
    try {
      const version = await http.json<EngineVersion>({ method: 'GET', path: '/version' })
      http.setVersion(apiVersion(version))
      const { reference, openTar } = options.agentImage
      if (!(await new EngineImages(http).find(reference)))
        await http.json({ method: 'POST', path: '/images/load', body: await openTar() })
      const network = await ensurePodNetwork(http, options.cluster, options.subnet)
      return new DockerRuntime(options, http, version, network)
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

  async runPodSandbox(config: PodSandboxConfig, signal: AbortSignal): Promise<string> {
    return this.#limiter.run(async () => {
      const { cluster, agentImage, clock } = this.#options
      const [volumes, first] = await Promise.all([
        this.#volumes.ensureAll(config),
        firstFiles(config, clock.now()),
      ])
      const readsFiles = !this.#facts.isPodman
      const id = await this.#containers.create(
        containerNameOf(sandboxContainerName, config, config.attempt),
        sandboxBody({
          config,
          image: agentImage.reference,
          network: this.#network.name,
          labels: {
            [dockerLabels.cluster]: cluster,
            [dockerLabels.role]: 'sandbox',
            [dockerLabels.podName]: config.name,
            [dockerLabels.podNamespace]: config.namespace,
            [dockerLabels.podUid]: config.uid,
            [dockerLabels.containerName]: sandboxContainerName,
            [dockerLabels.attempt]: String(config.attempt),
            ...(readsFiles ? { [dockerLabels.messageFiles]: first.messageFiles.join(' ') } : {}),
          },
          volumes,
          readsFiles,
          isPodman: this.#facts.isPodman,
        }),
        signal,
      )
      const start = () => this.#containers.start(id, signal)
      await (readsFiles ? this.#processes.startWith(id, first.archive, start, signal) : start())
      for (const [volume, files] of config.files)
        if (!readsFiles || first.left.includes(volume))
          await this.#files.writeVolume(id, volume, files)
      return id
    })
  }

  async stopPodSandbox(id: string): Promise<void> {
    const members = await this.#containers.summaries({ [dockerLabels.sandbox]: id })
    const ids = [...members.map(({ Id }) => Id), id]
    await Promise.all(ids.map(one => this.#containers.kill(one)))
  }

  async removePodSandbox(id: string): Promise<void> {
    const members = await this.#containers.summaries({ [dockerLabels.sandbox]: id })
    for (const { Id } of members) await this.removeContainer(Id)
    await this.removeContainer(id)
  }

  removePodVolumes(podUid: string): Promise<void> {
    return this.#volumes.removeOf(podUid)
  }

  removeLastingVolume(name: string): Promise<void> {
    return this.#volumes.removeLasting(name)
  }

  async listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]> {
    const inspections = await this.#containers.list('sandbox', filter)
    return inspections
      .map(inspection => toSandbox(inspection, this.#network.name))
      .sort((a, b) => b.config.attempt - a.config.attempt)
  }

  async createContainer(
    sandboxId: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<string> {
    return this.#limiter.run(async () => {
      const sandbox = await this.#containers.inspect(sandboxId)
      if (!sandbox) throw new Error(`sandbox ${sandboxId} is gone`)
      const { config: pod } = toSandbox(sandbox, this.#network.name)
      const volume = await this.#volumes.findMounted(pod.uid, config)
      const file = `${config.name}.${config.attempt}`
      const made = sandbox.Config.Labels?.[dockerLabels.messageFiles]?.split(' ') ?? []
      if (!made.includes(file)) await this.#files.makeMessageFile(sandboxId, file)
      await this.#files.makeMountedFolders(sandboxId, config)
      return this.#containers.create(
        containerNameOf(config.name, pod, config.attempt),
        containerBody({
          config,
          sandboxId,
          hostIPC: sandbox.HostConfig.IpcMode === 'host',
          labels: {
            ...config.labels,
            [dockerLabels.cluster]: this.#options.cluster,
            [dockerLabels.role]: 'container',
            [dockerLabels.sandbox]: sandboxId,
            [dockerLabels.attempt]: String(config.attempt),
          },
          volume,
          terminationFile: `${volume(messagesVolume.name).mountpoint}/${file}`,
          isPodman: this.#facts.isPodman,
        }),
        signal,
      )
    })
  }

  async startContainer(id: string): Promise<void> {
    await this.#limiter.run(() => this.#containers.start(id))
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

  async listContainers(filter?: PodFilter): Promise<RuntimeContainer[]> {
    const inspections = await this.#containers.list('container', filter)
    const containers = await Promise.all(
      inspections.map(async one => toContainer(one, await this.#images.statusId(one.Image))),
    )
    return containers.sort((a, b) => b.attempt - a.attempt)
  }

  async inspectContainer(id: string): Promise<RuntimeContainer | undefined> {
    const inspection = await this.#containers.inspect(id)
    return inspection && toContainer(inspection, await this.#images.statusId(inspection.Image))
  }

  async readTerminationMessage(id: string, _path: string, limitBytes: number): Promise<string> {
    const inspection = await this.#containers.inspect(id)
    const labels = inspection?.Config.Labels ?? {}
    const sandbox = labels[dockerLabels.sandbox]
    if (!sandbox) return ''
    const file = `${labels[dockerLabels.containerName]}.${labels[dockerLabels.attempt]}`
    return this.#files.readMessage(sandbox, file, limitBytes)
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
    const inspection = await this.#containers.inspect(sandboxId)
    if (!inspection) throw new Error(`sandbox ${sandboxId} is gone`)
    const [address] = toSandbox(inspection, this.#network.name).ips
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

  findImage(reference: string): Promise<RuntimeImage | undefined> {
    return this.#images.find(reference)
  }

  async pullImage(
    reference: string,
    credentials: RegistryCredentials | undefined,
    signal: AbortSignal,
  ): Promise<RuntimeImage> {
    await pullImage(this.#http, reference, credentials, signal)
    const image = await this.#images.find(reference)
    if (!image) throw new Error(`the engine pulled ${reference} but does not list it`)
    return image
  }

  listImages(): Promise<RuntimeImage[]> {
    return this.#images.list()
  }

  async stats(filter?: PodFilter): Promise<ContainerStats[]> {
    const listed = await this.#containers.summaries({
      [dockerLabels.role]: 'container',
      ...(filter ? { [dockerLabels.podUid]: filter.podUid } : {}),
    })
    const limiter = new Limiter(concurrency)
    const samples = await Promise.all(
      listed
        .filter(({ State }) => State === 'running')
        .map(one => limiter.run(() => readStats(this.#http, one))),
    )
    return samples.flatMap(sample => sample ?? [])
  }

  events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    return engineEvents(this.#http, this.#options.cluster, this.#options.clock, signal)
  }

  /** Looked for afresh each time: an engine that is restarted may have ended it. */
  hostAgent(): Promise<HostAgent> {
    this.#seekingAgent ??= ensureHostAgent(this.#http, {
      cluster: this.#options.cluster,
      image: this.#options.agentImage.reference,
      isPodman: this.#facts.isPodman,
      exec: (id, options, signal) => this.exec(id, options, signal),
    }).finally(() => {
      this.#seekingAgent = undefined
    })
    return this.#seekingAgent
  }

  async cleanup({ volumes }: { volumes: boolean }): Promise<void> {
    const all = await this.#containers.summaries({})
    const agent = all.find(({ Labels }) => Labels?.[dockerLabels.role] === 'agent')
    await this.#removeAllBut(agent?.Id)
    await removePodNetwork(this.#http, this.#network)
    if (agent) {
      await removeLeftBridge(await this.hostAgent(), this.#network)
    }
    await this.#removeAllBut(undefined)
    if (volumes) await this.#volumes.removeAll()
  }

  /** Looks again after each round: an engine finishes what it was asked for before, and a container can come while others go. */
  async #removeAllBut(kept: string | undefined): Promise<void> {
    for (let round = 0; round < cleanupRounds; round++) {
      const all = await this.#containers.summaries({})
      const doomed = all.filter(({ Id }) => Id !== kept)
      if (!doomed.length) return
      for (const { Id } of doomed) await this.removeContainer(Id)
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]()
  }
}
