import { randomBytes } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isLoopbackHost, isSameSecret } from '#platform/gate.ts'

const sessionLimit = 64

/**
 * Who may use the web host: a launch token is good for one visit and is swapped for a session cookie, so it never stays
 * in an address bar. The Host header must name this machine's loopback address (against DNS rebinding), and a WebSocket
 * must come from the page itself.
 */
export class Gatekeeper {
  readonly #port: () => number
  readonly #launchTokens = new Set<string>()
  readonly #sessions = new Set<string>()
  /** Lets another process of the same user ask for a launch link; kept in a file only they can read. */
  readonly controlToken = randomBytes(32).toString('base64url')

  constructor(port: () => number) {
    this.#port = port
  }

  /** A path with a fresh one-time token. */
  launchPath(): string {
    const token = randomBytes(32).toString('base64url')
    this.#launchTokens.add(token)
    if (this.#launchTokens.size > sessionLimit) drop(this.#launchTokens)
    return `/launch?t=${token}`
  }

  /** Swaps a launch token for a cookie to set; undefined when the token is unknown or used. */
  admit(token: string): string | undefined {
    const known = [...this.#launchTokens].find(candidate => isSameSecret(candidate, token))
    if (!known) return undefined
    this.#launchTokens.delete(known)
    const session = randomBytes(32).toString('base64url')
    this.#sessions.add(session)
    if (this.#sessions.size > sessionLimit) drop(this.#sessions)
    return `${this.#cookieName()}=${session}; Path=/; HttpOnly; SameSite=Strict`
  }

  isControl(token: string | string[] | undefined): boolean {
    return typeof token === 'string' && isSameSecret(token, this.controlToken)
  }

  isHost(host: string | undefined): boolean {
    return isLoopbackHost(host, this.#port())
  }

  hasSession(cookies: string | undefined): boolean {
    const prefix = `${this.#cookieName()}=`
    const given = (cookies ?? '')
      .split(/; */)
      .find(cookie => cookie.startsWith(prefix))
      ?.slice(prefix.length)
    return given !== undefined && [...this.#sessions].some(session => isSameSecret(session, given))
  }

  /** Whether a WebSocket comes from the page that this host served, in a session. */
  admitsSocket({ headers: { host, origin, cookie } }: IncomingMessage): boolean {
    return this.isHost(host) && origin === `http://${host}` && this.hasSession(cookie)
  }

  // Cookies ignore ports: the name tells several web hosts on one machine apart.
  #cookieName(): string {
    return `slipway-${this.#port()}`
  }
}

function drop(set: Set<string>): void {
  const [oldest] = set
  if (oldest !== undefined) set.delete(oldest)
}
