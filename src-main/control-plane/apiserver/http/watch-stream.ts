import { WatchItem } from '../cache/watch-item.ts'
import type { Watcher, WatchMessage, WatchSink } from '../cache/watcher.ts'
import { isFull, untilTaken } from './back-pressure.ts'
import type { ResponseStream } from './exchange.ts'

/** A watcher whose client has this much of what happened since unread is cut off; its client begins anew. */
const maxUnreadBytes = 16 * 1024 * 1024

/**
 * The events of one watch on their way to a client. What a watch begins with may be more than fits into memory as bytes:
 * it waits as references to the objects, as long as it takes. What happens meanwhile waits behind it, up to a limit.
 */
export class WatchStream implements WatchSink {
  readonly #stream: ResponseStream
  readonly #watcher: Watcher
  readonly #encode: (message: WatchMessage) => Uint8Array
  #waiting: WatchMessage[] = []
  /** How many of those waiting are from the beginning, which nobody is cut off for. */
  #initial = 0
  #unreadBytes = 0
  /** Whether something waited for the network when it was last written to: to ask the stream each time is dear. */
  #isBehind = false
  #isStarting = true
  #isPumping = false
  #isEnded = false
  #isStopped = false

  /** Without `encode`, events are sent as their shared frames of JSON. */
  constructor(
    stream: ResponseStream,
    watcher: Watcher,
    encode: (message: WatchMessage) => Uint8Array = frameOf,
  ) {
    this.#stream = stream
    this.#watcher = watcher
    this.#encode = encode
  }

  start(): void {
    this.#stream.onClose(() => this.#stop())
    this.#watcher.start(this)
    this.#isStarting = false
  }

  send(message: WatchMessage): void {
    if (!this.#isPumping && !(this.#isBehind && isFull(this.#stream))) {
      this.#write(message)
      return
    }
    this.#waiting.push(message)
    if (this.#isStarting) this.#initial++
    else this.#unreadBytes += sizeOf(message)
    if (this.#unreadBytes > maxUnreadBytes) {
      this.#stop()
      this.#stream.destroy()
    } else if (!this.#isPumping) void this.#pump()
  }

  end(): void {
    this.#isEnded = true
    if (!this.#isPumping) this.#stream.end()
  }

  /** Sends what waits, as fast as the client reads. */
  async #pump(): Promise<void> {
    this.#isPumping = true
    try {
      while (this.#waiting.length) {
        const batch = this.#waiting
        this.#waiting = []
        for (const message of batch) {
          if (isFull(this.#stream)) await untilTaken(this.#stream)
          if (this.#isStopped) return
          if (this.#initial > 0) this.#initial--
          else this.#unreadBytes -= sizeOf(message)
          this.#write(message)
        }
      }
      if (this.#isEnded) this.#stream.end()
      this.#isPumping = false
    } catch {
      this.#stop()
    }
  }

  #write(message: WatchMessage): void {
    this.#isBehind = !this.#stream.write(this.#encode(message))
  }

  #stop(): void {
    this.#isStopped = true
    this.#watcher.stop()
    this.#waiting = []
  }
}

function frameOf(message: WatchMessage): Uint8Array {
  if (message instanceof WatchItem) return message.frame
  return Buffer.from(`${JSON.stringify({ type: message.type, object: message.object })}\n`)
}

const sizeOf = (message: WatchMessage): number =>
  message instanceof WatchItem ? message.item.stored.length : 0
