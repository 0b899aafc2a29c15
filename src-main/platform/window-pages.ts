import { readStaticFile } from './static-files.ts'
import { bootSource } from './window-boot.ts'

/** What the window may load: only what it brings itself. `connect`: further origins it may talk to, such as its core's. */
export const contentSecurityPolicy = (...connect: string[]): string =>
  `default-src 'none'; script-src 'self' ${bootSource}; ` +
  "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; " +
  `connect-src ${["'self'", ...connect].join(' ')}; worker-src 'self'; base-uri 'none'; form-action 'none'; ` +
  "frame-ancestors 'none'; object-src 'none'"

/** The headers of every answer to a window. */
export const securityHeaders: Record<string, string> = {
  'content-security-policy': contentSecurityPolicy(),
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'cache-control': 'no-cache',
}

/**
 * Answers a request for one of the window's own files, the same for every host: only GET and HEAD, only files below
 * `folder`, always with the security headers.
 */
export async function answerPage(
  request: { url: string; method: string },
  folder: string,
  headers: Record<string, string> = {},
): Promise<Response> {
  const say = (status: number, text: string) =>
    new Response(`${text}\n`, {
      status,
      headers: { ...securityHeaders, ...headers, 'content-type': 'text/plain; charset=utf-8' },
    })
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return say(405, 'Only GET is answered here.')
  }
  const file = await readStaticFile(folder, new URL(request.url).pathname)
  if (!file) return say(404, 'There is no such page.')
  return new Response(request.method === 'HEAD' ? null : file.body, {
    headers: {
      ...securityHeaders,
      ...headers,
      'content-type': file.type,
      'content-length': String(file.body.length),
      ...(file.immutable ? { 'cache-control': 'private, max-age=31536000, immutable' } : {}),
    },
  })
}
