import { readFile } from 'node:fs/promises'
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from 'node:http2'

interface Kubeconfig {
  clusters: { cluster: { server: string; 'certificate-authority-data': string } }[]
  users: { user: { 'client-certificate-data': string; 'client-key-data': string } }[]
}

/** As Go's HTTP/2 client, which kubectl is built on: how much a server may send unasked on one stream. */
const streamWindow = 4 << 20
/** And on all streams of a connection together; with Node.js' own the server would wait after each 64 KiB. */
const connectionWindow = 1 << 30

/** A bare HTTP/2 client with a client certificate, over several connections: it measures the server, not our client. */
export class ApiClient implements Disposable {
  readonly #sessions: ClientHttp2Session[]
  #next = 0

  private constructor(sessions: ClientHttp2Session[]) {
    this.#sessions = sessions
    for (const session of sessions) {
      session.on('error', () => {})
      session.on('connect', () => session.setLocalWindowSize(connectionWindow))
    }
  }

  static async open(kubeconfig: string, connections = 4): Promise<ApiClient> {
    const { clusters, users } = JSON.parse(await readFile(kubeconfig, 'utf8')) as Kubeconfig
    const [cluster, user] = [clusters[0]?.cluster, users[0]?.user]
    if (!cluster || !user) throw new Error(`${kubeconfig} names no cluster`)
    const decode = (text: string) => Buffer.from(text, 'base64')
    const sessions = Array.from({ length: connections }, () =>
      connect(cluster.server, {
        ca: decode(cluster['certificate-authority-data']),
        cert: decode(user['client-certificate-data']),
        key: decode(user['client-key-data']),
        settings: { initialWindowSize: streamWindow },
      }),
    )
    return new ApiClient(sessions)
  }

  /** Opens a request without waiting for its answer. */
  stream(path: string, method = 'GET', headers: Record<string, string> = {}): ClientHttp2Stream {
    const session = this.#sessions[this.#next++ % this.#sessions.length]
    if (!session) throw new Error('no connection')
    return session.request({ ':method': method, ':path': path, ...headers })
  }

  /** Answers the body; throws for anything but 2xx. */
  request(path: string, method = 'GET', body?: unknown): Promise<Buffer> {
    const headers = body === undefined ? {} : { 'content-type': contentType(method) }
    return this.#answer(path, method, headers, body, Number.POSITIVE_INFINITY)
  }

  /** Reads a large answer to its end and keeps only what it begins with, so that the client's memory is not measured too. */
  readThrough(path: string): Promise<Buffer> {
    return this.#answer(path, 'GET', {}, undefined, 1000)
  }

  #answer(
    path: string,
    method: string,
    headers: Record<string, string>,
    body: unknown,
    keptBytes: number,
  ): Promise<Buffer> {
    const stream = this.stream(path, method, headers)
    return new Promise((resolve, reject) => {
      const chunks: Buffer[] = []
      let kept = 0
      let status = 0
      stream.on('response', response => {
        status = response[':status'] ?? 0
      })
      stream.on('data', (chunk: Buffer) => {
        if (kept >= keptBytes) return
        chunks.push(chunk)
        kept += chunk.length
      })
      stream.on('error', reject)
      stream.on('end', () => {
        const answer = Buffer.concat(chunks)
        if (status >= 200 && status < 300) resolve(answer)
        else reject(new Error(`${method} ${path}: ${status} ${answer}`))
      })
      stream.end(body === undefined ? undefined : JSON.stringify(body))
    })
  }

  async json<T>(path: string, method = 'GET', body?: unknown): Promise<T> {
    return JSON.parse(String(await this.request(path, method, body))) as T
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.destroy()
  }
}

const contentType = (method: string) =>
  method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
