import type { InputOf } from '../../../src-main/contract/contract.ts'
import type { LogLine, LogSource } from '../../../src-main/contract/sessions.ts'
import type { Core } from '../../bridge/core.ts'
import { Store } from '../../bridge/store.ts'
import { LogBuffer, type LogEntry } from '../../components/log-buffer.ts'

export interface LogState {
  readonly entries: readonly LogEntry[]
  /** Who writes into it, where they are several. */
  readonly sources: readonly LogSource[]
  readonly dropped: number
  readonly error: string | undefined
  /** The first answer has come, even if it was empty. */
  readonly started: boolean
}

const nothing: LogState = {
  entries: [],
  sources: [],
  dropped: 0,
  error: undefined,
  started: false,
}

/** One container's log, or those of all pods of an object. */
export type LogRequest =
  | { readonly all: false; readonly input: InputOf<'logs.follow'> }
  | { readonly all: true; readonly input: InputOf<'logs.followAll'> }

type Message =
  | { readonly type: 'sources'; readonly sources: LogSource[] }
  | { readonly type: 'lines'; readonly lines: LogLine[] }
  | { readonly type: 'mark'; readonly text: string }

/** A log as it comes, shown at most once a frame. */
export class LogSession implements Disposable {
  readonly state = new Store<LogState>(nothing)
  readonly #buffer = new LogBuffer()
  readonly #stream: Disposable
  #sources: readonly LogSource[] = []
  #frame: number | undefined

  constructor(core: Core, request: LogRequest) {
    const on = {
      item: (message: Message) => this.#take(message),
      end: () => this.#show(undefined),
      fail: ({ message }: { message: string }) => this.#show(message),
    }
    this.#stream = request.all
      ? core.connection.stream('logs.followAll', request.input, on)
      : core.connection.stream('logs.follow', request.input, on)
  }

  #take(message: Message): void {
    switch (message.type) {
      case 'mark':
        this.#buffer.mark(message.text)
        break
      case 'lines':
        this.#buffer.add(message.lines)
        break
      case 'sources':
        this.#sources = message.sources
    }
    this.#frame ??= requestAnimationFrame(() => this.#show(undefined))
  }

  [Symbol.dispose](): void {
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame)
    this.#stream[Symbol.dispose]()
  }

  #show(error: string | undefined): void {
    this.#frame = undefined
    const { entries, dropped } = this.#buffer
    this.state.set({ entries, sources: this.#sources, dropped, error, started: true })
  }
}
