import http from 'node:http'
import { ask } from './ask.ts'

/** Something that is asked again and again, and what counts as an answer. */
export interface Question {
  path: string
  method?: string
  body?: string
  isFine(status: number, text: string): boolean
}

/** What a load came to. */
export interface LoadReport {
  answered: Map<string, number>
  /** What was asked and what came of it, in words, with how often and when first, in ms since the start. */
  failures: Map<string, { times: number; firstMs: number }>
}

/**
 * Asks questions over kept connections, each client one after the other, until it is stopped; every answer that isn't fine,
 * and every request without one, is a failure.
 */
export function startLoad(
  port: number,
  host: string,
  questions: readonly Question[],
  clients = 8,
): { stop(): Promise<LoadReport> } {
  const report: LoadReport = { answered: new Map(), failures: new Map() }
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients })
  const started = performance.now()
  let isOver = false
  const fail = (text: string) => {
    const known = report.failures.get(text)
    if (known) known.times++
    else report.failures.set(text, { times: 1, firstMs: Math.round(performance.now() - started) })
  }
  const client = async (first: number) => {
    for (let index = first; !isOver; index++) {
      const question = questions[index % questions.length] as Question
      const { path, method = 'GET', body } = question
      const what = `${method} ${path}`
      try {
        const { status, text } = await ask(port, host, path, {
          method,
          agent,
          ...(body ? { body } : {}),
        })
        if (question.isFine(status, text))
          report.answered.set(what, (report.answered.get(what) ?? 0) + 1)
        else fail(`${what}: ${status} ${text}`)
      } catch (error) {
        fail(`${what}: ${error}`)
      }
    }
  }
  const running = Array.from({ length: clients }, (_, index) => client(index))
  return {
    async stop() {
      isOver = true
      await Promise.all(running)
      agent.destroy()
      return report
    },
  }
}
