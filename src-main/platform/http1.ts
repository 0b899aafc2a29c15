import http from 'node:http'
import type { Duplex } from 'node:stream'
import type { HttpRequest, HttpResponse } from './http-message.ts'
import { flatHeaders } from './http-message.ts'
import { connectTo, type HttpServer } from './http-server.ts'
import { writeBody } from './write-body.ts'

/** Keeps HTTP/1.1 connections to one server, however they are opened. */
export class Http1Agent extends http.Agent {
  readonly #server: HttpServer

  constructor(server: HttpServer) {
    super({ keepAlive: true })
    this.#server = server
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    callback?: (error: Error | null, socket: Duplex) => void,
  ): undefined {
    connectTo(this.#server, ['http/1.1']).then(
      socket => callback?.(null, socket),
      error => callback?.(error, undefined as never),
    )
  }

  /** Sends a request; any status is an answer. */
  async send(request: HttpRequest): Promise<HttpResponse> {
    const outgoing = http.request({
      agent: this,
      method: request.method,
      path: request.path,
      headers: { host: new URL(this.#server.url).host, ...request.headers },
      ...(request.signal ? { signal: request.signal } : {}),
    })
    const answer = new Promise<http.IncomingMessage>((resolve, reject) => {
      outgoing.once('response', resolve)
      outgoing.on('error', reject)
      outgoing.once('close', () => reject(new Error('the connection was closed without an answer')))
    })
    writeBody(outgoing, request.body)
    const incoming = await answer
    return {
      status: incoming.statusCode ?? 0,
      headers: flatHeaders(incoming.headers),
      body: incoming,
    }
  }
}
