import type { ApiServer } from '../api-server.ts'
import { watchEncoder } from '../encode-reply.ts'
import { badRequest, statusOf } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { ServerRequest } from '../server-request.ts'
import type { Services } from '../services.ts'
import { offeredSubprotocols } from '../streaming/accept-web-socket.ts'
import { watchOverWebSocket } from '../streaming/watch-over-web-socket.ts'
import type { Exchange } from './exchange.ts'
import { negotiate } from './negotiate.ts'
import { respond } from './respond.ts'

/** Connects a server's listeners to the pipeline. */
export function serveHttp(server: ApiServer): {
  serve(exchange: Exchange): void
  upgrade(request: ServerRequest, refuse: (status: number, body: string) => void): void
} {
  return {
    serve(exchange) {
      void server
        .handle(exchange.request)
        .then(answer => respond(exchange, answer, server.services))
    },
    upgrade(request, refuse) {
      void server
        .handle(request)
        .then(({ reply }) => {
          if (reply.kind === 'upgraded') return undefined
          if (reply.kind === 'watch') return upgradeWatch(reply, request, server.services)
          if (reply.kind === 'value') refuse(reply.status, JSON.stringify(reply.value))
          else if (reply.kind === 'bytes')
            refuse(reply.status, new TextDecoder().decode(reply.body))
          else throw badRequest('this path does not switch protocols')
          return undefined
        })
        .catch(error => {
          const status = statusOf(error)
          refuse(status.code ?? 500, JSON.stringify(status))
        })
    },
  }
}

/** Watches are served over WebSockets too, for browsers. */
function upgradeWatch(
  { watcher, definition }: Extract<Reply, { kind: 'watch' }>,
  request: ServerRequest,
  services: Services,
): Promise<void> {
  const { upgrade } = request
  if (!upgrade || !offeredSubprotocols(upgrade))
    throw badRequest('a watch is served over WebSocket, no other protocol')
  const form = negotiate(request.header('accept'))
  const isPlain = form.format === 'json' && !form.as
  return watchOverWebSocket(upgrade, watcher, {
    isBinary: form.format === 'protobuf',
    ...(isPlain ? {} : { encode: watchEncoder(definition, form, request, services) }),
  })
}
