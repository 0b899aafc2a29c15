import { Agent, type ClientRequest, type IncomingMessage, request } from 'node:http'
import { type Duplex, Readable } from 'node:stream'
import { text } from 'node:stream/consumers'

/** The engine answered with an error; the message is the engine's own. */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly status: number
  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

export interface EngineRequest {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE' | 'HEAD'
  /** Below the API's version, such as `/containers/json`. */
  path: string
  query?: Record<string, string | number | boolean | undefined>
  /** Sent as JSON, or as it is when it is bytes or a stream of them. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal | undefined
}

/** Speaks HTTP to a container engine over its UNIX socket or named pipe. */
export class EngineHttp implements Disposable {
  readonly #socketPath: string
  readonly #agent = new Agent({ keepAlive: true })
  #prefix = ''

  constructor(socketPath: string) {
    this.#socketPath = socketPath
  }

  /** Uses this version of the API from now on, such as `1.41`. */
  setVersion(version: string): void {
    this.#prefix = `/v${version}`
  }

  /** The answer's JSON; undefined when it has no body. Throws an `EngineError` for an answer that isn't 2xx or 304. */
  async json<T>(options: EngineRequest): Promise<T> {
    const answer = await this.stream(options)
    const body = await text(answer)
    return (body ? JSON.parse(body) : undefined) as T
  }

  /** The answer as a stream, which the caller has to read or destroy. */
  async stream(options: EngineRequest): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const outgoing = this.#open(options)
    outgoing.on('response', resolve).on('error', reject)
    send(outgoing, options.body)
    const answer = await promise
    const status = answer.statusCode ?? 0
    if ((status >= 200 && status < 300) || status === 304) return answer
    const message = messageOf(await text(answer), status)
    // Nobody reads the rest of a body that is refused.
    if (!outgoing.writableFinished) outgoing.destroy()
    throw new EngineError(status, message)
  }

  /** Turns the connection into a plain stream both ways, as attach and exec need it. */
  async upgrade(options: EngineRequest): Promise<Duplex> {
    const { promise, resolve, reject } = Promise.withResolvers<Duplex>()
    const headers = { ...options.headers, connection: 'Upgrade', upgrade: 'tcp' }
    const outgoing = this.#open({ ...options, headers })
    outgoing.on('error', reject)
    outgoing.on('upgrade', (_answer, socket, head) => {
      if (head.length) socket.unshift(head)
      resolve(socket)
    })
    outgoing.on('response', answer => {
      const status = answer.statusCode ?? 0
      text(answer).then(body => reject(new EngineError(status, messageOf(body, status))), reject)
    })
    if (options.body === undefined) outgoing.setHeader('content-length', '0')
    send(outgoing, options.body)
    return promise
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #open({ method, path, query = {}, headers = {}, signal }: EngineRequest): ClientRequest {
    const parameters = new URLSearchParams()
    for (const [key, value] of Object.entries(query))
      if (value !== undefined) parameters.set(key, String(value))
    const search = parameters.size ? `?${parameters}` : ''
    return request({
      socketPath: this.#socketPath,
      agent: this.#agent,
      method,
      path: `${this.#prefix}${path}${search}`,
      headers: { host: 'engine', ...headers },
      ...(signal ? { signal } : {}),
    })
  }
}

export const isGone = (error: unknown): boolean =>
  error instanceof EngineError && error.status === 404

function send(outgoing: ClientRequest, body: unknown): void {
  if (body === undefined) outgoing.end()
  else if (body instanceof Uint8Array) {
    outgoing.setHeader('content-type', 'application/x-tar')
    outgoing.end(body)
  } else if (body instanceof Readable) {
    outgoing.setHeader('content-type', 'application/x-tar')
    body.on('error', error => outgoing.destroy(error))
    outgoing.on('close', () => body.destroy())
    body.pipe(outgoing)
  } else {
    const json = JSON.stringify(body)
    outgoing.setHeader('content-type', 'application/json')
    outgoing.setHeader('content-length', Buffer.byteLength(json))
    outgoing.end(json)
  }
}

function messageOf(body: string, status: number): string {
  try {
    const { message, cause } = JSON.parse(body) as { message?: string; cause?: string }
    return message || cause || body
  } catch {
    return body.trim() || `the engine answered ${status}`
  }
}
