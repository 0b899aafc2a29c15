import { AsyncQueue } from '#base/async-queue.ts'
import { Emitter } from '#base/emitter.ts'
import type { RuntimeEvent } from '../container-runtime.ts'

/** What happens on a simulated engine. */
export class SimulatedEvents extends Emitter<RuntimeEvent> {
  /** Announces what happened to one of a pod's containers, or to its sandbox. */
  announce(type: 'container' | 'sandbox', podUid: string, id: string, action: string): void {
    this.emit({ type, podUid, id, action })
  }

  /** Everything that happens from now on, until the signal aborts. */
  async *follow(signal: AbortSignal): AsyncGenerator<RuntimeEvent> {
    const queue = new AsyncQueue<RuntimeEvent>()
    using _listening = this.on(event => queue.push(event))
    const close = () => queue.close()
    signal.addEventListener('abort', close, { once: true })
    if (signal.aborted) close()
    try {
      yield* queue
    } finally {
      signal.removeEventListener('abort', close)
    }
  }
}
