import http, { type IncomingMessage } from 'node:http'
import { type Duplex, pipeline } from 'node:stream'
import { errorMessage } from '#base/errors.ts'
import type { Backend } from '../service-ports.ts'
import type { BackendConnections } from './backend-connections.ts'
import { NoBackendError } from './forward-request.ts'
import { backendHeaders, clientHeaders, type Entrance, type Headers } from './forwarded-headers.ts'

/**
 * Passes an upgrade (WebSocket and others) to the first backend that can be reached, and joins both connections once it
 * agrees. When it answers otherwise, the client gets that answer. Throws `NoBackendError` when none can be reached.
 */
export async function forwardUpgrade(
  request: IncomingMessage,
  client: Duplex,
  head: Buffer,
  backends: readonly Backend[],
  { connections, entrance }: { connections: BackendConnections; entrance: Entrance },
): Promise<void> {
  const socket = await connectToFirst(backends, connections)
  const outgoing = http.request({
    createConnection: () => socket,
    method: request.method ?? 'GET',
    path: request.url ?? '/',
    headers: {
      ...backendHeaders(request, entrance),
      connection: 'Upgrade',
      upgrade: request.headers.upgrade ?? '',
    },
    setHost: false,
  })
  client.once('close', () => socket.destroy())
  outgoing.once('upgrade', (answer, backend, backendHead) => {
    client.write(
      answerHead(answer, { connection: 'Upgrade', upgrade: answer.headers.upgrade ?? '' }),
    )
    if (backendHead.length) client.write(backendHead)
    if (head.length) backend.write(head)
    client.pipe(backend).pipe(client)
    backend.once('close', () => client.destroy())
  })
  outgoing.once('response', answer => {
    client.write(answerHead(answer, { connection: 'close' }))
    pipeline(answer, client, () => {})
  })
  outgoing.once('error', () => client.destroy())
  outgoing.end()
}

async function connectToFirst(
  backends: readonly Backend[],
  connections: BackendConnections,
): Promise<Duplex> {
  let failure: unknown
  for (const backend of backends) {
    try {
      return await connections.connect(backend)
    } catch (error) {
      failure = error
    }
  }
  throw new NoBackendError(errorMessage(failure), { cause: failure })
}

/** Status line and headers as they go over the wire. */
function answerHead(answer: IncomingMessage, own: Headers): string {
  const lines = Object.entries({ ...clientHeaders(answer), ...own }).flatMap(([name, values]) =>
    [values].flat().map(value => `${name}: ${value}`),
  )
  return [`HTTP/1.1 ${answer.statusCode} ${answer.statusMessage}`, ...lines, '', ''].join('\r\n')
}
