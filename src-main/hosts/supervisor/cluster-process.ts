import type { LocalClusterState } from '#app/clusters/local-clusters.ts'
import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import type { Logger } from '#base/logger.ts'
import type { StartStep } from '#contract/clusters.ts'
import type { FromCluster, ToCluster } from '#platform/cluster-messages.ts'
import type { Child, ChildExit, Fork } from './child.ts'
import { Crashes, crashLimit } from './crashes.ts'
import { Watchdog } from './watchdog.ts'

const stopLimitMs = 10_000

export interface ClusterProcessOptions {
  name: string
  /** The headless host's entry. */
  entry: string
  args: string[]
  fork: Fork
  clock: Clock
  logger: Logger
  onChange: () => void
  onNotice: (level: 'info' | 'error', message: string) => void
}

type State = Omit<LocalClusterState, 'name'>

/**
 * One local cluster as a child process: started, watched, restarted with back-off when it crashes, stopped.
 * The child holds the lock of its own data directory and ends when this process does.
 */
export class ClusterProcess {
  readonly #options: ClusterProcessOptions
  readonly #backoff: Backoff
  #child: Child | undefined
  #state: State = { state: 'stopped', steps: [] }
  readonly #crashes: Crashes
  #wanted = false
  #said = ''

  constructor(options: ClusterProcessOptions) {
    this.#options = options
    this.#crashes = new Crashes(options.clock)
    this.#backoff = new Backoff({ clock: options.clock, initialMs: 500, maxMs: 10_000 })
  }

  get state(): State {
    return this.#state
  }

  /** Resolves when the cluster is ready; throws with the reason when it isn't going to be. */
  async start(): Promise<void> {
    this.#wanted = true
    if (this.#child) return
    await this.#launch()
  }

  /** Ends the process; after ten seconds by force. Also cancels a start. */
  async stop(options: { stopPods: boolean }): Promise<void> {
    this.#wanted = false
    const child = this.#child
    if (!child) {
      this.#set({ state: 'stopped', steps: [] })
      return
    }
    this.#set({ ...this.#state, state: 'stopping' })
    this.#tell({ type: 'stop', stopPods: options.stopPods })
    using _force = this.#options.clock.after(stopLimitMs, () => child.kill())
    await child.exited
  }

  async #launch(): Promise<void> {
    const { name, entry, args, fork } = this.#options
    this.#said = ''
    this.#set({ state: 'starting', steps: [] })
    const child = fork(entry, args, `cluster ${name}`)
    this.#child = child
    child.onOutput(text => this.#hear(text))
    using watchdog = new Watchdog(this.#options.clock, child)
    const ready = new Promise<void>((resolve, reject) => {
      child.onMessage(message => {
        watchdog.heard()
        if (message.type === 'ready') resolve()
        this.#receive(message)
      })
      void child.exited.then(exit => {
        this.#ended(child, exit)
        reject(new Error(this.#state.error ?? `the cluster ${name} was stopped`))
      })
    })
    await ready
    watchdog.keep()
  }

  #receive(message: FromCluster): void {
    switch (message.type) {
      case 'step':
        this.#set({ ...this.#state, steps: withStep(this.#state.steps, message.step) })
        break
      case 'ready': {
        const { apiServer, kubeconfig, runtime, startupMs } = message.line
        this.#backoff.reset('')
        this.#set({
          state: 'running',
          steps: this.#state.steps,
          apiServer,
          kubeconfig,
          runtime,
          startupMs,
          ...(message.banner ? { banner: message.banner } : {}),
          ...(message.engine ? { engine: message.engine } : {}),
        })
        break
      }
      case 'failed':
        this.#set({ ...this.#state, error: message.message })
        break
      case 'notice':
        this.#options.onNotice(message.level, message.message)
        break
      case 'alive':
    }
  }

  #ended(child: Child, { code, signal, error: reason }: ChildExit): void {
    if (this.#child !== child) return
    this.#child = undefined
    const wasRunning = this.#state.state === 'running'
    if (!this.#wanted || code === 0) {
      this.#set({ state: 'stopped', steps: [] })
      return
    }
    const how = reason
      ? `could not be started: ${reason.message}`
      : code === null
        ? `was ended by ${signal}`
        : `ended with code ${code}`
    const lastLine = this.#said.trim().split('\n').at(-1)
    const error =
      this.#state.error ?? `the cluster process ${how}${lastLine ? `: ${lastLine}` : ''}`
    this.#set({ state: 'failed', steps: this.#state.steps, error })
    if (wasRunning) void this.#restart(error)
  }

  async #restart(error: string): Promise<void> {
    const { clock, name, onNotice } = this.#options
    if (this.#crashes.add() > crashLimit) {
      onNotice(
        'error',
        `The cluster ${name} crashed ${crashLimit + 1} times in 5 minutes and is left stopped: ${error}`,
      )
      return
    }
    onNotice('error', `The cluster ${name} crashed and is started again: ${error}`)
    await sleep(clock, this.#backoff.next(''))
    if (!this.#wanted || this.#child) return
    await this.#launch().catch(reason =>
      this.#options.logger.error('a cluster could not be started again', { reason }),
    )
  }

  #tell(message: ToCluster): void {
    this.#child?.send(message)
  }

  /** What the process says goes to our own log; the end of it explains a crash. */
  #hear(text: string): void {
    this.#said = (this.#said + text).slice(-4096)
    process.stderr.write(text)
  }

  #set(state: State): void {
    this.#state = state
    this.#options.onChange()
  }
}

function withStep(steps: StartStep[], step: StartStep): StartStep[] {
  const at = steps.findIndex(({ name }) => name === step.name)
  return at < 0 ? [...steps, step] : steps.with(at, step)
}
