import { STATUS_CODES } from 'node:http'

/** An answer of the proxy's own, as text for people and `curl`. */
export interface OwnAnswer {
  status: number
  headers: Record<string, string>
  body: string
}

/** Says in one line what is wrong, and in another what to do about it. */
export function ownAnswer(status: number, problem: string, advice: string): OwnAnswer {
  const body = `${status} ${STATUS_CODES[status]}\n\n${problem}\n${advice}\n`
  return {
    status,
    headers: {
      'content-type': 'text/plain; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
    },
    body,
  }
}
