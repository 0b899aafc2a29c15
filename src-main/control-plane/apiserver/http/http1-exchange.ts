import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServerRequest, UpgradeRequest, UserInfo } from '../server-request.ts'
import type { Exchange, Headers, ResponseStream } from './exchange.ts'
import { closeSignal, drained, headersStarting, readHttpBody, single } from './http2-exchange.ts'
import { splitTarget } from './split-target.ts'

type Identity = { user: UserInfo | undefined; badCertificate: boolean }

/** A request that came over HTTP/1.1. */
export class Http1Exchange implements Exchange {
  readonly request: ServerRequest
  readonly #response: ServerResponse

  constructor(message: IncomingMessage, response: ServerResponse, identity: Identity) {
    this.#response = response
    response.on('error', () => {})
    this.request = http1Request(message, () => closeSignal(response), identity)
  }

  respond(status: number, headers: Headers, body: Uint8Array): void {
    if (this.#response.headersSent) return
    this.#response.writeHead(status, { ...headers, 'content-length': body.length })
    this.#response.end(body)
  }

  stream(status: number, headers: Headers): ResponseStream {
    const response = this.#response
    response.writeHead(status, headers)
    response.flushHeaders()
    return {
      write: (bytes, taken) => {
        if (response.destroyed || response.writableEnded) return true
        return taken ? response.write(bytes, error => error ?? taken()) : response.write(bytes)
      },
      get buffered() {
        return response.writableLength
      },
      drained: () => drained(response),
      end: () => response.end(),
      destroy: () => response.destroy(),
      onClose: callback => {
        if (response.destroyed) callback()
        else response.once('close', callback)
      },
    }
  }
}

/** The request behind an HTTP/1.1 message; with `upgrade`, one that asks to switch protocols. */
export function http1Request(
  message: IncomingMessage,
  signalOf: () => AbortSignal,
  identity: Identity,
  upgrade?: UpgradeRequest,
): ServerRequest {
  let signal: AbortSignal | undefined
  return {
    method: message.method ?? 'GET',
    ...splitTarget(message.url ?? '/'),
    header: name => single(message.headers[name]),
    headersStarting: prefix => headersStarting(message.rawHeaders, prefix),
    get signal() {
      signal ??= signalOf()
      return signal
    },
    body: () => readHttpBody(message, message.headers),
    bodyStream: () => message,
    ...identity,
    ...(upgrade ? { upgrade } : {}),
  }
}
