import { AsyncQueue } from '#base/async-queue.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { apiVersionOf, type WatchEvent } from '#kubernetes/objects.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import type { ApiServer } from './api-server.ts'
import { WatchItem } from './cache/watch-item.ts'
import type { Watcher, WatchMessage } from './cache/watcher.ts'
import { viewOf } from './encode-reply.ts'
import { unknownResource } from './failures.ts'
import { negotiate } from './http/negotiate.ts'
import type { Reply } from './reply.ts'
import type { RequestBody, ServerRequest, UserInfo } from './server-request.ts'
import { listKindOf } from './views.ts'

/** A request from inside the process; the shape of the client's `ApiRequest`. */
export interface InProcessRequest {
  method: string
  path: string
  query?: Record<string, string | string[] | undefined>
  headers?: Record<string, string>
  body?: unknown
  contentType?: string
  signal?: AbortSignal
}

const watchBuffer = 100_000
const never = new AbortController().signal

/**
 * The way to the API server without a wire: the same pipeline, but objects are handed over decoded, frozen and without
 * managedFields. Writing one back keeps those that are stored, as for any client that sends none.
 */
export class InProcessTransport {
  readonly #server: ApiServer
  readonly #user: UserInfo

  constructor(server: ApiServer, user: UserInfo) {
    this.#server = server
    this.#user = user
  }

  /** Throws a `StatusError` for any answer that is not 2xx, plain text too, and the signal's reason when it aborts. */
  async request(request: InProcessRequest): Promise<InProcessResponse> {
    request.signal?.throwIfAborted()
    const asked = serverRequest(request, this.#user)
    const { reply, warnings } = await this.#server.handle(asked)
    request.signal?.throwIfAborted()
    if (reply.kind === 'value' && reply.status >= 400) throw new StatusError(reply.value as Status)
    if (reply.kind === 'bytes' && reply.status === 404) throw unknownResource()
    const headers: Record<string, string> = warnings.length
      ? { warning: warnings.map(text => `299 - ${JSON.stringify(text)}`).join(', ') }
      : {}
    return new InProcessResponse(this.#server, asked, reply, headers)
  }
}

/** An answer inside the process. */
export class InProcessResponse {
  readonly status: number
  readonly headers: Record<string, string>
  readonly #server: ApiServer
  readonly #request: ServerRequest
  readonly #reply: Reply

  constructor(
    server: ApiServer,
    request: ServerRequest,
    reply: Reply,
    headers: Record<string, string>,
  ) {
    this.#server = server
    this.#request = request
    this.#reply = reply
    this.status = 'status' in reply ? reply.status : 200
    this.headers = { ...headers, ...('headers' in reply ? joined(reply.headers ?? {}) : {}) }
  }

  async json<T = unknown>(): Promise<T> {
    const reply = this.#reply
    const form = negotiate(this.#request.header('accept'))
    if (reply.kind === 'object' || reply.kind === 'list') {
      if (form.as) return viewOf(reply, form, this.#request, this.#server.services) as T
      if (reply.kind === 'object') return reply.item.object as T
      const { definition, metadata } = reply
      const head = { kind: listKindOf(definition), apiVersion: apiVersionOf(definition) }
      return { ...head, metadata, items: reply.items.map(item => item.object) } as T
    }
    if (reply.kind === 'value') return structuredClone(reply.value) as T
    return JSON.parse(Buffer.from(await this.#collect()).toString()) as T
  }

  async *bytes(): AsyncIterable<Uint8Array> {
    const reply = this.#reply
    if (reply.kind === 'bytes') yield reply.body
    else if (reply.kind === 'stream') yield* reply.chunks
    else yield Buffer.from(JSON.stringify(await this.json()))
  }

  events(): AsyncIterable<WatchEvent> {
    const reply = this.#reply
    if (reply.kind !== 'watch') throw new Error('this answer is no watch')
    return watchEvents(reply.watcher, this.#request.signal)
  }

  async #collect(): Promise<Uint8Array> {
    const chunks: Uint8Array[] = []
    for await (const chunk of this.bytes()) chunks.push(chunk)
    return Buffer.concat(chunks)
  }
}

const joined = (headers: Record<string, string | string[]>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, [value].flat().join(', ')]),
  )

/** A watch as an iteration; a reader that falls too far behind finds it ended. */
async function* watchEvents(watcher: Watcher, signal: AbortSignal): AsyncIterable<WatchEvent> {
  if (signal.aborted) watcher.stop()
  // Whoever asked may have given up before the first event is asked for; the signal would not tell again.
  signal.throwIfAborted()
  const queue = new AsyncQueue<WatchEvent>(watchBuffer)
  const stop = () => {
    watcher.stop()
    queue.close()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    watcher.start({
      send(message: WatchMessage) {
        const event = message instanceof WatchItem ? message.event : message
        if (!queue.push(event as WatchEvent)) stop()
      },
      end: () => queue.close(),
    })
    yield* queue
    signal.throwIfAborted()
  } finally {
    signal.removeEventListener('abort', stop)
    watcher.stop()
  }
}

function serverRequest(request: InProcessRequest, user: UserInfo): ServerRequest {
  const headers = new Map(
    Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  )
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(request.query ?? {})) {
    for (const part of value === undefined ? [] : [value].flat()) query.append(name, part)
  }
  return {
    method: request.method,
    path: request.path,
    query,
    header: name => headers.get(name),
    headersStarting: prefix =>
      [...headers]
        .filter(([name]) => name.startsWith(prefix))
        .map(([name, value]) => [name, [value]]),
    signal: request.signal ?? never,
    body: async () => requestBody(request),
    user,
    isInside: true,
  }
}

function requestBody({ body, contentType = 'application/json' }: InProcessRequest): RequestBody {
  if (body instanceof Uint8Array) return { kind: 'bytes', bytes: body, contentType }
  if (typeof body === 'string') return { kind: 'bytes', bytes: Buffer.from(body), contentType }
  return { kind: 'value', value: body, contentType }
}
