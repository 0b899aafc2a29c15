import type { LocalClusters } from '#app/clusters/local-clusters.ts'
import { Backoff } from '#base/backoff.ts'
import { type Clock, sleep } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import type { Child, Fork } from '../../supervisor/child.ts'
import { Crashes, crashLimit } from '../../supervisor/crashes.ts'
import { Watchdog } from '../../supervisor/watchdog.ts'
import { answerRequest } from './answer-requests.ts'
import type { CoreSettings, FromCore, ToCore } from './messages.ts'

const stopLimitMs = 5_000

export interface CoreProcessOptions {
  entry: string
  settings: Omit<CoreSettings, 'port'>
  clusters: LocalClusters
  fork: Fork
  clock: Clock
  logger: Logger
  /** The core crashed and answers on another port than before. */
  onMoved: () => void
  /** The core is not started again: why, fit to be shown. */
  onGivenUp: (reason: string) => void
}

/** The core as a child of the main process: started, watched, started again on the same port, stopped. */
export class CoreProcess implements AsyncDisposable {
  readonly #options: CoreProcessOptions
  readonly #crashes: Crashes
  readonly #backoff: Backoff
  readonly #listening: Disposable
  #child: Child<FromCore, ToCore> | undefined
  #port = 0
  #stopping = false

  constructor(options: CoreProcessOptions) {
    const { clock, clusters } = options
    this.#options = options
    this.#crashes = new Crashes(clock)
    this.#backoff = new Backoff({ clock, initialMs: 250, maxMs: 5_000 })
    this.#listening = clusters.onChange(() =>
      this.#child?.send({ type: 'clusters', clusters: clusters.list() }),
    )
  }

  /** Where the core listens at 127.0.0.1; 0 until it first did. */
  get port(): number {
    return this.#port
  }

  /** Resolves when the core listens; throws with the reason when it isn't going to. */
  async start(): Promise<void> {
    const { entry, fork, settings, clusters, clock, logger } = this.#options
    const child = fork<FromCore, ToCore>(entry, [], 'core')
    this.#child = child
    child.onOutput(text => process.stderr.write(text))
    using watchdog = new Watchdog(clock, child)
    const listening = Promise.withResolvers<number>()
    let reason: string | undefined
    child.onMessage(message => {
      watchdog.heard()
      if (message.type === 'listening') listening.resolve(message.port)
      else if (message.type === 'failed') reason = message.message
      else if (message.type === 'request') {
        void answerRequest(clusters, message).then(answer => child.send(answer))
      }
    })
    let served = false
    void child.exited.then(({ code, error }) => {
      listening.reject(new Error(reason ?? error?.message ?? `the core ended with code ${code}`))
      if (this.#child === child) this.#child = undefined
      if (!served || this.#stopping) return
      logger.error('the core crashed and is started again', { code })
      void this.#restart()
    })
    const port = this.#port
    child.send({ type: 'start', settings: { ...settings, port }, clusters: clusters.list() })
    this.#port = await listening.promise
    served = true
    watchdog.keep()
  }

  notify(level: 'info' | 'error', message: string): void {
    this.#child?.send({ type: 'notice', level, message })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping = true
    this.#listening[Symbol.dispose]()
    const child = this.#child
    if (!child) return
    child.send({ type: 'stop' })
    using _force = this.#options.clock.after(stopLimitMs, () => child.kill())
    await child.exited
  }

  async #restart(): Promise<void> {
    const { clock, onMoved, onGivenUp } = this.#options
    const before = this.#port
    for (;;) {
      if (this.#crashes.add() > crashLimit) {
        onGivenUp(`Slipway's core crashed ${crashLimit + 1} times in 5 minutes.`)
        return
      }
      await sleep(clock, this.#backoff.next(''))
      if (this.#stopping) return
      try {
        await this.start()
        if (this.#port !== before) onMoved()
        return
      } catch (error) {
        // Its port may have been taken meanwhile: the next try takes any.
        this.#options.logger.error('the core did not start again', { error: errorMessage(error) })
        this.#port = 0
      }
    }
  }
}
