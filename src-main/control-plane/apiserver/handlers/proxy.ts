import type { IncomingMessage } from 'node:http'
import { statusError } from '#kubernetes/status-error.ts'
import { responseHeaders } from '../proxy/proxy-headers.ts'
import { beginRequest, exchange, hostOf } from '../proxy/proxy-request.ts'
import { type ProxyTarget, proxyTarget } from '../proxy/proxy-target.ts'
import { proxyUpgrade } from '../proxy/proxy-upgrade.ts'
import { rewriteHtml, rewriteLink } from '../proxy/rewrite-links.ts'
import type { Reply } from '../reply.ts'
import type { ServerRequest } from '../server-request.ts'
import type { Target } from './target.ts'

/** Larger pages pass with their links as they are. */
const maxRewrittenBytes = 8 * 1024 * 1024

/** Passes a request on to a pod, a service's endpoint or a node, and its answer back; connections may switch protocols. */
export async function proxy(target: Target): Promise<Reply> {
  const { request } = target.context
  const { prefix, path } = splitPath(request.path)
  const query = request.query.size ? `?${request.query}` : ''
  const backend = proxyTarget(target)
  if (!path && ['GET', 'HEAD'].includes(request.method)) return redirect(`${prefix}/${query}`)
  const { dialer } = target.services
  if (!dialer) throw statusError('ServiceUnavailable', 'no node is attached to this cluster')
  const asked = { request, path: `${path || '/'}${query}` }
  if (request.upgrade) {
    const headers = { connection: 'Upgrade', upgrade: request.header('upgrade') ?? '' }
    const outgoing = await beginRequest(dialer, backend, { ...asked, headers })
    await proxyUpgrade(request.upgrade, outgoing)
    return { kind: 'upgraded' }
  }
  const outgoing = await beginRequest(dialer, backend, asked)
  const answer = await exchange(outgoing, request.bodyStream?.())
  return replyOf(answer, request, prefix, backend)
}

/** The part of the URL up to `proxy`, and what follows it, still encoded. */
function splitPath(path: string): { prefix: string; path: string } {
  const found = /^(\/api\/v1\/(?:namespaces\/[^/]+\/)?[^/]+\/[^/]+\/proxy)(\/.*)?$/.exec(path)
  return { prefix: found?.[1] ?? path, path: found?.[2] ?? '' }
}

const redirect = (location: string): Reply => ({
  kind: 'bytes',
  status: 301,
  headers: { location },
  body: new Uint8Array(),
})

async function replyOf(
  answer: IncomingMessage,
  request: ServerRequest,
  prefix: string,
  backend: ProxyTarget,
): Promise<Reply> {
  const status = answer.statusCode ?? 502
  const headers = responseHeaders(answer)
  const hosts = [hostOf(backend), request.header('host') ?? request.header(':authority') ?? '']
  const location = answer.headers.location
  if (location) {
    const own = hosts.find(host => host && location.includes(`//${host}`)) ?? ''
    headers['location'] = rewriteLink(location, prefix, own)
    return { kind: 'stream', status, headers, chunks: answer }
  }
  const isPage = /^text\/html\b/i.test(answer.headers['content-type'] ?? '')
  if (!isPage || answer.headers['content-encoding'] || request.header('range'))
    return { kind: 'stream', status, headers, chunks: answer }
  delete headers['content-length']
  return { kind: 'stream', status, headers, chunks: rewrittenPage(answer, prefix, hosts[0] ?? '') }
}

async function* rewrittenPage(
  answer: IncomingMessage,
  prefix: string,
  host: string,
): AsyncGenerator<Uint8Array, void, void> {
  let page: Buffer[] | undefined = []
  let size = 0
  for await (const chunk of answer as AsyncIterable<Buffer>) {
    page?.push(chunk)
    size += chunk.length
    if (!page) yield chunk
    else if (size > maxRewrittenBytes) {
      yield* page
      page = undefined
    }
  }
  // latin1 keeps every byte as it is, whatever the page's character set.
  if (page)
    yield Buffer.from(rewriteHtml(Buffer.concat(page).toString('latin1'), prefix, host), 'latin1')
}
