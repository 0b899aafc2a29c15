import type { UpOf } from '../../../src-main/contract/contract.ts'
import type { DuplexHandle } from '../../bridge/connection.ts'
import type { Core } from '../../bridge/core.ts'
import { Store } from '../../bridge/store.ts'
import type { TerminalSession } from '../../components/terminal-view.tsx'
import type { DockTab } from '../shared/dock-store.ts'

export type ShellEnd = { readonly code?: number; readonly message?: string }

/** A process in a container behind a terminal. */
export class ShellSession implements TerminalSession, Disposable {
  /** Set once the process has ended or could not be started. */
  readonly ended = new Store<ShellEnd | undefined>(undefined)
  readonly #core: Core
  readonly #target: DockTab['target']
  #duplex: DuplexHandle<UpOf<'exec.open'>> | undefined

  constructor(core: Core, target: DockTab['target']) {
    this.#core = core
    this.#target = target
  }

  start(
    size: { columns: number; rows: number },
    write: (bytes: Uint8Array | string) => void,
  ): void {
    this.#duplex?.[Symbol.dispose]()
    this.#duplex = this.#core.connection.duplex(
      'exec.open',
      { ...this.#target, command: [], ...size },
      {
        item: message => {
          if (message instanceof Uint8Array) write(message)
          else
            this.#end({ code: message.exit, ...(message.message && { message: message.message }) })
        },
        end: () => this.#end({}),
        fail: ({ message }) => this.#end({ message }),
      },
    )
  }

  input(bytes: Uint8Array): void {
    if (!this.ended.get()) this.#duplex?.push(bytes as Uint8Array<ArrayBuffer>)
  }

  resize(size: { columns: number; rows: number }): void {
    if (!this.ended.get()) this.#duplex?.push(size)
  }

  [Symbol.dispose](): void {
    this.#duplex?.[Symbol.dispose]()
  }

  #end(end: ShellEnd): void {
    if (!this.ended.get()) this.ended.set(end)
  }
}
