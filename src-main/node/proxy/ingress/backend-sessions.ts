import http2, { type ClientHttp2Session } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { Backend } from '../service-ports.ts'

/** A connection without requests is given up after so long. */
const idleMs = 60_000

/** Keeps one connection to each backend that speaks HTTP/2 without TLS; all requests share it. */
export class BackendSessions implements Disposable {
  readonly #connect: (backend: Backend) => Promise<Duplex>
  readonly #sessions = new Map<string, Promise<ClientHttp2Session>>()

  constructor(connect: (backend: Backend) => Promise<Duplex>) {
    this.#connect = connect
  }

  /** A connection that takes requests: the one that is kept, or a fresh one. Throws what connecting throws. */
  sessionFor(backend: Backend): Promise<ClientHttp2Session> {
    const key = keyOf(backend)
    const kept = this.#sessions.get(key)
    if (kept) return kept
    const opening = this.#open(backend, () => {
      if (this.#sessions.get(key) === opening) this.#sessions.delete(key)
    })
    this.#sessions.set(key, opening)
    return opening
  }

  /** Takes no more requests to a backend; those that run go on. */
  retire(backend: Backend): void {
    const key = keyOf(backend)
    void this.#sessions.get(key)?.then(session => session.close(), ignore)
    this.#sessions.delete(key)
  }

  [Symbol.dispose](): void {
    for (const opening of this.#sessions.values()) {
      void opening.then(session => session.destroy(), ignore)
    }
    this.#sessions.clear()
  }

  async #open(backend: Backend, forget: () => void): Promise<ClientHttp2Session> {
    try {
      const socket = await this.#connect(backend)
      const session = http2.connect('http://backend', { createConnection: () => socket })
      session.on('error', forget)
      session.once('goaway', forget)
      session.once('close', forget)
      session.setTimeout(idleMs, () => {
        forget()
        session.close()
      })
      return session
    } catch (error) {
      forget()
      throw error
    }
  }
}

const keyOf = ({ address, port }: Backend) => `${address}:${port}`
const ignore = () => {}
