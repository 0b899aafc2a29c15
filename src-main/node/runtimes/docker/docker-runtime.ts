import { createHash } from 'node:crypto'
import { statfs } from 'node:fs/promises'
import type { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { type Clock, sleep } from '#base/clock.ts'
import { AbortError, errorMessage } from '#base/errors.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
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
import {
  containerNameOf,
  dockerLabels,
  labelFilter,
  sandboxContainerName,
} from './docker-labels.ts'
import { engineEvents } from './engine-events.ts'
import { EngineError, EngineHttp, isGone } from './engine-http.ts'
import { EngineImages } from './engine-images.ts'
import { byteStream, engineSession, streamThrough } from './engine-session.ts'
import { readStats } from './engine-stats.ts'
import type {
  ContainerInspection,
  ContainerSummary,
  EngineInfo,
  EngineVersion,
} from './engine-types.ts'
import { ensureHostAgent } from './host-agent.ts'
import { toContainer, toSandbox } from './inspections.ts'
import { Limiter } from './limiter.ts'
import { dialTcp, isOwnAddress, isRefused } from './pod-dialer.ts'
import { ensurePodNetwork, type NetworkFacts } from './pod-network.ts'
import { messagesVolume, PodVolumeStore } from './pod-volumes.ts'
import { pullImage } from './pull-image.ts'
import { sandboxBody, volumeRoot } from './sandbox-body.ts'
import { asStdout, demultiplex } from './stream-frames.ts'
import { lastBytesOfFile, swapCommand, temporaryLink, volumeArchive } from './volume-archive.ts'

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
  /** What a listing without inspection may rest on: by container id, its state then. */
  readonly #inspected = new Map<string, { state: string; inspection: ContainerInspection }>()
  #version: EngineVersion
  #network: NetworkFacts
  #agent: Promise<HostAgent> | undefined

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
      const volumes = new Map<string, string>()
      for (const volume of [messagesVolume, ...config.volumes])
        volumes.set(volume.name, (await this.#volumes.ensure(config.uid, volume)).name)
      const id = await this.#create(
        containerNameOf(sandboxContainerName, config, config.attempt),
        sandboxBody({
          config,
          image: this.#options.agentImage.reference,
          network: this.#network.name,
          labels: {
            [dockerLabels.cluster]: this.#options.cluster,
            [dockerLabels.role]: 'sandbox',
            [dockerLabels.podName]: config.name,
            [dockerLabels.podNamespace]: config.namespace,
            [dockerLabels.podUid]: config.uid,
            [dockerLabels.containerName]: sandboxContainerName,
            [dockerLabels.attempt]: String(config.attempt),
          },
          volumes,
          isPodman: this.#isPodman,
        }),
        signal,
      )
      await this.#http.json({ method: 'POST', path: `/containers/${id}/start`, signal })
      return id
    })
  }

  async stopPodSandbox(id: string): Promise<void> {
    const { members } = await this.#sandboxMembers(id)
    await Promise.all([...members, id].map(one => this.#kill(one)))
  }

  async removePodSandbox(id: string): Promise<void> {
    const { members } = await this.#sandboxMembers(id)
    for (const one of members) await this.removeContainer(one)
    await this.removeContainer(id)
  }

  removePodVolumes(podUid: string): Promise<void> {
    return this.#volumes.removeOf(podUid)
  }

  async listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]> {
    const inspections = await this.#list('sandbox', filter)
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
      const sandbox = await this.#inspect(sandboxId)
      if (!sandbox) throw new Error(`sandbox ${sandboxId} is gone`)
      const { config: pod } = toSandbox(sandbox, this.#network.name)
      const volumes = new Map(
        await Promise.all(
          volumesOf(config).map(
            async name => [name, await this.#volumes.find(pod.uid, name)] as const,
          ),
        ),
      )
      const volume = (name: string) => {
        const found = volumes.get(name)
        if (!found) throw new Error(`the pod has no volume ${name}`)
        return found
      }
      const file = `${config.name}.${config.attempt}`
      await this.#prepareFiles(sandboxId, file, config)
      return this.#create(
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
    await this.#limiter.run(() =>
      this.#http.json({ method: 'POST', path: `/containers/${id}/start` }),
    )
  }

  async stopContainer(id: string, graceSeconds: number): Promise<void> {
    await this.#ignoringGone(async () => {
      const inspection = await this.#inspect(id)
      if (inspection?.State.Paused)
        await this.#http.json({ method: 'POST', path: `/containers/${id}/unpause` })
      await this.#http.json({
        method: 'POST',
        path: `/containers/${id}/stop`,
        query: { t: graceSeconds },
      })
    })
  }

  async removeContainer(id: string): Promise<void> {
    this.#inspected.delete(id)
    await this.#ignoringGone(() =>
      this.#http.json({
        method: 'DELETE',
        path: `/containers/${id}`,
        query: { force: true, v: true },
      }),
    )
  }

  async listContainers(filter?: PodFilter): Promise<RuntimeContainer[]> {
    const inspections = await this.#list('container', filter)
    const containers = await Promise.all(
      inspections.map(async one => toContainer(one, await this.#images.statusId(one.Image))),
    )
    return containers.sort((a, b) => b.attempt - a.attempt)
  }

  async inspectContainer(id: string): Promise<RuntimeContainer | undefined> {
    const inspection = await this.#inspect(id)
    return inspection && toContainer(inspection, await this.#images.statusId(inspection.Image))
  }

  async readTerminationMessage(id: string, _path: string, limitBytes: number): Promise<string> {
    const inspection = await this.#inspect(id)
    const labels = inspection?.Config.Labels ?? {}
    const sandbox = labels[dockerLabels.sandbox]
    if (!sandbox) return ''
    const file = `${labels[dockerLabels.containerName]}.${labels[dockerLabels.attempt]}`
    const answer = await this.#http.stream({
      method: 'GET',
      path: `/containers/${sandbox}/archive`,
      query: { path: `${volumeRoot}/${messagesVolume.name}/${file}` },
    })
    return lastBytesOfFile(await buffer(answer), limitBytes)
  }

  async *logs(id: string, request: LogRequest, signal: AbortSignal): AsyncGenerator<LogChunk> {
    const inspection = await this.#inspect(id)
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

  async exec(
    id: string,
    { command, stdin, tty }: { command: string[]; stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const { Id } = await this.#http.json<{ Id: string }>({
      method: 'POST',
      path: `/containers/${id}/exec`,
      body: { AttachStdin: stdin, AttachStdout: true, AttachStderr: true, Tty: tty, Cmd: command },
      signal,
    })
    const socket = await this.#http.upgrade({
      method: 'POST',
      path: `/exec/${Id}/start`,
      body: { Detach: false, Tty: tty },
      signal,
    })
    return engineSession(socket, {
      stdin,
      tty,
      signal,
      exitCode: () => this.#execExitCode(Id),
      resize: (w, h) => this.#resize(`/exec/${Id}/resize`, w, h),
    })
  }

  async attach(
    id: string,
    { stdin, tty }: { stdin: boolean; tty: boolean },
    signal: AbortSignal,
  ): Promise<ProcessSession> {
    const socket = await this.#http.upgrade({
      method: 'POST',
      path: `/containers/${id}/attach`,
      query: { stream: true, stdin, stdout: true, stderr: true },
      signal,
    })
    const inspection = await this.#inspect(id)
    return engineSession(socket, {
      stdin,
      tty: inspection?.Config.Tty ?? tty,
      signal,
      exitCode: async () => (await this.#inspect(id))?.State.ExitCode ?? 0,
      resize: (w, h) => this.#resize(`/containers/${id}/resize`, w, h),
    })
  }

  async portForward(sandboxId: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    const inspection = await this.#inspect(sandboxId)
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
    return streamThrough(await this.exec(sandboxId, { command, stdin: true, tty: false }, signal))
  }

  async dial(address: string, port: number, signal: AbortSignal): Promise<ByteStream> {
    if (this.#isRoutable || isOwnAddress(address))
      return byteStream(await dialTcp(address, port, signal))
    const agent = await this.hostAgent()
    return streamThrough(await agent.exec(['nc', address, String(port)], signal))
  }

  async writeVolume(sandboxId: string, volume: string, files: VolumeFile[]): Promise<void> {
    const now = this.#options.clock.now()
    const serial = createHash('sha256').update(`${now}`).digest('hex').slice(0, 6)
    const folder = `..${new Date(now).toISOString().slice(0, 19).replace(/[-T:]/g, '_')}.${serial}`
    const root = `${volumeRoot}/${volume}`
    const isFirst = !(await this.#exists(sandboxId, `${root}/..data`))
    const archive = await volumeArchive(files, folder, isFirst ? undefined : temporaryLink)
    await this.#putArchive(sandboxId, root, archive)
    if (!isFirst) await this.#run(sandboxId, swapCommand(root, folder, files))
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
    const listed = (await this.#summaries({ [dockerLabels.role]: 'container' })).filter(
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

  hostAgent(): Promise<HostAgent> {
    this.#agent ??= ensureHostAgent(this.#http, {
      cluster: this.#options.cluster,
      image: this.#options.agentImage.reference,
      isPodman: this.#isPodman,
      exec: (id, options, signal) => this.exec(id, options, signal),
    }).catch(error => {
      this.#agent = undefined
      throw error
    })
    return this.#agent
  }

  async cleanup({ volumes }: { volumes: boolean }): Promise<void> {
    this.#agent = undefined
    for (const { Id } of await this.#summaries({})) await this.removeContainer(Id)
    this.#inspected.clear()
    await this.#ignoringGone(() =>
      this.#http.json({ method: 'DELETE', path: `/networks/${this.#network.name}` }),
    )
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

  /** Creates a container; one that an earlier, broken-off try left under the same name is replaced. */
  async #create(name: string, body: Record<string, unknown>, signal: AbortSignal): Promise<string> {
    const request = { method: 'POST', path: '/containers/create', query: { name }, body } as const
    try {
      return (await this.#http.json<{ Id: string }>({ ...request, signal })).Id
    } catch (error) {
      if (!(error instanceof EngineError) || error.status !== 409) throw error
      await this.removeContainer(name)
      return (await this.#http.json<{ Id: string }>({ ...request, signal })).Id
    }
  }

  /** The file for the termination message, and folders that mounts lead to. */
  async #prepareFiles(sandboxId: string, file: string, config: ContainerConfig): Promise<void> {
    const { packTar } = await import('modern-tar')
    const header = { name: file, type: 'file' as const, size: 0, mode: 0o666 }
    const archive = await packTar([{ header, body: new Uint8Array() }])
    await this.#putArchive(sandboxId, `${volumeRoot}/${messagesVolume.name}`, archive)
    for (const { source } of config.mounts) {
      if (!('volume' in source) || !source.subPath) continue
      const path = `${volumeRoot}/${source.volume}/${source.subPath}`
      if (!(await this.#exists(sandboxId, path)))
        await this.#run(sandboxId, ['mkdir', '-p', '-m', '777', path])
    }
  }

  async #putArchive(id: string, path: string, archive: Uint8Array): Promise<void> {
    await this.#http.json({
      method: 'PUT',
      path: `/containers/${id}/archive`,
      query: { path },
      body: archive,
    })
  }

  async #exists(id: string, path: string): Promise<boolean> {
    try {
      const request = {
        method: 'HEAD',
        path: `/containers/${id}/archive`,
        query: { path },
      } as const
      ;(await this.#http.stream(request)).resume()
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }

  /** Runs a command in a container to its end; throws with what it wrote when it fails. */
  async #run(id: string, command: string[]): Promise<void> {
    const abort = new AbortController()
    const session = await this.exec(id, { command, stdin: false, tty: false }, abort.signal)
    const [error] = await Promise.all([collect(session.stderr), collect(session.stdout)])
    const code = await session.exit
    if (code !== 0) throw new Error(`${command[0]}: ${error.trim() || `exit code ${code}`}`)
  }

  async #kill(id: string): Promise<void> {
    try {
      await this.#http.json({ method: 'POST', path: `/containers/${id}/kill` })
    } catch (error) {
      // 409: it isn't running.
      if (!(error instanceof EngineError) || (error.status !== 404 && error.status !== 409))
        throw error
    }
  }

  async #ignoringGone(action: () => Promise<unknown>): Promise<void> {
    try {
      await action()
    } catch (error) {
      // 409: someone else is removing it already.
      const going = error instanceof EngineError && /already in progress/.test(error.message)
      if (!isGone(error) && !going) throw error
    }
  }

  async #sandboxMembers(id: string): Promise<{ members: string[] }> {
    const listed = await this.#summaries({ [dockerLabels.sandbox]: id })
    return { members: listed.map(({ Id }) => Id) }
  }

  #summaries(labels: Record<string, string>): Promise<ContainerSummary[]> {
    const all = { [dockerLabels.cluster]: this.#options.cluster, ...labels }
    return this.#http.json<ContainerSummary[]>({
      method: 'GET',
      path: '/containers/json',
      query: { all: true, filters: labelFilter(all) },
    })
  }

  async #list(role: 'sandbox' | 'container', filter?: PodFilter): Promise<ContainerInspection[]> {
    const labels = { [dockerLabels.role]: role }
    const ofPod: Record<string, string> = filter ? { [dockerLabels.podUid]: filter.podUid } : {}
    const listed = await this.#summaries({ ...labels, ...ofPod })
    const inspections = await Promise.all(
      listed.map(({ Id, State }) => {
        const known = this.#inspected.get(Id)
        return !filter && known?.state === State ? known.inspection : this.#inspect(Id)
      }),
    )
    if (!filter) {
      const ids = new Set(listed.map(({ Id }) => Id))
      for (const [id, { inspection }] of this.#inspected)
        if (inspection.Config.Labels?.[dockerLabels.role] === role && !ids.has(id))
          this.#inspected.delete(id)
    }
    return inspections.flatMap(one => one ?? [])
  }

  async #inspect(id: string): Promise<ContainerInspection | undefined> {
    try {
      const path = `/containers/${id}/json`
      const inspection = await this.#http.json<ContainerInspection>({ method: 'GET', path })
      this.#inspected.set(inspection.Id, { state: inspection.State.Status, inspection })
      return inspection
    } catch (error) {
      if (isGone(error)) return undefined
      throw error
    }
  }

  /** The connection may end a moment before the engine has noted the exit. */
  async #execExitCode(id: string): Promise<number> {
    for (let waitMs = 5; ; waitMs *= 2) {
      const { Running, ExitCode } = await this.#http.json<{
        Running: boolean
        ExitCode: number | null
      }>({ method: 'GET', path: `/exec/${id}/json` })
      if (!Running && ExitCode !== null) return ExitCode
      if (waitMs > 2000) throw new Error('the connection ended, but the process runs on')
      await sleep(this.#options.clock, waitMs)
    }
  }

  async #resize(path: string, w: number, h: number): Promise<void> {
    await this.#http.json({ method: 'POST', path, query: { w, h } })
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

/** The pod volumes that a container needs; all of them have one for termination messages. */
function volumesOf({ mounts }: ContainerConfig): string[] {
  const named = mounts.flatMap(({ source }) => ('volume' in source ? [source.volume] : []))
  return [...new Set([messagesVolume.name, ...named])]
}

async function collect(stream: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
