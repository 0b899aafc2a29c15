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

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    identity: Identity,
  ) {
    this.#stream = stream
    if (headers.expect === '100-continue') stream.additionalHeaders({ ':status': 100 })
    this.request = new Http2Request(stream, headers, rawHeaders, identity)
  }

  respond(status: number, headers: Headers, body: Uint8Array): void {
    if (this.#stream.destroyed || this.#stream.headersSent) return
    const head = headerList(status, { ...headers, 'content-length': String(body.length) })
    if (this.request.method === 'HEAD' || !body.length) {
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
    if (!stream.destroyed) stream.respond(headerList(status, headers), options)
    stream.resume()
    // Kept here: to ask the stream before each event of each watch is a good part of what sending it costs.
    let isOver = stream.destroyed
    const finish = () => {
      isOver = true
    }
    stream.once('aborted', finish)
    stream.once('close', finish)
    return {
      write: (bytes, taken) => {
        if (isOver) return true
        return taken ? stream.write(bytes, error => error ?? taken()) : stream.write(bytes)
      },
      get buffered() {
        return stream.writableLength
      },
      drained: () => drained(stream),
      end: () => {
        finish()
        stream.end()
      },
      destroy: () => {
        finish()
        stream.close(constants.NGHTTP2_CANCEL)
      },
      onClose: callback => {
        if (stream.destroyed) callback()
        else stream.once('close', callback)
      },
    }
  }
}

type Identity = { user: UserInfo | undefined; badCertificate: boolean }

/** What a stream asks. A class, not closures: a request that is read and answered uses few of its ways. */
class Http2Request implements ServerRequest {
  readonly method: string
  readonly path: string
  readonly query: URLSearchParams
  readonly user: UserInfo | undefined
  readonly badCertificate: boolean
  readonly #stream: ServerHttp2Stream
  readonly #headers: IncomingHttpHeaders
  readonly #rawHeaders: readonly string[]
  #signal: AbortSignal | undefined

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    rawHeaders: readonly string[],
    { user, badCertificate }: Identity,
  ) {
    const { path, query } = splitTarget(headers[':path'] ?? '/')
    this.method = headers[':method'] ?? 'GET'
    this.path = path
    this.query = query
    this.user = user
    this.badCertificate = badCertificate
    this.#stream = stream
    this.#headers = headers
    this.#rawHeaders = rawHeaders
  }

  get signal(): AbortSignal {
    this.#signal ??= closeSignal(this.#stream)
    return this.#signal
  }

  header(name: string): string | undefined {
    return single(this.#headers[name])
  }

  headersStarting(prefix: string): [name: string, values: string[]][] {
    return headersStarting(this.#rawHeaders, prefix)
  }

  body(): Promise<RequestBody> {
    return readHttpBody(this.#stream, this.#headers)
  }

  bodyStream(): ServerHttp2Stream {
    return this.#stream
  }
}

/** A status and headers as names and values in turn, which Node.js takes without copying them twice. */
function headerList(status: number, headers: Headers): string[] {
  const list = [':status', String(status)]
  for (const name of Object.keys(headers)) {
    const value = headers[name]
    if (typeof value === 'string') list.push(name, value)
    else for (const one of value ?? []) list.push(name, one)
  }
  return list
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
