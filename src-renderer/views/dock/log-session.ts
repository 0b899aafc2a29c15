import type { InputOf } from '../../../src-main/contract/contract.ts'
import type { Core } from '../../bridge/core.ts'
import { Store } from '../../bridge/store.ts'
import { LogBuffer, type LogEntry } from '../../components/log-buffer.ts'

export interface LogState {
  readonly entries: readonly LogEntry[]
  readonly dropped: number
  readonly error: string | undefined
  /** The first answer has come, even if it was empty. */
  readonly started: boolean
}

const nothing: LogState = { entries: [], dropped: 0, error: undefined, started: false }

/** A log as it comes, shown at most once a frame. */
export class LogSession implements Disposable {
  readonly state = new Store<LogState>(nothing)
  readonly #buffer = new LogBuffer()
  readonly #stream: Disposable
  #frame: number | undefined

  constructor(core: Core, input: InputOf<'logs.follow'>) {
    this.#stream = core.connection.stream('logs.follow', input, {
      item: message => {
        if (message.type === 'mark') this.#buffer.mark(message.text)
        else this.#buffer.add(message.lines)
        this.#frame ??= requestAnimationFrame(() => this.#show(undefined))
      },
      end: () => this.#show(undefined),
      fail: ({ message }) => this.#show(message),
    })
  }

  [Symbol.dispose](): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#stream[Symbol.dispose]()
  }

  #show(error: string | undefined): void {
    this.#frame = undefined
    const { entries, dropped } = this.#buffer
    this.state.set({ entries, dropped, error, started: true })
  }
}
