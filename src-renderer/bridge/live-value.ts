import type { InputOf, OutputOf, StreamName } from '../../src-main/contract/contract.ts'
import type { RemoteError } from '../../src-main/contract/frames.ts'
import type { Connection } from './connection.ts'
import { Store } from './store.ts'

/** The latest a stream said. `loading` until the first item; a value outlives the error that ends its stream. */
export interface Live<T> {
  readonly value: T | undefined
  readonly error: RemoteError | undefined
}

/**
 * Keeps a stream open while somebody listens and the carrier stands, and opens it again when the carrier is back.
 * An error of the host ends it until `retry`.
 */
export function keepOpen<N extends StreamName>(
  connection: Connection,
  name: N,
  input: InputOf<N>,
  on: { item(value: OutputOf<N>): void; fail(error: RemoteError): void },
): { retry(): void; stop(): void } {
  let stream: Disposable | undefined
  const start = () => {
    stream?.[Symbol.dispose]()
    stream = connection.stream(name, input, { item: on.item, end() {}, fail: on.fail })
  }
  const unsubscribe = connection.state.subscribe(() => {
    if (connection.state.get() === 'open' && reopened) start()
    if (connection.state.get() === 'lost') reopened = true
  })
  let reopened = connection.state.get() === 'lost'
  if (!reopened) start()
  return {
    retry: start,
    stop() {
      unsubscribe()
      stream?.[Symbol.dispose]()
    },
  }
}

/** A stream of which only the latest item matters, as a store: open while somebody listens. */
export class LiveValue<N extends StreamName> {
  readonly store: Store<Live<OutputOf<N>>>
  #kept: ReturnType<typeof keepOpen> | undefined

  constructor(connection: Connection, name: N, input: InputOf<N>) {
    this.store = new Store<Live<OutputOf<N>>>({ value: undefined, error: undefined }, () => {
      this.#kept = keepOpen(connection, name, input, {
        item: value => this.store.set({ value, error: undefined }),
        fail: error => this.store.update(({ value }) => ({ value, error })),
      })
      return () => this.#kept?.stop()
    })
  }

  /** Opens the stream anew after the host ended it with an error. */
  retry = (): void => {
    this.store.update(({ value }) => ({ value, error: undefined }))
    this.#kept?.retry()
  }
}
