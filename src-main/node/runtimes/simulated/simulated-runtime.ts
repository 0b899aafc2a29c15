import type { Clock } from '#base/clock.ts'
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
import type { BehaviourRule } from './behaviour.ts'
import { ContainerLives } from './container-lives.ts'
import { SimulatedEvents } from './simulated-events.ts'
import { pullSimulatedImage, simulatedImage } from './simulated-image.ts'
import { readLog } from './simulated-log.ts'
import { SimulatedSandboxes } from './simulated-sandboxes.ts'
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
  readonly #capacity: Partial<MachineFacts>
  readonly #lives: ContainerLives
  readonly #stateFile: string | undefined
  readonly #state = new SimulatedState()
  readonly #events = new SimulatedEvents()
  readonly #sandboxes: SimulatedSandboxes
  #failing = false

  private constructor(options: SimulatedRuntimeOptions) {
    const { clock, podCidr, capacity = {}, rules = [] } = options
    this.#clock = clock
    this.#capacity = capacity
    this.#stateFile = options.stateFile
    const [state, events] = [this.#state, this.#events]
    this.#lives = new ContainerLives({ clock, state, rules, events })
    this.#sandboxes = new SimulatedSandboxes({ podCidr, state, lives: this.#lives, events, clock })
  }

  /** Opens it with what an earlier process left in the state file. */
  static async open(options: SimulatedRuntimeOptions): Promise<SimulatedRuntime> {
    const runtime = new SimulatedRuntime(options)
    if (options.stateFile) await loadState(options.stateFile, runtime.#state)
    runtime.#sandboxes.adopt()
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
    return this.#sandboxes.run(config)
  }

  async stopPodSandbox(id: string): Promise<void> {
    this.#sandboxes.stop(id)
  }

  async removePodSandbox(id: string): Promise<void> {
    this.#sandboxes.remove(id)
  }

  async removePodVolumes(): Promise<void> {}

  async removeLastingVolume(): Promise<void> {}

  async listPodSandboxes(filter?: PodFilter): Promise<PodSandbox[]> {
    return this.#sandboxes.list(filter)
  }

  async createContainer(
    sandboxId: string,
    config: ContainerConfig,
    signal: AbortSignal,
  ): Promise<string> {
    signal.throwIfAborted()
    const sandbox = this.#sandboxes.getRunning(sandboxId)
    this.#lives.behaviourIn(sandbox, config)
    const id = this.#state.newId()
    this.#state.addContainer({
      runsOnce: config.runsOnce,
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
    })
    this.#events.announce('container', sandbox.config.uid, id, 'create')
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
    this.#events.announce('container', shown.podUid, id, 'update')
  }

  async removeContainer(id: string): Promise<void> {
    const container = this.#state.containers.get(id)
    if (!container) return
    this.#lives.end(container, 137, 'Error')
    this.#state.removeContainer(id)
    this.#events.announce('container', container.shown.podUid, id, 'destroy')
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
    yield* readLog(container.log, request)
    if (!request.follow) return
    for await (const event of this.#events.follow(signal)) {
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
    return serverOf(this.#sandboxes.getRunning(sandboxId))
  }

  async dial(address: string, port: number): Promise<ByteStream> {
    const sandbox = this.#sandboxes.findByAddress(address)
    if (!sandbox) throw new Error(`dial tcp ${address}:${port}: connect: no route to host`)
    return serverOf(sandbox)
  }

  async writeVolume(): Promise<void> {}

  async volumeBytes(
    _sandboxId: string,
    volumes: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    return new Map(volumes.map(name => [name, 0]))
  }

  async writtenBytes(_containerId: string): Promise<number> {
    return 0
  }

  findImage = async (reference: string): Promise<RuntimeImage | undefined> =>
    simulatedImage(reference)

  pullImage = async (reference: string): Promise<RuntimeImage> => pullSimulatedImage(reference)

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

  events(signal: AbortSignal): AsyncIterable<RuntimeEvent> {
    return this.#events.follow(signal)
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
}

const serverOf = ({ config }: PodSandbox): ByteStream =>
  answeringServer(`simulated pod ${config.namespace}/${config.name}`)

const grantedBy = ({
  oomScoreAdj: _,
  pidsLimit: _pids,
  ...granted
}: ContainerConfig['resources']): ContainerResources => granted
