import { type ClientHttp2Session, connect } from 'node:http2'
import { systemClock } from '#base/clock.ts'
import { parseJson, type RawAnswer, type RawRequest } from '../support/raw-api.ts'

/** Where the server is, and the administrator's certificate. */
export interface ServerAddress {
  url: string
  ca: string
  key: string
  cert: string
}

const answerWithinMs = 30_000
/** A watch that tells nothing is dropped then. */
const keptOpenMs = 100

/** How a scenario asks. */
export interface Asker {
  /** Sends a request and judges its answer; `wanted` is what its status has to be, where that is known. */
  ask(
    method: string,
    path: string,
    request?: RawRequest & { wanted?: readonly number[]; because?: string },
  ): Promise<RawAnswer>
  /** Opens a stream and drops it: after the head of the answer, after some of its body, or in the midst of its own. */
  drop(method: string, path: string, options: { body?: Buffer; after: number }): Promise<void>
}

/** Sends requests of every shape, counts them, and judges what every answer has to be. */
export class FuzzClient implements Asker, Disposable {
  readonly #sessions: ClientHttp2Session[]
  readonly faults: string[] = []
  sent = 0
  #next = 0

  constructor({ url, ca, key, cert }: ServerAddress, connections = 2) {
    this.#sessions = Array.from({ length: connections }, () =>
      connect(url, { ca, key, cert }).on('error', error =>
        this.faults.push(`connection: ${error}`),
      ),
    )
  }

  /** The same client, whose faults carry a label. */
  labelled(label: string): Asker {
    return {
      ask: (method, path, request = {}) =>
        this.ask(method, path, { ...request, because: `${label} ${request.because ?? ''}` }),
      drop: (method, path, options) => this.drop(method, path, options),
    }
  }

  async ask(
    method: string,
    path: string,
    request: RawRequest & { wanted?: readonly number[]; because?: string } = {},
  ): Promise<RawAnswer> {
    const answer = await this.#exchange(method, path, request)
    const problem = problemOf(answer, method, path, request.wanted)
    if (problem)
      this.faults.push(
        `${request.because ?? ''} ${method} ${path.slice(0, 300)} ${show(request)}: ${problem}: ${answer.status} ${answer.bytes.toString().slice(0, 600)}`,
      )
    return answer
  }

  drop(
    method: string,
    path: string,
    { body, after }: { body?: Buffer; after: number },
  ): Promise<void> {
    this.sent++
    const stream = this.#session().request({
      ':method': method,
      ':path': path,
      ...(body ? { 'content-type': 'application/json' } : {}),
    })
    return new Promise(resolve => {
      let heard = 0
      const end = () => {
        // Not closed: that would end a body as if it were whole.
        stream.destroy(new Error('dropped'))
        resolve()
      }
      systemClock.after(keptOpenMs, end)
      stream.on('error', () => resolve())
      stream.on('close', () => resolve())
      stream.on('response', () => after <= 0 && end())
      stream.on('data', (chunk: Buffer) => {
        heard += chunk.length
        if (heard >= after) end()
      })
      if (!body) stream.end()
      else stream.write(body, () => end())
    })
  }

  #session(): ClientHttp2Session {
    const session = this.#sessions[this.#next++ % this.#sessions.length]
    if (!session) throw new Error('no connection')
    return session
  }

  #exchange(method: string, path: string, { headers, body }: RawRequest): Promise<RawAnswer> {
    this.sent++
    const isBytes = typeof body === 'string' || body instanceof Uint8Array
    const sent = body === undefined || isBytes ? body : JSON.stringify(body)
    const stream = this.#session().request(
      {
        ':method': method,
        ':path': path,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      { endStream: sent === undefined },
    )
    return new Promise(resolve => {
      const chunks: Buffer[] = []
      let status = 0
      let answered: RawAnswer['headers'] = {}
      const end = (failure?: string) => {
        const bytes = failure === undefined ? Buffer.concat(chunks) : Buffer.from(failure)
        resolve({ status, headers: answered, bytes, json: parseJson(bytes) })
      }
      stream.setTimeout(answerWithinMs, () => {
        stream.close(8)
        end('no answer')
      })
      stream.on('response', head => {
        status = head[':status'] ?? 0
        answered = head as RawAnswer['headers']
      })
      stream.on('data', chunk => chunks.push(chunk))
      stream.on('error', error => end(`${error}`))
      stream.on('end', () => end())
      if (sent !== undefined) stream.end(sent)
    })
  }

  [Symbol.dispose](): void {
    for (const session of this.#sessions) session.destroy()
  }
}

function show({ headers, body }: RawRequest): string {
  const text =
    body instanceof Uint8Array
      ? `base64:${Buffer.from(body).toString('base64')}`
      : typeof body === 'string'
        ? body
        : (JSON.stringify(body) ?? '')
  return `${JSON.stringify(headers ?? {})} ${text.slice(0, 1500)}`
}

/** What is wrong with an answer; undefined when nothing is. */
function problemOf(
  { status, headers, json, bytes }: RawAnswer,
  method: string,
  path: string,
  wanted: readonly number[] | undefined,
): string | undefined {
  if (!status) return 'not answered'
  if (status >= 500 && !isDocumented(status, json ?? { message: bytes.toString() }, path))
    return 'the server failed'
  if (wanted && !wanted.includes(status)) return `not ${wanted}`
  if (status < 400 || method === 'HEAD') return undefined
  const type = String(headers['content-type'] ?? '')
  if (!type.startsWith('application/json')) {
    const isPlain = status === 404 && bytes.toString() === '404 page not found\n'
    return isPlain || /yaml|protobuf/.test(type) ? undefined : `a refusal as ${type}`
  }
  return isStatus(json, status) ? undefined : 'a refusal that is no Status'
}

interface Refusal {
  reason?: string
  message?: string
  details?: { causes?: { reason?: string }[] }
}

/** What upstream itself answers with a 500. */
const upstreamsOwn =
  /without impersonating a user|^failed to create typed patch object|^resourceVersion should not be set on objects to be created$/

/** A version that is yet to come is waited for in vain, and nothing stands behind a proxy here. */
function isDocumented(status: number, json: Refusal | undefined, path: string): boolean {
  const [cause] = json?.details?.causes ?? []
  if (status === 504) return cause?.reason === 'ResourceVersionTooLarge'
  if (status === 500 && upstreamsOwn.test(json?.message ?? '')) return true
  return status === 503 && /\/(proxy|exec|attach|portforward|log)\b/.test(path)
}

function isStatus(json: Record<string, unknown> | undefined, code: number): boolean {
  return (
    json?.['kind'] === 'Status' &&
    json['apiVersion'] === 'v1' &&
    json['status'] === 'Failure' &&
    json['code'] === code &&
    typeof json['metadata'] === 'object' &&
    typeof json['message'] === 'string'
  )
}
