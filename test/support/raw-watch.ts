import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createInterface } from 'node:readline'
import type { ControlPlane } from '#control-plane/control-plane.ts'
import { patienceMs } from './eventually.ts'

/** One line of a watch. */
export interface RawEvent {
  type: string
  // biome-ignore lint/suspicious/noExplicitAny: tests look deep into objects of every kind
  object: any
}

/** A watch over a bare HTTPS connection, read line by line. */
export class RawWatch implements Disposable {
  readonly #response: IncomingMessage
  readonly #lines: AsyncIterator<string>

  private constructor(response: IncomingMessage) {
    this.#response = response
    this.#lines = createInterface({ input: response })[Symbol.asyncIterator]()
  }

  /** Resolves when the server has answered, whatever it answered; as administrator. */
  static open(
    { certificates, url }: ControlPlane,
    target: string,
    headers: Record<string, string> = {},
  ): Promise<RawWatch> {
    const { ca, clients } = certificates
    const { key, certificate: cert } = clients['admin'] ?? {}
    return new Promise((resolve, reject) => {
      const identity = key && cert ? { key, cert } : {}
      const options = { headers, ca: ca.certificate, agent: false as const, ...identity }
      httpsRequest(`${url}${target}`, options, response => resolve(new RawWatch(response)))
        .on('error', reject)
        .end()
    })
  }

  get status(): number {
    return this.#response.statusCode ?? 0
  }

  get headers(): IncomingHttpHeaders {
    return this.#response.headers
  }

  /** The next event; undefined when the server has ended the watch. Throws when neither comes. */
  async next(): Promise<RawEvent | undefined> {
    const { promise: late, reject } = Promise.withResolvers<never>()
    const timer = setTimeout(() => reject(new Error('the watch sends no event')), patienceMs)
    try {
      const { value, done } = await Promise.race([this.#lines.next(), late])
      return done ? undefined : (JSON.parse(value) as RawEvent)
    } finally {
      clearTimeout(timer)
    }
  }

  /** The next events, as many as asked for. */
  async take(count: number): Promise<RawEvent[]> {
    const events: RawEvent[] = []
    for (let event = await this.next(); event; event = await this.next())
      if (events.push(event) === count) break
    return events
  }

  /** Everything until the server ends the watch. */
  rest(): Promise<RawEvent[]> {
    return this.take(Number.POSITIVE_INFINITY)
  }

  [Symbol.dispose](): void {
    this.#response.destroy()
  }
}
