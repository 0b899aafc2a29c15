import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { carryContract } from '#app/contract-carrier.ts'
import type { Logger } from '#base/logger.ts'
import type { Handlers } from '#contract/contract.ts'
import { answerPage, securityHeaders } from '#platform/window-pages.ts'
import { type ControlAddress, controlHeader } from './attach.ts'
import { Gatekeeper } from './security.ts'

export interface WebServer extends AsyncDisposable {
  /** The address to open, with a fresh one-time token. */
  launchUrl(): string
  readonly port: number
  /** For a second start on the same data directory. */
  readonly control: ControlAddress
}

/** Serves the window and its contract on loopback. Throws when the port is taken. */
export async function startWebServer(options: {
  port: number
  folder: string
  handlers: Handlers
  logger: Logger
}): Promise<WebServer> {
  const server = createServer()
  const gatekeeper = new Gatekeeper(() => portOf(server))
  server.on('request', (request, response) => {
    answer(request, response, options.folder, gatekeeper).catch(error => {
      options.logger.warn('a page request failed', { error })
      if (!response.headersSent) reply(response, 500, 'The page could not be read.')
      else response.destroy()
    })
  })
  const carrier = await carryContract(server, {
    admits: request => gatekeeper.admitsSocket(request),
    handlers: options.handlers,
    logger: options.logger,
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, '127.0.0.1', resolve)
  })
  return {
    port: portOf(server),
    control: { port: portOf(server), token: gatekeeper.controlToken },
    launchUrl: () => launchUrl(server, gatekeeper),
    async [Symbol.asyncDispose]() {
      carrier[Symbol.dispose]()
      server.closeAllConnections()
      await new Promise<void>(resolve => server.close(() => resolve()))
    },
  }
}

const launchUrl = (server: Server, gatekeeper: Gatekeeper) =>
  `http://127.0.0.1:${portOf(server)}${gatekeeper.launchPath()}`

const portOf = (server: Server) => (server.address() as AddressInfo | null)?.port ?? 0

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  folder: string,
  gatekeeper: Gatekeeper,
): Promise<void> {
  if (!gatekeeper.isHost(request.headers.host)) {
    return reply(response, 421, 'Slipway answers only to 127.0.0.1 and localhost.')
  }
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return reply(response, 405, 'Only GET is answered here.')
  const url = new URL(request.url ?? '/', 'http://localhost')
  if (url.pathname === '/launch-link') {
    if (!gatekeeper.isControl(request.headers[controlHeader])) return refuse(response)
    return reply(response, 200, `http://${request.headers.host}${gatekeeper.launchPath()}`)
  }
  if (url.pathname === '/launch') {
    const cookie = gatekeeper.admit(url.searchParams.get('t') ?? '')
    if (!cookie) return refuse(response)
    response.writeHead(303, { ...securityHeaders, 'set-cookie': cookie, location: '/' }).end()
    return
  }
  if (!gatekeeper.hasSession(request.headers.cookie)) return refuse(response)
  const page = await answerPage({ url: url.href, method: request.method }, folder)
  response.writeHead(page.status, Object.fromEntries(page.headers))
  response.end(new Uint8Array(await page.arrayBuffer()))
}

const refuse = (response: ServerResponse) =>
  reply(
    response,
    401,
    'This address needs the link that Slipway printed when it started. Start it again to get a new one.',
  )

function reply(response: ServerResponse, status: number, text: string): void {
  response
    .writeHead(status, { ...securityHeaders, 'content-type': 'text/plain; charset=utf-8' })
    .end(`${text}\n`)
}
