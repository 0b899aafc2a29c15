import { type KubeConfig, type KubernetesObject, Watch } from '@kubernetes/client-node'
import { patienceMs } from '../../support/eventually.ts'

/** Query parameters of a watch, as the API names them. */
export type WatchQuery = Record<string, string | number | boolean>

/** One event of a watch. */
export interface WatchEvent {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into objects of every kind
  object: any
}

/** A running watch of the JavaScript client; its events are read one behind the other. */
export class WatchStream implements AsyncDisposable {
  readonly #events: WatchEvent[] = []
  #read = 0
  #ended: { error: unknown } | undefined
  #abort = new AbortController()
  #wake = () => {}

  private constructor() {}

  /** Resolves when the server has answered. Throws when it refuses. */
  static async open(config: KubeConfig, path: string, query: WatchQuery): Promise<WatchStream> {
    const stream = new WatchStream()
    stream.#abort = await new Watch(config).watch(
      path,
      query,
      (type, object: KubernetesObject) => stream.#push({ type, object }),
      error => stream.#end(error),
    )
    if (stream.#ended?.error) throw stream.#ended.error
    return stream
  }

  /** The next event, whatever it is. Throws when the watch ends first, or after `timeoutMs`. */
  async next(timeoutMs = patienceMs): Promise<WatchEvent> {
    const deadline = AbortSignal.timeout(timeoutMs)
    deadline.addEventListener('abort', () => this.#wake())
    for (;;) {
      const event = this.#events[this.#read]
      if (event) {
        this.#read++
        return event
      }
      if (this.#ended) throw new Error('the watch ended', { cause: this.#ended.error })
      if (deadline.aborted) throw new Error(`no event came within ${timeoutMs} ms`)
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  /** Reads on until an event of this type, and of an object for which `matches` holds; throws with what came instead. */
  async until(
    type: string,
    matches: (object: WatchEvent['object']) => unknown = () => true,
    timeoutMs = patienceMs,
  ): Promise<WatchEvent['object']> {
    const from = this.#read
    try {
      for (;;) {
        const event = await this.next(timeoutMs)
        if (event.type === type && matches(event.object)) return event.object
      }
    } catch (error) {
      const seen = this.#events.slice(from).map(describe).join(', ')
      throw new Error(`${(error as Error).message} while waiting for ${type}; seen: ${seen}`)
    }
  }

  /** What has come and was not read yet. */
  unread(): WatchEvent[] {
    return this.#events.slice(this.#read)
  }

  /** Resolves when the server or the connection ends the watch. */
  async ended(): Promise<void> {
    while (!this.#ended) {
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  #push(event: WatchEvent): void {
    this.#events.push(event)
    this.#wake()
  }

  #end(error: unknown): void {
    this.#ended = { error }
    this.#wake()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#abort.abort()
  }
}

const describe = ({ type, object }: WatchEvent): string =>
  `${type} ${object?.metadata?.name ?? ''}@${object?.metadata?.resourceVersion ?? ''}`
