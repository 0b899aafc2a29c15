import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Answer } from '../api-server.ts'
import { encodeReply, listPieces } from '../encode-reply.ts'
import { statusOf } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { ServerRequest } from '../server-request.ts'
import type { Services } from '../services.ts'
import { commonHeaders } from './common-headers.ts'
import type { Exchange, Headers } from './exchange.ts'
import { contentTypes, type Negotiated, negotiate } from './negotiate.ts'
import { streamPieces } from './stream-pieces.ts'
import { streamChunks, streamWatch } from './stream-reply.ts'

const compress = promisify(gzip)
const compressFrom = 128 * 1024
const streamFromItems = 50

/** Writes an answer to the wire: negotiated, transformed, compressed when it pays. */
export async function respond(
  exchange: Exchange,
  answer: Answer,
  services: Services,
): Promise<void> {
  const { request } = exchange
  const headers = commonHeaders(request, answer)
  try {
    await write(exchange, answer, headers, services)
  } catch (error) {
    const status = statusOf(error)
    const body = Buffer.from(JSON.stringify(status))
    exchange.respond(status.code ?? 500, { ...headers, 'content-type': 'application/json' }, body)
  }
}

async function write(
  exchange: Exchange,
  { reply }: Answer,
  headers: Headers,
  services: Services,
): Promise<void> {
  const { request } = exchange
  if (reply.kind === 'upgraded') return
  if (reply.kind === 'bytes') {
    await send(exchange, reply.status, { ...headers, ...reply.headers }, reply.body)
    return
  }
  if (reply.kind === 'stream') {
    await streamChunks(
      exchange.stream(reply.status ?? 200, { ...headers, ...reply.headers }),
      reply.chunks,
    )
    return
  }
  const isFailure = reply.kind === 'value' && reply.status >= 400
  const form = isFailure
    ? failureForm(request.header('accept'))
    : negotiate(request.header('accept'), { hasTable: hasTable(reply) })
  if (reply.kind === 'watch') {
    streamWatch(exchange, headers, reply.watcher, form, services)
    return
  }
  const pretty = form.format === 'json' && wantsIndented(request)
  const isPlain = form.format === 'json' && !form.as && !pretty
  if (isPlain && reply.kind === 'list' && isStreamed(reply.items.length, request)) {
    const json = { ...headers, 'content-type': contentTypes.json }
    await streamPieces(exchange.stream(200, json), listPieces(reply))
    return
  }
  const { status, contentType, body, extra } = await encodeReply(reply, form, request, services)
  const shown = pretty
    ? Buffer.from(`${JSON.stringify(JSON.parse(body.toString()), null, 2)}\n`)
    : body
  await send(exchange, status, { ...headers, ...extra, 'content-type': contentType }, shown)
}

/** Stored objects have columns; of values only a Status is told as it is to who asks for a Table. */
const hasTable = (reply: Reply): boolean =>
  reply.kind !== 'value' || (reply.value as { kind?: string }).kind === 'Status'

/** A failure is told in JSON when the asked form can't be had. */
function failureForm(accept: string | undefined): Negotiated {
  try {
    const { format } = negotiate(accept)
    return { format }
  } catch {
    return { format: 'json' }
  }
}

async function send(
  exchange: Exchange,
  status: number,
  headers: Headers,
  body: Uint8Array,
): Promise<void> {
  if (!wantsGzip(exchange.request) || body.length <= compressFrom || headers['content-encoding']) {
    exchange.respond(status, headers, body)
    return
  }
  const packed = await compress(body, { level: 1 })
  exchange.respond(
    status,
    { ...headers, 'content-encoding': 'gzip', vary: 'Accept-Encoding' },
    packed,
  )
}

/** Whether a list is sent as it is put together, instead of whole with its length. */
const isStreamed = (items: number, request: ServerRequest): boolean =>
  items > streamFromItems && !wantsGzip(request) && request.method !== 'HEAD'

/** As asked for; people who look with curl, Wget or a browser need not ask. */
function wantsIndented(request: ServerRequest): boolean {
  const asked = request.query.get('pretty')
  return asked
    ? /^(1|t|T|true|True|TRUE)$/.test(asked)
    : /^(curl|Wget|Mozilla\/5\.0)/.test(request.header('user-agent') ?? '')
}

/** Only by its bare name: an encoding with a quality is not taken for asked, as upstream. */
const wantsGzip = (request: ServerRequest): boolean =>
  /(^|,) *gzip *(,|$)/.test(request.header('accept-encoding') ?? '')
