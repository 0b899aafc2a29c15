import { randomUUID } from 'node:crypto'
import type { Answer } from '../api-server.ts'
import type { ServerRequest } from '../server-request.ts'
import type { Headers } from './exchange.ts'

const maxWarningBytes = 4096

/** The headers of every answer: audit id, caching, flow control's, and warnings. */
export function commonHeaders(
  request: ServerRequest,
  { warnings, headers: sorted }: Pick<Answer, 'warnings' | 'headers'>,
): Headers {
  const headers: Headers = {
    'audit-id': request.header('audit-id')?.slice(0, 64) || randomUUID(),
    'cache-control': 'no-cache, private',
    ...sorted,
  }
  if (warnings.length) headers['warning'] = limited(warnings.map(warningHeader))
  return headers
}

/** A warning as RFC 7234 writes it; Kubernetes uses code 299 and no agent. */
const warningHeader = (text: string): string =>
  `299 - "${text.replace(/["\\]/g, '\\$&').replace(controls, ' ')}"`

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const controls = /[\x00-\x1f\x7f]/g

function limited(texts: string[]): string[] {
  let left = maxWarningBytes
  return texts.filter(text => {
    left -= text.length
    return left >= 0
  })
}
