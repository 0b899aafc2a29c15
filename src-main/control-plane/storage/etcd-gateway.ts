import { Agent, type IncomingMessage, request } from 'node:http'
import { errorMessage, isAbort } from '#base/errors.ts'
import { StorageError } from './storage-errors.ts'

/** An answer of etcd's that isn't a success; `message` is etcd's own text. */
export class EtcdError extends Error {
  override readonly name = 'EtcdError'
}

/** etcd's v3 API through the JSON gateway that every etcd serves beside gRPC. Unencrypted HTTP only. */
export class EtcdGateway implements Disposable {
  readonly #endpoint: string
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 64 })

  constructor(endpoint: string) {
    this.#endpoint = endpoint.replace(/\/$/, '')
    if (!/^http:\/\/[^/]+$/.test(this.#endpoint)) {
      throw new StorageError(`${endpoint} is not an etcd address such as http://127.0.0.1:2379`)
    }
  }

  /** One request, one answer. Throws `EtcdError`, or `StorageError` when etcd can't be reached. */
  async call<T>(path: string, body: unknown): Promise<T> {
    const response = await this.#post(path, body)
    let text = ''
    try {
      for await (const chunk of response.setEncoding('utf8')) text += chunk
    } catch (error) {
      throw this.#unreachable(error)
    }
    if (response.statusCode !== 200) throw new EtcdError(messageIn(text))
    return JSON.parse(text) as T
  }

  /** One request, many answers, until the signal aborts (then it ends without an error). */
  async *stream<T>(
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): AsyncGenerator<T, void, void> {
    try {
      const response = await this.#post(path, body, signal)
      for await (const line of lines(response)) {
        if (signal.aborted) return
        const { result, error } = JSON.parse(line) as { result?: T; error?: unknown }
        if (!result) throw new EtcdError(JSON.stringify(error))
        yield result
      }
    } catch (error) {
      if (signal.aborted || isAbort(error)) return
      if (error instanceof EtcdError || error instanceof StorageError) throw error
      throw this.#unreachable(error)
    }
    if (!signal.aborted) throw this.#unreachable(new Error('the stream ended'))
  }

  [Symbol.dispose](): void {
    this.#agent.destroy()
  }

  #post(path: string, body: unknown, signal?: AbortSignal): Promise<IncomingMessage> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const sending = request(`${this.#endpoint}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // A stream keeps its connection for itself, so that streams never use up the connections for calls.
      agent: signal ? false : this.#agent,
      ...(signal && { signal }),
    })
    sending.on('response', resolve)
    sending.on('error', error => reject(this.#unreachable(error)))
    sending.end(JSON.stringify(body))
    return promise
  }

  #unreachable(error: unknown): StorageError {
    return new StorageError(
      `etcd at ${this.#endpoint} can't be reached (${errorMessage(error)}): check that it runs there`,
      { cause: error },
    )
  }
}

/** The lines of a body; leaving the loop closes the connection. */
async function* lines(response: IncomingMessage): AsyncGenerator<string, void, void> {
  let rest = ''
  for await (const chunk of response.setEncoding('utf8')) {
    const parts = `${rest}${chunk}`.split('\n')
    rest = parts.pop() ?? ''
    yield* parts
  }
}

function messageIn(text: string): string {
  try {
    const { message, error } = JSON.parse(text) as { message?: string; error?: string }
    return message ?? error ?? text
  } catch {
    return text
  }
}
