import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type Certificates, ensureCertificates } from './certificates.ts'
import { HttpClient, HttpConnectionError } from './http.ts'
import { createHttpTransport } from './http-transport.ts'
import { JsonConnection, type JsonServer } from './json-connection.ts'
import { openWebSocket, UpgradeRefusedError } from './websocket.ts'

let directory: string
let pki: Certificates
let owned: AsyncDisposableStack

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'http-'))
  pki = await ensureCertificates({
    directory,
    serverNames: ['localhost'],
    serverAddresses: ['127.0.0.1'],
    clients: { admin: { commonName: 'admin', organizations: ['system:masters'] } },
    now: Date.now(),
  })
})
afterAll(() => rm(directory, { recursive: true }))
afterEach(() => owned?.disposeAsync())

type Handler = (request: http.IncomingMessage, response: http.ServerResponse) => void

/** A TLS server that asks for client certificates and speaks what `protocol` says. */
async function serve(protocol: 'h2' | 'h1', handler: Handler, settings: http2.Settings = {}) {
  owned = new AsyncDisposableStack()
  const tls = {
    cert: pki.server.certificate,
    key: pki.server.key,
    ca: pki.ca.certificate,
    requestCert: true,
    rejectUnauthorized: false,
  }
  const server =
    protocol === 'h2'
      ? http2.createSecureServer({ ...tls, allowHTTP1: true, settings }, handler as never)
      : https.createServer(tls, handler)
  const sockets = new Set<{ destroy(): void }>()
  server.on('secureConnection', socket => sockets.add(socket))
  await once(server.listen(0, '127.0.0.1'), 'listening')
  owned.defer(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const target = { url: `https://127.0.0.1:${port}`, ca: pki.ca.certificate }
  return { server, sockets, target }
}

const client = (server: ConstructorParameters<typeof HttpClient>[0]) =>
  owned.use(new HttpClient(server))

async function text(body: AsyncIterable<Uint8Array>): Promise<string> {
  const chunks = []
  for await (const chunk of body) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test.each(['h2', 'h1'] as const)(
  'a request over %s carries method, path, headers and body',
  async protocol => {
    const { target } = await serve(protocol, async (request, response) => {
      const body = await text(request)
      const { method, url, httpVersion, headers } = request
      response.setHeader('x-token', headers.authorization ?? '')
      response.end(JSON.stringify([method, url, httpVersion, body]))
    })
    const http = client({
      ...target,
      url: `${target.url}/prefix`,
      headers: () => ({ authorization: 'Bearer abc' }),
    })
    const response = await http.request({ method: 'POST', path: '/a?b=c', body: 'hello' })
    expect(response.headers['x-token']).toBe('Bearer abc')
    expect(JSON.parse(await text(response.body))).toEqual([
      'POST',
      '/prefix/a?b=c',
      protocol === 'h2' ? '2.0' : '1.1',
      'hello',
    ])
  },
)

test.each(['h2', 'h1'] as const)(
  'the server sees the client certificate over %s',
  async protocol => {
    const { target } = await serve(protocol, (request, response) => {
      const socket = request.socket as unknown as {
        getPeerCertificate(): { subject?: { CN: string } }
      }
      response.end(socket.getPeerCertificate().subject?.CN ?? 'nobody')
    })
    const clientCertificate = pki.clients['admin']
    if (!clientCertificate) throw new Error('no certificate')
    const known = await client({ ...target, clientCertificate }).request({
      method: 'GET',
      path: '/',
    })
    expect(await text(known.body)).toBe('admin')
    const unknown = await client(target).request({ method: 'GET', path: '/' })
    expect(await text(unknown.body)).toBe('nobody')
  },
)

test('a server that the authority did not certify is refused, with the reason', async () => {
  const { target } = await serve('h2', (_request, response) => response.end())
  const failure = client({ url: target.url }).request({ method: 'GET', path: '/' })
  await expect(failure).rejects.toThrow(HttpConnectionError)
  await expect(failure).rejects.toMatchObject({ code: 'SELF_SIGNED_CERT_IN_CHAIN' })
  const named = client({ ...target, serverName: 'other.example' })
  await expect(named.request({ method: 'GET', path: '/' })).rejects.toMatchObject({
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  })
})

test('a server that is not there is named', async () => {
  owned = new AsyncDisposableStack()
  const gone = client({ url: 'https://127.0.0.1:1' })
  await expect(gone.request({ method: 'GET', path: '/' })).rejects.toThrow(
    /https:\/\/127.0.0.1:1: connect ECONNREFUSED/,
  )
})

test('more open answers than one connection takes are spread over several', async () => {
  const { target, sockets } = await serve(
    'h2',
    (_request, response) => {
      response.write('open')
    },
    { maxConcurrentStreams: 5 },
  )
  const http = client(target)
  const first = await http.request({ method: 'GET', path: '/' })
  const rest = await Promise.all(
    Array.from({ length: 19 }, () => http.request({ method: 'GET', path: '/' })),
  )
  expect([first, ...rest].every(({ status }) => status === 200)).toBe(true)
  expect(sockets.size).toBeGreaterThanOrEqual(4)
})

test('aborting ends a request that waits, and a body that is being read', async () => {
  const { target } = await serve('h2', (request, response) => {
    if (request.url === '/body') response.write('start')
  })
  const http = client(target)
  const waiting = new AbortController()
  const never = http.request({ method: 'GET', path: '/never', signal: waiting.signal })
  const reading = new AbortController()
  const { body } = await http.request({ method: 'GET', path: '/body', signal: reading.signal })
  waiting.abort(new Error('enough'))
  await expect(never).rejects.toThrow('enough')
  const all = text(body)
  reading.abort()
  await expect(all).rejects.toThrow()
})

test.each(['identity', 'gzip'])(
  'a body (%s) that nobody reads ends nothing but itself when its request is aborted',
  async encoding => {
    const { target } = await serve('h2', (_request, response) => {
      response.writeHead(200, { 'content-encoding': encoding }).write('start')
    })
    const abort = new AbortController()
    const { signal } = abort
    const { body } = await client(target).request({ method: 'GET', path: '/', signal })
    const closed = new Promise(resolve => body.once('close', resolve))
    const uncaught: unknown[] = []
    const note = (error: unknown) => uncaught.push(error)
    process.on('uncaughtExceptionMonitor', note)
    abort.abort()
    await closed
    process.off('uncaughtExceptionMonitor', note)
    expect(uncaught).toEqual([])
    await expect(text(body)).rejects.toThrow()
  },
)

test('a GET on a connection that died meanwhile goes over a new one', async () => {
  const { target, sockets } = await serve('h2', (_request, response) => response.end('answer'))
  const http = client(target)
  await text((await http.request({ method: 'GET', path: '/' })).body)
  for (const socket of sockets) socket.destroy()
  const again = await http.request({ method: 'GET', path: '/' })
  expect(await text(again.body)).toBe('answer')
})

test('a broken connection breaks the body, never ends it silently', async () => {
  const { target, sockets } = await serve('h2', (_request, response) => {
    response.write('half')
  })
  const { body } = await client(target).request({ method: 'GET', path: '/' })
  const all = text(body)
  for (const socket of sockets) socket.destroy()
  await expect(all).rejects.toThrow()
})

test('packed answers are unpacked', async () => {
  const { target } = await serve('h2', (_request, response) => {
    response.setHeader('content-encoding', 'gzip')
    response.end(gzipSync('plain'))
  })
  const { body } = await client(target).request({ method: 'GET', path: '/' })
  expect(await text(body)).toBe('plain')
})

test('a UNIX socket is a server too', async () => {
  owned = new AsyncDisposableStack()
  const socketPath = path.join(directory, 'engine.sock')
  const server = http.createServer((request, response) => response.end(request.url))
  await once(server.listen(socketPath), 'listening')
  owned.defer(() => void server.close())
  const engine = client({ url: 'http://engine', socketPath })
  const { body } = await engine.request({ method: 'GET', path: '/_ping' })
  expect(await text(body)).toBe('/_ping')
})

test('the transport asks as the API wants it and hands on objects and bytes', async () => {
  const { target } = await serve('h2', async (request, response) => {
    const { url, method, headers } = request
    const body = await text(request)
    response.end(JSON.stringify({ url, method, type: headers['content-type'], body }))
  })
  const transport = createHttpTransport(client(target), {
    userAgent: 'test',
    toError: status => new Error(String(status)),
    readEvents: bytes => bytes,
  })
  const query = { labelSelector: 'a in (b,c)', limit: undefined, x: ['1', '2'] }
  const list = await transport.request({ method: 'GET', path: '/api/v1/pods', query })
  expect(await list.json()).toMatchObject({
    url: '/api/v1/pods?labelSelector=a+in+%28b%2Cc%29&x=1&x=2',
  })
  const patch = await transport.request({
    method: 'PATCH',
    path: '/p',
    body: { a: 1 },
    contentType: 'application/merge-patch+json',
  })
  expect(await patch.json()).toEqual({
    url: '/p',
    method: 'PATCH',
    type: 'application/merge-patch+json',
    body: '{"a":1}',
  })
  const watch = await transport.request({ method: 'GET', path: '/w' })
  expect(await text(watch.events())).toContain('/w')
})

test('a JSON connection takes certificates from files and from base64, and looks at the server’s unless told not to', async () => {
  const { target } = await serve('h1', (request, response) => {
    const socket = request.socket as unknown as {
      getPeerCertificate(): { subject?: { CN: string } }
    }
    response.end(JSON.stringify({ who: socket.getPeerCertificate().subject?.CN ?? 'nobody' }))
  })
  const admin = pki.clients['admin']
  if (!admin) throw new Error('no certificate')
  const file = path.join(directory, 'ca-of-json.pem')
  await writeFile(file, pki.ca.certificate)
  const encode = (pem: string) => ({ data: Buffer.from(pem).toString('base64') })
  const nothing = { ca: undefined, certificate: undefined, key: undefined, serverName: undefined }
  const ask = async (more: Partial<JsonServer>) => {
    const server = { ...nothing, insecure: false, url: target.url, ...more }
    using connection = await JsonConnection.open(server)
    return (await connection.post('/', { a: 1 }, AbortSignal.timeout(10_000))).json
  }
  const known = { certificate: encode(admin.certificate), key: encode(admin.key) }
  expect(await ask({ ca: { file }, ...known })).toEqual({ who: 'admin' })
  expect(await ask({ insecure: true })).toEqual({ who: 'nobody' })
  await expect(ask({})).rejects.toThrow(/certificate/)
  await expect(ask({ ca: { file: `${file}.gone` } })).rejects.toThrow('ENOENT')
})

test('the transport throws what the caller makes of a refusal', async () => {
  const { target } = await serve('h2', (_request, response) => {
    response.statusCode = 404
    response.end('{"kind":"Status"}')
  })
  const transport = createHttpTransport(client(target), {
    userAgent: 'test',
    toError: (status, body) => new Error(`${status} ${body}`),
    readEvents: bytes => bytes,
  })
  await expect(transport.request({ method: 'GET', path: '/' })).rejects.toThrow(
    '404 {"kind":"Status"}',
  )
})

test('a WebSocket carries bytes both ways under the chosen protocol', async () => {
  const { server, target } = await serve('h2', (_request, response) => response.end())
  const sockets = new WebSocketServer({ server: server as never })
  sockets.on('connection', (socket, request) => {
    socket.on('message', data => socket.send(`${request.headers.authorization} ${data}`))
  })
  const webSocket = await openWebSocket(
    { ...target, headers: () => ({ authorization: 'Bearer abc' }) },
    '/exec?command=sh',
    ['v5.channel.k8s.io', 'v4.channel.k8s.io'],
  )
  expect(webSocket.protocol).toBe('v5.channel.k8s.io')
  await webSocket.send(Buffer.from('hello'))
  for await (const message of webSocket.messages) {
    expect(Buffer.from(message).toString()).toBe('Bearer abc hello')
    webSocket.close()
  }
})

test('a refused upgrade carries the answer', async () => {
  const { target } = await serve('h1', (_request, response) => {
    response.statusCode = 403
    response.end('no')
  })
  await expect(openWebSocket(target, '/exec', ['v5.channel.k8s.io'])).rejects.toMatchObject({
    constructor: UpgradeRefusedError,
    status: 403,
    body: 'no',
  })
})
