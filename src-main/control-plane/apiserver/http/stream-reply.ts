import { WatchItem } from '../cache/watch-item.ts'
import type { Watcher, WatchMessage } from '../cache/watcher.ts'
import { watchContentType, watchEncoder } from '../encode-reply.ts'
import type { Services } from '../services.ts'
import type { Exchange, Headers, ResponseStream } from './exchange.ts'
import type { Negotiated } from './negotiate.ts'

/** A watcher whose client has this much unread is cut off; its client begins anew. */
const maxUnreadBytes = 16 * 1024 * 1024

/** Sends a watch, one frame an event, as long as both sides want. */
export function streamWatch(
  exchange: Exchange,
  headers: Headers,
  watcher: Watcher,
  form: Negotiated,
  services: Services,
): void {
  const encode = watchEncoder(watcher.options.definition, form, exchange.request, services)
  const contentType = watchContentType(form)
  const stream = exchange.stream(200, { ...headers, 'content-type': contentType })
  stream.onClose(() => watcher.stop())
  watcher.start({
    send(message: WatchMessage) {
      stream.write(
        !form.as && form.format === 'json' && message instanceof WatchItem
          ? message.frame
          : encode(message),
      )
      if (stream.buffered <= maxUnreadBytes) return
      watcher.stop()
      stream.destroy()
    },
    end: () => stream.end(),
  })
}

/** Sends chunks as they come, no faster than the client reads. */
export async function streamChunks(
  stream: ResponseStream,
  chunks: AsyncIterable<Uint8Array>,
): Promise<void> {
  let isGone = false
  stream.onClose(() => {
    isGone = true
  })
  try {
    for await (const chunk of chunks) {
      if (isGone) return
      stream.write(chunk)
      await stream.drained()
    }
    stream.end()
  } catch {
    stream.destroy()
  }
}
