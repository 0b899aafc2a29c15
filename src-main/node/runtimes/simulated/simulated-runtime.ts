import { AsyncQueue } from '#base/async-queue.ts'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import type {
  ContainerConfig,
  ContainerResources,
  ContainerRuntime,
  ContainerStats,
  LogChunk,
  LogRequest,
  MachineFacts,
  PodFilter,
  PodSandbox,
  PodSandboxConfig,
  RuntimeContainer,
  RuntimeEvent,
  RuntimeImage,
} from '../container-runtime.ts'
import { AddressPool } from './address-pool.ts'
import type { BehaviourRule } from './behaviour.ts'
import { ContainerLives } from './container-lives.ts'
import { simulatedImage } from './simulated-image.ts'
import { type SimulatedContainer, SimulatedState } from './simulated-state.ts'
import { answeringServer, finishedProcess } from './simulated-streams.ts'
import { loadState, saveState } from './state-file.ts'

export interface SimulatedRuntimeOptions {
  clock: Clock
  /** Where pods' addresses come from, such as `10.244.0.0/24`. */
  podCidr: string
  /** What the simulated machine has; the rest is large enough not to matter. */
  capacity?: Partial<MachineFacts>
  /** What pods do whose annotations don't say it. */
  rules?: readonly BehaviourRule[]
  /** Keeps what "runs" over a restart of the process; undefined forgets it. */
  stateFile?: string
}

const simulatedMachine: MachineFacts = {
  cpus: 32,
  memoryBytes: 256 * 2 ** 30,
  diskBytes: 1024 * 2 ** 30,
  maxPods: 110,
  architecture: 'amd64',
  kernelVersion: 'simulated',
  osImage: 'Simulated',
}

/** An engine that runs nothing: containers are state that moves on the clock, as their annotations say. */
export class SimulatedRuntime implements ContainerRuntime {
  readonly name = 'simulated'
  readonly keepsFiles = false
  readonly #clock: Clock
  readonly #addresses: AddressPool
  readonly #capacity: Partial<MachineFacts>
  readonly #lives: ContainerLives
  readonly #stateFile: string | undefined
  readonly #state = new SimulatedState()
  readonly #events = new Emitter<RuntimeEvent>()
  #failing = false

  private constructor(options: SimulatedRuntimeOptions) {
    this.#clock = options.clock
    this.#addresses = new AddressPool(options.podCidr)
    this.#capacity = options.capacity ?? {}
    this.#lives = new ContainerLives({
      clock: options.clock,
      state: this.#state,
      rules: options.rules ?? [],
      events: this.#events,
    })
    this.#stateFile = options.stateFile
  }

  /** Opens it with what an earlier process left in the state file. */
  static async open(options: SimulatedRuntimeOptions): Promise<SimulatedRuntime> {
    const runtime = new SimulatedRuntime(options)
    if (options.stateFile) await loadState(options.stateFile, runtime.#state)
    for (const sandbox of runtime.#state.sandboxes.values())
      for (const ip of sandbox.ips) runtime.#addresses.claim(ip)
    for (const container of runtime.#state.containers.values())
      if (container.shown.state === 'running') runtime.#lives.resume(container)
    return runtime
  }

  version = async () => ({ name: 'simulated', version: '1.0.0' })
  status = async () =>
    this.#failing
      ? { ready: false, message: 'simulated failure' }
      : { ready: true, message: 'simulated runtime is ready' }
  machine = async () => ({ ...simulatedMachine, ...this.#capacity })
  network = async () => undefined
  hostAgent = async () => undefined

  async runPodSandbox(config: PodSandboxConfig, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted()
    const id = this.#state.newId()
    this.#state.addSandbox({
      id,
      config: {
        name: config.name,
        namespace: config.namespace,
        uid: config.uid,
        attempt: config.attempt,
      },
      state: 'ready',
      createdAt: this.#clock.now(),
      ips: config.hostNetwork ? [] : [this.#addresses.take()],
      labels: config.labels,
      annotations: config.annotations,
    })
    this.#emit('sandbox', config.uid, id, 'start')
    return id
  }

  async stopPodSandbox(id: string): Promise<void> {
    const sandbox = this.#state.sandboxes.get(id)
    if (sandbox?.state !== 'ready') return
    for (const container of this.#state.containersOf(sandbox.config.uid))
      if (container.shown.sandboxId === id) this.#lives.end(container, 137, 'Error')
    for (const ip of sandbox.ips) this.#addresses.release(ip)
    sandbox.ips = []
    sandbox.state = 'notready'
    this.#emit('sandbox', sandbox.config.uid, id, 'die')
  }

  async removePodSandbox(id: string): Promise<void> {
    const sandbox = this.#state.sandboxes.get(id)
    if (!sandbox) return
    await this.stopPodSandbox(id)
    for (const { shown } of this.#state.containersOf(sandbox.config.uid))
      if (shown.sandboxId === id) this.#state.removeContainer(shown.id)
    this.#state.removeSandbox(id)
    this.#emit('sandbox', sandbox.config.uid, id, 'destroy')
  }

  async removePodVolumes(): Promise<void> {}

  async removeLastingVolume(): Promise<void> {}

  async listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]> {
    const listed = filter
      ? this.#state.sandboxesOf(filter.podUid)
      : [...this.#state.sandboxes.values()]
    return listed
      .map(sandbox => ({ ...sandbox }))
      .sort((a, b) => b.config.attempt - a.config.attempt)
  }

  async createContainer(
    sandboxId: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<string> {
    signal.throwIfAborted()
    const sandbox = this.#state.sandboxes.get(sandboxId)
    if (sandbox?.state !== 'ready') throw new Error(`sandbox ${sandboxId} is not running`)
    this.#lives.behaviourIn(sandbox, config.name)
    const id = this.#state.newId()
    this.#state.addContainer({
      shown: {
        id,
        sandboxId,
        podUid: sandbox.config.uid,
        name: config.name,
        attempt: config.attempt,
        image: config.image,
        imageId: simulatedImage(config.image)?.id ?? '',
        state: 'created',
        createdAt: this.#clock.now(),
        startedAt: undefined,
        finishedAt: undefined,
        exitCode: undefined,
        reason: undefined,
        message: undefined,
        resources: grantedBy(config.resources),
        labels: config.labels,
        annotations: config.annotations,
      },
      log: [],
      timers: [],
      cpuNanoseconds: 0,
    })
    this.#emit('container', sandbox.config.uid, id, 'create')
    return id
  }

  async startContainer(id: string, signal: AbortSignal): Promise<void> {
    await this.#lives.start(this.#get(id), signal)
  }

  async stopContainer(id: string, graceSeconds: number, signal?: AbortSignal): Promise<void> {
    const container = this.#state.containers.get(id)
    if (container) await this.#lives.stop(container, graceSeconds, signal)
  }

  async updateContainer(id: string, resources: ContainerResources): Promise<void> {
    const { shown } = this.#get(id)
    if (shown.state !== 'running') throw new Error(`container ${id} is not running`)
    shown.resources = { ...shown.resources, ...resources }
    this.#emit('container', shown.podUid, id, 'update')
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#state.containers.get(id)
    if (!container) return
    this.#lives.end(container, 137, 'Error')
    this.#state.removeContainer(id)
    this.#emit('container', container.shown.podUid, id, 'destroy')
  }

  async listContainers(filter?: PodFilter): Promise<RuntimeContainer[]> {
    return this.#chosen(filter)
      .map(({ shown }) => ({ ...shown }))
      .sort((a, b) => b.attempt - a.attempt)
  }

  async inspectContainer(id: string): Promise<RuntimeContainer | undefined> {
    const container = this.#state.containers.get(id)
    return container && { ...container.shown }
  }

  readTerminationMessage = async () => ''

  async *logs(id: string, request: LogRequest, signal: AbortSignal): AsyncGenerator<LogChunk> {
    const container = this.#get(id)
    const chosen = container.log.filter(({ at }) => at >= (request.since ?? 0))
    const encoder = new TextEncoder()
    for (const { at, text } of chosen.slice(
      -(request.tailLines ?? chosen.length) || chosen.length,
    )) {
      if (request.tailLines === 0) break
      const stamp = request.timestamps ? `${new Date(at).toISOString()} ` : ''
      yield { stream: 'stdout', bytes: encoder.encode(stamp + text) }
    }
    if (!request.follow) return
    for await (const event of this.#follow(signal)) {
      if (container.shown.state !== 'running' || event.type === 'resync') return
    }
  }

  async exec(
    id: string,
    options: { command: string[]; stdin: boolean; tty: boolean },
  ): Promise<ProcessSession> {
    return finishedProcess(this.#running(id), options.stdin)
  }

  async attach(id: string, options: { stdin: boolean; tty: boolean }): Promise<ProcessSession> {
    return finishedProcess(this.#running(id), options.stdin)
  }

  async portForward(sandboxId: string): Promise<ByteStream> {
    const sandbox = this.#state.sandboxes.get(sandboxId)
    if (sandbox?.state !== 'ready') throw new Error(`sandbox ${sandboxId} is not running`)
    return answeringServer(`simulated pod ${sandbox.config.namespace}/${sandbox.config.name}`)
  }

  async dial(address: string, port: number): Promise<ByteStream> {
    for (const { state, ips, config } of this.#state.sandboxes.values())
      if (state === 'ready' && ips.includes(address))
        return answeringServer(`simulated pod ${config.namespace}/${config.name}`)
    throw new Error(`dial tcp ${address}:${port}: connect: no route to host`)
  }

  async writeVolume(): Promise<void> {}

  findImage = async (reference: string): Promise<RuntimeImage | undefined> =>
    simulatedImage(reference)

  async pullImage(reference: string): Promise<RuntimeImage> {
    const image = simulatedImage(reference)
    if (image) return image
    const host = reference.split('/')[0] ?? reference
    throw new Error(
      `failed to pull and unpack image "${reference}": dial tcp: lookup ${host}: no such host`,
    )
  }

  async listImages(): Promise<RuntimeImage[]> {
    const references = new Set([...this.#state.containers.values()].map(c => c.shown.image))
    return [...references].flatMap(reference => simulatedImage(reference) ?? [])
  }

  async stats(filter?: PodFilter): Promise<ContainerStats[]> {
    const at = this.#clock.now()
    return this.#chosen(filter)
      .filter(({ shown }) => shown.state === 'running')
      .map(container => {
        const { cpuCores, memoryBytes } = this.#lives.behaviourOf(container)
        const { id, podUid, name, startedAt = at } = container.shown
        const cpuNanoseconds = Math.round((at - startedAt) * 1e6 * cpuCores)
        return { id, podUid, name, cpuNanoseconds, memoryWorkingSetBytes: memoryBytes, at }
      })
  }

  async *events(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    yield* this.#follow(signal)
  }

  async cleanup(): Promise<void> {
    this.#state.clear()
  }

  /** Says from now on that the engine is down, or that it is well again. */
  setFailing(failing: boolean): void {
    if (failing === this.#failing) return
    this.#failing = failing
    this.#events.emit({ type: 'resync' })
  }

  /** What a developer at the machine might do behind Kubernetes' back: ends, pauses or resumes a container. */
  interfere(id: string, action: 'kill' | 'oom' | 'pause' | 'unpause'): void {
    const container = this.#get(id)
    if (action === 'kill' || action === 'oom') {
      this.#lives.end(container, 137, action === 'oom' ? 'OOMKilled' : 'Error')
      return
    }
    container.shown.state = action === 'pause' ? 'paused' : 'running'
    this.#emit('container', container.shown.podUid, id, action)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#stateFile) await saveState(this.#stateFile, this.#state)
    this.#state.clear()
  }

  #chosen(filter: PodFilter | undefined): SimulatedContainer[] {
    return filter ? this.#state.containersOf(filter.podUid) : [...this.#state.containers.values()]
  }

  #get(id: string): SimulatedContainer {
    const container = this.#state.containers.get(id)
    if (!container) throw new Error(`container ${id} not found`)
    return container
  }

  #running(id: string): string {
    const { shown } = this.#get(id)
    if (shown.state !== 'running') throw new Error(`container ${id} is not running`)
    return `simulated container ${shown.name}: nothing runs here`
  }

  async *#follow(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    const queue = new AsyncQueue<RuntimeEvent>()
    using _listening = this.#events.on(event => queue.push(event))
    const close = () => queue.close()
    signal.addEventListener('abort', close, { once: true })
    if (signal.aborted) close()
    yield* queue
    signal.removeEventListener('abort', close)
  }

  #emit(type: 'container' | 'sandbox', podUid: string, id: string, action: string): void {
    this.#events.emit({ type, podUid, id, action })
  }
}

const grantedBy = ({
  oomScoreAdj: _,
  pidsLimit: _pids,
  ...granted
}: ContainerConfig['resources']): ContainerResources => granted
