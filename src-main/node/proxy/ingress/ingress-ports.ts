import { readFile } from 'node:fs/promises'
import type { Socket } from 'node:net'
import path from 'node:path'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import { findPortHolder } from '#platform/ports.ts'
import { LoopbackListener } from '../loopback-listener.ts'

export type Scheme = 'http' | 'https'

/** The scheme's own port, and the one to try when that can't be had. */
const usualPorts: Record<Scheme, [first: number, second: number]> = {
  http: [80, 8080],
  https: [443, 8443],
}

/** A listener, and why it doesn't have the scheme's usual port when it doesn't. */
export interface OpenPort {
  listener: LoopbackListener
  reason: string | undefined
}

/**
 * Finds ports on localhost for both schemes: what was given, or else what this cluster had before, 80 and 443, 8080 and
 * 8443, and at last any that is free. What it finds is kept in a file, so that addresses stay as they are.
 */
export class IngressPorts {
  readonly #file: string
  readonly #given: Partial<Record<Scheme, number>>
  readonly #usual: typeof usualPorts

  constructor(dataDir: string, given: Partial<Record<Scheme, number>> = {}, usual = usualPorts) {
    this.#file = path.join(dataDir, 'ingress-ports.json')
    this.#given = given
    this.#usual = usual
  }

  /** Throws only when a given port can't be had; the error names who has it. */
  async open(scheme: Scheme, onConnection: (socket: Socket) => void): Promise<OpenPort> {
    const given = this.#given[scheme]
    const kept = await this.#read()
    const wanted = given ? [given] : [kept[scheme], ...this.#usual[scheme], 0]
    let reason: string | undefined
    for (const port of wanted) {
      if (port === undefined) continue
      try {
        const listener = await LoopbackListener.open(port, onConnection)
        if (!given && kept[scheme] !== listener.port) {
          await writeFileAtomic(this.#file, JSON.stringify({ ...kept, [scheme]: listener.port }))
        }
        return { listener, reason: listener.port === this.#usual[scheme][0] ? undefined : reason }
      } catch (error) {
        if (given) throw new Error(`port ${given} for ingresses ${await explain(given, error)}`)
        reason ??= `port ${port} ${await explain(port, error)}`
      }
    }
    throw new Error(`no port for ${scheme} can be had: ${reason}`)
  }

  async #read(): Promise<Partial<Record<Scheme, number>>> {
    try {
      return JSON.parse(await readFile(this.#file, 'utf8')) as Partial<Record<Scheme, number>>
    } catch {
      return {}
    }
  }
}

async function explain(port: number, error: unknown): Promise<string> {
  const { code, message } = error as NodeJS.ErrnoException
  if (code === 'EACCES') return 'needs administrator rights'
  if (code !== 'EADDRINUSE') return message
  const holder = await findPortHolder(port)
  return `is taken by ${holder ? `${holder.program} (process ${holder.pid})` : 'another program'}`
}
