import { readFile } from 'node:fs/promises'
import { HttpClient, type HttpServer } from './http.ts'

const maxBytes = 64 * 1024 * 1024

/** Something in PEM: base64 of it, or the path of a file. */
interface PemSource {
  readonly data?: string
  readonly file?: string
}

/** A server that takes and answers JSON. */
export interface JsonServer {
  readonly url: string
  readonly ca: PemSource | undefined
  readonly certificate: PemSource | undefined
  readonly key: PemSource | undefined
  readonly serverName: string | undefined
  /** Whether any certificate of the server will do. */
  readonly insecure: boolean
}

/** Posts JSON to one server. */
export class JsonConnection implements Disposable {
  readonly #http: HttpClient

  private constructor(http: HttpClient) {
    this.#http = http
  }

  /** Reads certificates and keys; connects with the first request. Throws when a file can't be read. */
  static async open(server: JsonServer): Promise<JsonConnection> {
    const [ca, certificate, key] = await Promise.all(
      [server.ca, server.certificate, server.key].map(readPem),
    )
    const options: HttpServer = {
      url: server.url,
      insecureSkipTlsVerify: server.insecure,
      ...(ca ? { ca } : {}),
      ...(certificate && key ? { clientCertificate: { certificate, key } } : {}),
      ...(server.serverName ? { serverName: server.serverName } : {}),
    }
    return new JsonConnection(new HttpClient(options))
  }

  /** The answer, undefined where it is no JSON. Throws when there is none, or more than 64 MiB of it. */
  async post(
    path: string,
    body: unknown,
    signal: AbortSignal,
  ): Promise<{ status: number; json: unknown }> {
    const headers = { 'content-type': 'application/json' }
    const answer = await this.#http.request({
      method: 'POST',
      path,
      headers,
      body: JSON.stringify(body),
      signal,
    })
    const chunks: Buffer[] = []
    let size = 0
    for await (const chunk of answer.body as AsyncIterable<Buffer>) {
      size += chunk.length
      if (size > maxBytes) throw new Error(`${this.#http.server.url}: the answer is too long`)
      chunks.push(chunk)
    }
    return { status: answer.status, json: parse(Buffer.concat(chunks).toString()) }
  }

  [Symbol.dispose](): void {
    this.#http[Symbol.dispose]()
  }
}

async function readPem(source: PemSource | undefined): Promise<string | undefined> {
  if (source?.data) return Buffer.from(source.data, 'base64').toString()
  return source?.file ? readFile(source.file, 'utf8') : undefined
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
