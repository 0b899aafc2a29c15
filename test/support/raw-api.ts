import { type ClientHttp2Session, connect } from 'node:http2'

/** What a server answered. */
export interface RawAnswer {
  status: number
  headers: Record<string, string | string[] | undefined>
  bytes: Buffer
  /** The body as JSON, undefined when it is none. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into answers of every shape
  json: any
}

export interface RawRequest {
  headers?: Record<string, string>
  /** Objects are sent as JSON. */
  body?: string | Uint8Array | object | undefined
}

/** A server's address, and who asks: with no certificate and no token it is the anonymous user. */
export interface RawApiOptions {
  url: string
  ca: string
  identity?: { key: string; cert: string } | undefined
  token?: string
  /** Requests are spread over so many connections; one unless told. */
  connections?: number
}

/** Bare HTTP/2 requests over few connections: the client adds nothing but a content type of JSON where none is given. */
export class RawApi implements Disposable {
  readonly #sessions: ClientHttp2Session[]
  readonly #headers: Record<string, string>
  #next = 0

  constructor({ url, ca, identity, token, connections = 1 }: RawApiOptions) {
    this.#headers = token === undefined ? {} : { authorization: `Bearer ${token}` }
    this.#sessions = Array.from({ length: connections }, () =>
      connect(url, { ca, ...identity }).on('error', () => {}),
    )
  }

  request(
    method: string,
    path: string,
    { headers = {}, body }: RawRequest = {},
  ): Promise<RawAnswer> {
    const session = this.#sessions[this.#next++ % this.#sessions.length]
    if (!session) throw new Error('no connection')
    const isText = typeof body === 'string' || body instanceof Uint8Array
    const sent = body === undefined || isText ? body : JSON.stringify(body)
    const stream = session.request(
      {
        ':method': method,
        ':path': path,
        ...this.#headers,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      { endStream: sent === undefined },
    )
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let answered: Record<string, string | string[] | undefined> = {}
      stream.on('response', headers => {
        answered = headers as typeof answered
      })
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('error', reject)
      stream.on('end', () => {
        const bytes = Buffer.concat(chunks)
        resolve({
          status: Number(answered[':status'] ?? 0),
          headers: answered,
          bytes,
          get json() {
            return parseJson(bytes)
          },
        })
      })
      if (sent !== undefined) stream.end(sent)
    })
  }

  /** GETs a document that has to be there. */
  async get(path: string, headers: Record<string, string> = {}): Promise<RawAnswer['json']> {
    const answer = await this.request('GET', path, { headers })
    if (answer.status !== 200) throw new Error(`GET ${path}: ${answer.status} ${answer.bytes}`)
    return answer.json
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.destroy()
  }
}

/** Undefined for what is no JSON. */
export function parseJson(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString())
  } catch {
    return undefined
  }
}
