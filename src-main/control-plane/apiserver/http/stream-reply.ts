import type { Watcher } from '../cache/watcher.ts'
import { watchContentType, watchEncoder } from '../encode-reply.ts'
import type { Services } from '../services.ts'
import type { Exchange, Headers, ResponseStream } from './exchange.ts'
import type { Negotiated } from './negotiate.ts'
import { WatchStream } from './watch-stream.ts'

/** Sends a watch, one frame an event, as long as both sides want. */
export function streamWatch(
  exchange: Exchange,
  headers: Headers,
  watcher: Watcher,
  form: Negotiated,
  services: Services,
): void {
  const contentType = watchContentType(form)
  const encode =
    form.format === 'json' && !form.as
      ? undefined
      : watchEncoder(watcher.options.definition, form, exchange.request, services)
  const stream = exchange.stream(200, { ...headers, 'content-type': contentType })
  new WatchStream(stream, watcher, encode).start()
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
