import { statfs } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import type { Clock } from '#base/clock.ts'
import { AbortError, errorMessage } from '#base/errors.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import { byteStream } from '#platform/node-streams.ts'
import type {
  ContainerConfig,
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
import { containerBody } from './container-body.ts'
import { containerNameOf, dockerLabels, sandboxContainerName } from './docker-labels.ts'
import { EngineContainers } from './engine-containers.ts'
import { engineEvents } from './engine-events.ts'
import { EngineHttp } from './engine-http.ts'
import { EngineImages } from './engine-images.ts'
import { EngineProcesses } from './engine-processes.ts'
import { streamThrough } from './engine-session.ts'
import { readStats } from './engine-stats.ts'
import type { EngineInfo, EngineVersion } from './engine-types.ts'
import { firstFiles } from './first-files.ts'
import { ensureHostAgent } from './host-agent.ts'
import { toContainer, toSandbox } from './inspections.ts'
import { Limiter } from './limiter.ts'
import { dialTcp, isOwnAddress, isRefused } from './pod-dialer.ts'
import {
  ensurePodNetwork,
  type NetworkFacts,
  removeLeftBridge,
  removePodNetwork,
} from './pod-network.ts'
import { messagesVolume, PodVolumeStore, type VolumeName } from './pod-volumes.ts'
import { pullImage } from './pull-image.ts'
import { sandboxBody } from './sandbox-body.ts'
import { SandboxFiles } from './sandbox-files.ts'
import { asStdout, demultiplex } from './stream-frames.ts'

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

const wantedApi = 1.41
/** More at a time makes Docker slower for each, not faster in all. */
const concurrency = 4
const answerMs = 5000

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
  readonly #version: EngineVersion
  readonly #network: NetworkFacts
  #seekingAgent: Promise<HostAgent> | undefined

  private constructor(
    options: DockerRuntimeOptions,
    http: EngineHttp,
    version: EngineVersion,
    network: NetworkFacts,
  ) {
    this.#options = options
    this.#http = http
    this.#version = version
    this.#network = network
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
    return { name: this.#isPodman ? 'podman' : 'docker', version: this.#version.Version }
  }

  async status(): Promise<{ ready: boolean; message: string }> {
    const abort = new AbortController()
    using _timer = this.#options.clock.after(answerMs, () =>
      abort.abort(new AbortError(`no answer within ${answerMs / 1000} seconds`)),
    )
    try {
      const answer = await this.#http.stream({
        method: 'GET',
        path: '/_ping',
        signal: abort.signal,
      })
      answer.resume()
      return { ready: true, message: '' }
    } catch (error) {
      const why = abort.signal.aborted ? errorMessage(abort.signal.reason) : errorMessage(error)
      return { ready: false, message: `${this.#options.socketPath}: ${why}` }
    }
  }

  async machine(): Promise<MachineFacts> {
    const info = await this.#http.json<EngineInfo>({ method: 'GET', path: '/info' })
    const disk = await statfs(info.DockerRootDir ?? '/').catch(() => undefined)
    return {
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      diskBytes: disk ? disk.blocks * disk.bsize : 100 * 2 ** 30,
      maxPods: 110,
      architecture: goArchitecture(info.Architecture),
      kernelVersion: info.KernelVersion,
      osImage: info.OperatingSystem,
    }
  }

  async network(): Promise<{ bridge: string; gateway: string; subnet: string }> {
    return this.#network
  }

  async runPodSandbox(config: PodSandboxConfig, signal: AbortSignal): Promise<string> {
    return this.#limiter.run(async () => {
      const { cluster, agentImage, clock } = this.#options
      const [volumes, first] = await Promise.all([
        this.#ensureVolumes(config),
        firstFiles(config, clock.now()),
      ])
      const readsFiles = !this.#isPodman
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
          isPodman: this.#isPodman,
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

  /** The engine's names of a pod's volumes, by its own. */
  async #ensureVolumes({ uid, volumes }: PodSandboxConfig): Promise<Map<string, string>> {
    const ensured = [messagesVolume, ...volumes].map(
      async volume => [volume.name, (await this.#volumes.ensure(uid, volume)).name] as const,
    )
    return new Map(await Promise.all(ensured))
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
      const volumes = new Map(
        await Promise.all(
          volumesOf(config).map(
            async volume => [volume.name, await this.#volumes.find(pod.uid, volume)] as const,
          ),
        ),
      )
      const volume = (name: string) => {
        const found = volumes.get(name)
        if (!found) throw new Error(`the pod has no volume ${name}`)
        return found
      }
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
          isPodman: this.#isPodman,
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
    const stream = await this.#http.stream({
      method: 'GET',
      path: `/containers/${id}/logs`,
      query: {
        stdout: true,
        stderr: true,
        follow: request.follow,
        timestamps: request.timestamps,
        tail: request.tailLines ?? 'all',
        since: request.since === undefined ? undefined : (request.since / 1000).toFixed(3),
      },
      signal,
    })
    try {
      yield* inspection.Config.Tty ? asStdout(stream) : demultiplex(stream)
    } catch (error) {
      if (!signal.aborted) throw error
    } finally {
      stream.destroy()
    }
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
    if (address && this.#isRoutable) {
      try {
        return byteStream(await dialTcp(address, port, signal))
      } catch (error) {
        // It may listen on the loopback address alone, where only the pod itself gets.
        if (!isRefused(error)) throw error
      }
    }
    const command = ['nc', '127.0.0.1', String(port)]
    const session = await this.exec(sandboxId, { command, stdin: true, tty: false }, signal)
    return streamThrough(session, `dial tcp 127.0.0.1:${port}: connect: connection refused`)
  }

  async dial(address: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    if (this.#isRoutable || isOwnAddress(address))
      return byteStream(await dialTcp(address, port, signal))
    const agent = await this.hostAgent()
    const session = await agent.exec(['nc', address, String(port)], signal)
    return streamThrough(session, `dial tcp ${address}:${port}: connect: connection refused`)
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

  async stats(): Promise<ContainerStats[]> {
    const listed = (await this.#containers.summaries({ [dockerLabels.role]: 'container' })).filter(
      ({ State }) => State === 'running',
    )
    const limiter = new Limiter(concurrency)
    const samples = await Promise.all(
      listed.map(one => limiter.run(() => readStats(this.#http, one))),
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
      isPodman: this.#isPodman,
      exec: (id, options, signal) => this.exec(id, options, signal),
    }).finally(() => {
      this.#seekingAgent = undefined
    })
    return this.#seekingAgent
  }

  async cleanup({ volumes }: { volumes: boolean }): Promise<void> {
    const all = await this.#containers.summaries({})
    const agent = all.find(({ Labels }) => Labels?.[dockerLabels.role] === 'agent')
    for (const { Id } of all) if (Id !== agent?.Id) await this.removeContainer(Id)
    await removePodNetwork(this.#http, this.#network)
    if (agent) {
      await removeLeftBridge(await this.hostAgent(), this.#network)
      await this.removeContainer(agent.Id)
    }
    if (volumes) await this.#volumes.removeAll()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#http[Symbol.dispose]()
  }

  get #isPodman(): boolean {
    return this.#version.Components?.some(({ Name }) => /podman/i.test(Name)) ?? false
  }

  /** Whether pod addresses can be dialled from here: the bridge lies on this machine, not in a virtual one. */
  get #isRoutable(): boolean {
    return isOwnAddress(this.#network.gateway)
  }
}

function apiVersion({ ApiVersion, MinAPIVersion }: EngineVersion): string {
  const most = Number.parseFloat(ApiVersion)
  const least = Number.parseFloat(MinAPIVersion ?? '1.24')
  return Math.max(least, Math.min(wantedApi, most)).toFixed(2)
}

function goArchitecture(name: string): string {
  if (name === 'x86_64') return 'amd64'
  return name === 'aarch64' ? 'arm64' : name
}

/** The volumes that a container needs; all of them have one for termination messages. */
function volumesOf({ mounts }: ContainerConfig): VolumeName[] {
  const named = new Map<string, VolumeName>([[messagesVolume.name, messagesVolume]])
  for (const { source } of mounts) {
    if (!('volume' in source)) continue
    const { volume: name, lastingName } = source
    named.set(name, lastingName ? { name, lastingName } : { name })
  }
  return [...named.values()]
}
