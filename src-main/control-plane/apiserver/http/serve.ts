import type { ApiServer } from '../api-server.ts'
import type { ServerRequest } from '../server-request.ts'
import type { Exchange } from './exchange.ts'
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
      void server.handle(request).then(({ reply }) => {
        if (reply.kind === 'upgraded') return
        if (reply.kind === 'value') refuse(reply.status, JSON.stringify(reply.value))
        else if (reply.kind === 'bytes') refuse(reply.status, new TextDecoder().decode(reply.body))
        else refuse(400, 'this path does not switch protocols\n')
      })
    },
  }
}
