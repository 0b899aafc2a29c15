import http2 from 'node:http2'
import { Readable } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { flatHeaders, type HttpRequest, type HttpResponse } from './http-message.ts'
import { connectTo, type HttpServer } from './http-server.ts'
import { writeBody } from './write-body.ts'

interface Session {
  readonly http2: http2.ClientHttp2Session
  /** Requests under way. */
  streams: number
}

const windowBytes = 4 * 1024 * 1024
/** Servers say how many streams they take; Go's allow 250 by default, and 100 is the least they should. */
const defaultStreams = 100
const maxStreams = 250
const maxAttempts = 3

/**
 * HTTP/2 connections to one server. A connection that is full, or on its way out, is joined by another one, so that
 * any number of watches can be open at once.
 */
export class Http2Pool implements Disposable {
  readonly #server: HttpServer
  readonly #sessions = new Set<Session>()
  #opening: Promise<Session | undefined> | undefined
  #disposed = false

  constructor(server: HttpServer) {
    this.#server = server
  }

  /** Undefined when the server speaks no HTTP/2. */
  async request(request: HttpRequest): Promise<HttpResponse | undefined> {
    for (let attempt = 1; ; attempt++) {
      const kept = this.#reserve()
      const session = kept ?? (await this.#open(request.signal))
      if (!session) return undefined
      try {
        return await this.#send(session, request)
      } catch (error) {
        if (attempt > maxAttempts || !mayRepeat(session, error, request)) throw error
      }
    }
  }

  [Symbol.dispose](): void {
    this.#disposed = true
    for (const session of this.#sessions) session.http2.destroy()
    this.#sessions.clear()
  }

  /** A connection with a free stream, which from now on counts as used. */
  #reserve(): Session | undefined {
    for (const session of this.#sessions) {
      const { closed, destroyed, remoteSettings } = session.http2
      const limit = Math.min(remoteSettings?.maxConcurrentStreams ?? defaultStreams, maxStreams)
      if (closed || destroyed || session.streams >= limit) continue
      session.streams++
      return session
    }
    return undefined
  }

  /** Many requests that find no connection wait for the same one. */
  async #open(signal: AbortSignal | undefined): Promise<Session | undefined> {
    this.#opening ??= this.#newSession().finally(() => {
      this.#opening = undefined
    })
    const session = await abortable(this.#opening, signal)
    return session ? (this.#reserve() ?? this.#open(signal)) : undefined
  }

  async #newSession(): Promise<Session | undefined> {
    const socket = (await connectTo(this.#server, ['h2', 'http/1.1'])) as TLSSocket
    if (this.#disposed || socket.alpnProtocol !== 'h2') {
      socket.destroy()
      if (this.#disposed) throw new Error('the client was closed')
      return undefined
    }
    const client = http2.connect(this.#server.url, {
      createConnection: () => socket,
      settings: { initialWindowSize: windowBytes, enablePush: false },
    })
    const session: Session = { http2: client, streams: 0 }
    const drop = () => this.#sessions.delete(session)
    client.on('error', drop)
    client.on('goaway', drop)
    client.on('close', drop)
    await new Promise<void>((resolve, reject) => {
      client.once('remoteSettings', () => {
        client.setLocalWindowSize(windowBytes * 4)
        resolve()
      })
      client.once('error', reject)
    })
    this.#sessions.add(session)
    return session
  }

  #send(session: Session, request: HttpRequest): Promise<HttpResponse> {
    const stream = session.http2.request(
      { ':method': request.method, ':path': request.path, ...request.headers },
      {
        endStream: request.body === undefined,
        ...(request.signal ? { signal: request.signal } : {}),
      },
    )
    stream.once('close', () => {
      session.streams--
    })
    return new Promise((resolve, reject) => {
      stream.once('response', headers => {
        resolve({
          status: headers[':status'] ?? 0,
          headers: flatHeaders(headers),
          body: readBody(stream),
        })
      })
      stream.on('error', reject)
      stream.once('close', () => reject(new Error('the connection was closed without an answer')))
      if (request.body !== undefined) writeBody(stream, request.body)
    })
  }
}

/** Node ends a stream whose connection broke as if it were whole; this body fails instead. */
function readBody(stream: http2.ClientHttp2Stream): Readable {
  const body = new Readable({
    read: () => void stream.resume(),
    destroy: (error, done) => {
      if (!stream.destroyed) stream.close(http2.constants.NGHTTP2_CANCEL)
      done(error)
    },
  })
  // Readers hear of an error by reading on; a body that nobody has begun to read must not end the process.
  body.on('error', () => {})
  stream.on('data', chunk => {
    if (!body.push(chunk)) stream.pause()
  })
  stream.on('error', error => body.destroy(error))
  let isWhole = false
  stream.once('end', () => {
    isWhole = !stream.rstCode
    if (isWhole) body.push(null)
  })
  stream.once('close', () => {
    if (!isWhole) body.destroy(new Error('the connection broke'))
  })
  return body
}

/** Whether the server surely did nothing for the request, or, reading, could do it twice without harm. */
function mayRepeat(session: Session, error: unknown, request: HttpRequest): boolean {
  if (request.signal?.aborted || isStream(request.body)) return false
  const { code, message } = error as { code?: string; message?: string }
  if (code === 'ERR_HTTP2_GOAWAY_SESSION' || message?.includes('NGHTTP2_REFUSED_STREAM'))
    return true
  const isRead = request.method === 'GET' || request.method === 'HEAD'
  return isRead && (session.http2.destroyed || session.http2.closed)
}

function isStream(body: HttpRequest['body']): boolean {
  return body !== undefined && typeof body !== 'string' && !(body instanceof Uint8Array)
}

function abortable<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return promise
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    promise.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
