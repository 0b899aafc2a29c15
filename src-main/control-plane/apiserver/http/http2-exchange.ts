import { constants, type IncomingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import { AbortError } from '#base/errors.ts'
import type { RequestBody, ServerRequest, UserInfo } from '../server-request.ts'
import type { Exchange, Headers, ResponseStream } from './exchange.ts'
import { readBody } from './read-body.ts'
import { splitTarget } from './split-target.ts'

/** A request that came as an HTTP/2 stream. */
export class Http2Exchange implements Exchange {
  readonly request: ServerRequest
  readonly #stream: ServerHttp2Stream
  readonly #isHead: boolean

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    identity: { user: UserInfo | undefined; badCertificate: boolean },
  ) {
    this.#stream = stream
    const method = headers[':method'] ?? 'GET'
    this.#isHead = method === 'HEAD'
    if (headers.expect === '100-continue') stream.additionalHeaders({ ':status': 100 })
    let signal: AbortSignal | undefined
    this.request = {
      method,
      ...splitTarget(headers[':path'] ?? '/'),
      header: name => single(headers[name]),
      headersStarting: prefix => headersStarting(rawHeaders, prefix),
      get signal() {
        signal ??= closeSignal(stream)
        return signal
      },
      body: () => readHttpBody(stream, headers),
      bodyStream: () => stream,
      ...identity,
    }
  }

  respond(status: number, headers: Headers, body: Uint8Array): void {
    if (this.#stream.destroyed || this.#stream.headersSent) return
    const head = { ':status': status, ...headers, 'content-length': body.length }
    if (this.#isHead || !body.length) {
      this.#stream.respond(head, { endStream: true })
    } else {
      this.#stream.respond(head)
      this.#stream.end(body)
    }
    if (!this.#stream.endAfterHeaders && !this.#stream.readableEnded) this.#stream.resume()
  }

  stream(status: number, headers: Headers): ResponseStream {
    const stream = this.#stream
    // Node.js looks after every write whether the stream ended with it, but not when trailers follow, be they none.
    const options = { waitForTrailers: true }
    if (!stream.destroyed) stream.respond({ ':status': status, ...headers }, options)
    stream.resume()
    return {
      write: (bytes, taken) => {
        if (stream.destroyed || stream.writableEnded) return
        if (taken) stream.write(bytes, error => error ?? taken())
        else stream.write(bytes)
      },
      get buffered() {
        return stream.writableLength
      },
      drained: () => drained(stream),
      end: () => stream.end(),
      destroy: () => stream.close(constants.NGHTTP2_CANCEL),
      onClose: callback => {
        if (stream.destroyed) callback()
        else stream.once('close', callback)
      },
    }
  }
}

/** A signal that aborts when a stream closes; made only for who wants it, most requests never do. */
export function closeSignal(stream: {
  destroyed: boolean
  once(event: 'close', listener: () => void): unknown
}): AbortSignal {
  if (stream.destroyed) return AbortSignal.abort(clientGone)
  const gone = new AbortController()
  stream.once('close', () => gone.abort(clientGone))
  return gone.signal
}

const clientGone = new AbortError('the client is gone')

interface Drainable {
  readonly destroyed: boolean
  readonly writableNeedDrain: boolean
  once(event: 'drain' | 'close', listener: () => void): unknown
  removeListener(event: 'drain' | 'close', listener: () => void): unknown
}

/** Resolves when a stream takes more bytes; rejects when it closed. */
export function drained(stream: Drainable): Promise<void> {
  if (stream.destroyed) return Promise.reject(new Error('the client is gone'))
  if (!stream.writableNeedDrain) return Promise.resolve()
  return new Promise((resolve, reject) => {
    const onDrain = () => {
      stream.removeListener('close', onClose)
      resolve()
    }
    const onClose = () => {
      stream.removeListener('drain', onDrain)
      reject(new Error('the client is gone'))
    }
    stream.once('drain', onDrain)
    stream.once('close', onClose)
  })
}

export const single = (value: string | string[] | undefined): string | undefined =>
  Array.isArray(value) ? value.join(', ') : value

/** By name in lower case, each with its values in their order; from names and values in turn, as they came. */
export function headersStarting(
  raw: readonly string[],
  prefix: string,
): [name: string, values: string[]][] {
  const found = new Map<string, string[]>()
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = raw[at]?.toLowerCase() ?? ''
    if (!name.startsWith(prefix)) continue
    const values = found.get(name)
    if (values) values.push(raw[at + 1] ?? '')
    else found.set(name, [raw[at + 1] ?? ''])
  }
  return [...found]
}

export async function readHttpBody(
  stream: import('node:stream').Readable,
  headers: IncomingHttpHeaders,
): Promise<RequestBody> {
  const bytes = await readBody(stream, headers['content-length'])
  return { kind: 'bytes', bytes, contentType: headers['content-type'] ?? '' }
}
