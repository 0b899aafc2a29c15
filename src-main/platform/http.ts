import { createGunzip } from 'node:zlib'
import { isAbort } from '#base/errors.ts'
import type { HttpRequest, HttpResponse } from './http-message.ts'
import { HttpConnectionError, type HttpServer } from './http-server.ts'
import { Http1Agent } from './http1.ts'
import { Http2Pool } from './http2-pool.ts'

export type { HttpRequest, HttpResponse } from './http-message.ts'
export { HttpConnectionError, type HttpServer } from './http-server.ts'

/**
 * A client of one server: HTTP/2 where TLS negotiates it, HTTP/1.1 with kept connections otherwise.
 * Answers are gunzipped. Disposing it breaks what is under way.
 */
export class HttpClient implements Disposable {
  readonly server: HttpServer
  readonly #prefix: string
  readonly #http1: Http1Agent
  #http2: Http2Pool | undefined

  constructor(server: HttpServer) {
    this.server = server
    const url = new URL(server.url)
    this.#prefix = url.pathname.replace(/\/$/, '')
    this.#http1 = new Http1Agent(server)
    if (url.protocol === 'https:') this.#http2 = new Http2Pool(server)
  }

  /** Throws `HttpConnectionError`, or the signal's reason. Any status is an answer. */
  async request(request: HttpRequest): Promise<HttpResponse> {
    request.signal?.throwIfAborted()
    try {
      return decompress(await this.#send(await this.#complete(request)))
    } catch (error) {
      if (request.signal?.aborted) throw request.signal.reason
      if (isAbort(error)) throw error
      throw new HttpConnectionError(this.server.url, error)
    }
  }

  [Symbol.dispose](): void {
    this.#http2?.[Symbol.dispose]()
    this.#http1.destroy()
  }

  async #complete(request: HttpRequest): Promise<HttpRequest> {
    return {
      ...request,
      path: this.#prefix + request.path,
      headers: {
        'accept-encoding': 'gzip',
        ...(await this.server.headers?.()),
        ...request.headers,
      },
    }
  }

  async #send(request: HttpRequest): Promise<HttpResponse> {
    const answer = await this.#http2?.request(request)
    if (answer) return answer
    this.#http2 = undefined
    return this.#http1.send(request)
  }
}

function decompress(response: HttpResponse): HttpResponse {
  if (response.headers['content-encoding'] !== 'gzip') return response
  const { 'content-encoding': _encoding, 'content-length': _length, ...headers } = response.headers
  const packed = response.body
  const body = createGunzip()
  body.on('error', () => {})
  packed.once('error', error => body.destroy(error))
  packed.once('close', () => {
    if (!packed.readableEnded) body.destroy(new Error('the connection broke'))
  })
  body.once('close', () => packed.destroy())
  return { ...response, headers, body: packed.pipe(body) }
}
