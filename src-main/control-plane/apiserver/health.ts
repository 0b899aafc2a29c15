import { goQuoted } from '#kubernetes/go-text.ts'
import type { Reply } from './reply.ts'
import { textReply } from './reply.ts'
import type { RequestContext } from './server-request.ts'

/** One thing that has to be well; says what is wrong, or nothing. */
export interface HealthCheck {
  name: string
  /** Which endpoints ask it beside `/healthz`. */
  on: readonly ('livez' | 'readyz')[]
  problem(): string | undefined
}

type Endpoint = 'healthz' | 'livez' | 'readyz'

/** Answers `/healthz`, `/livez` and `/readyz`, and single checks below them, as upstream does. */
export class Health {
  readonly #checks: HealthCheck[]

  constructor(checks: HealthCheck[]) {
    this.#checks = checks
  }

  answer(endpoint: Endpoint, context: RequestContext): Reply | undefined {
    const asked = context.info.path.split('/').slice(2).join('/')
    const checks = this.#checksOf(endpoint)
    if (asked) {
      const check = checks.find(({ name }) => name === asked)
      if (!check) return undefined
      const problem = check.problem()
      return problem === undefined
        ? textReply('ok')
        : textReply(`internal server error: ${problem}\n`, 500)
    }
    return this.#all(endpoint, checks, context.request.query)
  }

  /** The names of the checks below an endpoint. */
  namesOf(endpoint: Endpoint): string[] {
    return this.#checksOf(endpoint).map(({ name }) => name)
  }

  #checksOf(endpoint: Endpoint): HealthCheck[] {
    return this.#checks.filter(check => endpoint === 'healthz' || check.on.includes(endpoint))
  }

  #all(endpoint: Endpoint, checks: readonly HealthCheck[], query: URLSearchParams): Reply {
    const excluded = new Set(query.getAll('exclude'))
    const lines: string[] = []
    let failed = false
    for (const check of checks) {
      if (excluded.has(check.name)) {
        excluded.delete(check.name)
        lines.push(`[+]${check.name} excluded: ok`)
        continue
      }
      const isBad = check.problem() !== undefined
      failed ||= isBad
      lines.push(isBad ? `[-]${check.name} failed: reason withheld` : `[+]${check.name} ok`)
    }
    if (excluded.size > 0) {
      const unknown = [...excluded].sort().map(goQuoted).join(',')
      lines.push(`warn: some health checks cannot be excluded: no matches for ${unknown}`)
    }
    if (failed) return textReply(`${lines.join('\n')}\n${endpoint} check failed\n`, 500)
    if (!query.has('verbose')) return textReply('ok')
    return textReply(`${lines.join('\n')}\n${endpoint} check passed\n`)
  }
}
