import type { IncomingMessage, RequestOptions } from 'node:http'
import type { ByteStream } from '#base/streams.ts'
import type { HTTPGetAction } from '#kubernetes/api/core-v1.ts'
import { byteDuplex } from '#platform/node-streams.ts'

export interface HttpAnswer {
  status: number
  body: string
}

export interface HttpRequest {
  action: HTTPGetAction
  host: string
  port: number
  connect(host: string, port: number, signal: AbortSignal): Promise<ByteStream>
  signal: AbortSignal
  userAgent: string
}

const maxBodyBytes = 10_240

/** The URL as it stands in messages. */
export function urlOf({ scheme = 'HTTP', path = '/' }: HTTPGetAction, host: string, port: number) {
  const slash = path.startsWith('/') ? '' : '/'
  return `${scheme.toLowerCase()}://${host}:${port}${slash}${path}`
}

/** Sends a GET into the pod and reads at most 10 KiB of the answer. Certificates aren't checked, as the kubelet doesn't. */
export async function httpGet(request: HttpRequest): Promise<HttpAnswer> {
  const { action, host, port, signal } = request
  const stream = byteDuplex(await request.connect(host, port, signal))
  const isTls = action.scheme === 'HTTPS'
  const http = await import('node:http')
  const socket = isTls
    ? (await import('node:tls')).connect({ socket: stream, rejectUnauthorized: false })
    : stream
  const headers: Record<string, string> = {
    'user-agent': request.userAgent,
    accept: '*/*',
    connection: 'close',
    host: `${host}:${port}`,
  }
  for (const { name, value } of action.httpHeaders ?? []) headers[name.toLowerCase()] = value
  const { pathname, search } = new URL(urlOf(action, host, port))
  const options: RequestOptions = {
    method: 'GET',
    path: pathname + search,
    headers,
    signal,
    createConnection: () => socket,
  }
  try {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      http.request(options, resolve).on('error', reject).end()
    })
    return { status: answer.statusCode ?? 0, body: await readBody(answer) }
  } finally {
    socket.destroy()
  }
}

async function readBody(answer: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of answer) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= maxBodyBytes) break
  }
  return Buffer.concat(chunks).subarray(0, maxBodyBytes).toString('utf8')
}
