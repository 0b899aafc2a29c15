import { AsyncQueue } from '#base/async-queue.ts'
import { SlowWatcherError, type StoreEvent } from './store.ts'

/** What one live watch has yet to read, bounded in bytes. */
export class Watcher {
  readonly #prefix: string
  readonly #after: number
  readonly #limit: number
  readonly #queue = new AsyncQueue<readonly StoreEvent[]>()
  #bytes = 0

  constructor(options: { prefix: string; after: number; bufferedBytes: number }) {
    this.#prefix = options.prefix
    this.#after = options.after
    this.#limit = options.bufferedBytes
  }

  /** Queues those of the events that the watch is about, or cuts the watch off when its reader is too far behind. */
  push(events: readonly StoreEvent[]): void {
    const seen = events.filter(
      event => event.key.startsWith(this.#prefix) && event.revision > this.#after,
    )
    if (!seen.length || this.#queue.ended) return
    const bytes = weigh(seen)
    if (this.#queue.size && this.#bytes + bytes > this.#limit) {
      this.#queue.fail(new SlowWatcherError(this.#prefix, this.#limit))
      return
    }
    this.#bytes += bytes
    this.#queue.push(seen)
  }

  /** Ends the watch after what is queued. */
  close(): void {
    this.#queue.close()
  }

  /** The queued and coming events, until the watch is closed, cut off or aborted. */
  async *read(signal: AbortSignal): AsyncGenerator<readonly StoreEvent[], void, void> {
    const close = () => this.close()
    signal.addEventListener('abort', close, { once: true })
    try {
      for await (const events of this.#queue) {
        if (signal.aborted) return
        this.#bytes -= weigh(events)
        yield events
      }
    } finally {
      signal.removeEventListener('abort', close)
    }
  }
}

function weigh(events: readonly StoreEvent[]): number {
  return events.reduce((sum, { key, value }) => sum + key.length + (value?.byteLength ?? 0), 0)
}
