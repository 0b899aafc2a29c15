import { once } from 'node:events'
import http from 'node:http'
import http2, { type ClientHttp2Session, type ServerHttp2Stream } from 'node:http2'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { services } from '#client/resource-types.ts'
import { findFreePort } from '#platform/ports.ts'
import { ask } from '../../support/ask.ts'
import { eventually } from '../../support/eventually.ts'
import { IngressSite } from '../../support/ingress-site.ts'

let site: IngressSite
let ports: { http: number; https: number }
/** A pod that speaks HTTP/2 without TLS, and nothing else. */
let pod: http2.Http2Server
let address: string
let handle: (stream: ServerHttp2Stream, headers: http2.IncomingHttpHeaders) => void
let connections = 0

/** Sends back what it gets, piece by piece, and says in the end how it went: as gRPC does. */
const echo: typeof handle = stream => {
  stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true })
  stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0', 'grpc-message': 'ok' }))
  stream.pipe(stream)
}

beforeAll(async () => {
  ports = { http: await findFreePort(), https: await findFreePort() }
  site = await IngressSite.start(ports)
  pod = http2.createServer()
  pod.on('session', () => connections++)
  pod.on('stream', (stream, headers) => handle(stream, headers))
  address = await site.listen(pod)
  await site.service('rpc', [{ address }])
  const name = { name: 'rpc', namespace: 'default' }
  const spec = { ports: [{ name: 'http', port: 80, appProtocol: 'kubernetes.io/h2c' }] }
  await site.client.patch(services, name, { spec }, { type: 'merge' })
  await site.ingress('rpc', {
    defaultBackend: { service: { name: 'rpc', port: { number: 80 } } },
    tls: [{ hosts: ['rpc.localhost'] }],
  })
  handle = stream => stream.respond({ ':status': 204 }, { endStream: true })
  await eventually(async () => expect((await ask(ports.http, 'rpc.localhost')).status).toBe(204))
  await eventually(() =>
    once(tls.connect({ port: ports.https, rejectUnauthorized: false }), 'secureConnect'),
  )
})
afterAll(async () => {
  await site[Symbol.asyncDispose]()
  pod.close()
})

function connect(): ClientHttp2Session & Disposable {
  const session = http2.connect(`https://127.0.0.1:${ports.https}`, {
    servername: 'rpc.localhost',
    rejectUnauthorized: false,
  })
  return Object.assign(session, { [Symbol.dispose]: () => session.destroy() })
}

const call = {
  ':method': 'POST',
  ':path': '/echo.Echo/Chat',
  ':authority': 'rpc.localhost',
  te: 'trailers',
}

test('a call streams both ways at once, and its status comes behind, as gRPC needs it', async () => {
  let seen: http2.IncomingHttpHeaders = {}
  handle = (stream, headers) => {
    seen = headers
    echo(stream, headers)
  }
  using session = connect()
  const stream = session.request(call)
  stream.setEncoding('utf8')
  for (const piece of ['first', 'second']) {
    stream.write(piece)
    expect(await once(stream, 'data')).toEqual([piece])
  }
  stream.end()
  const [trailers] = await once(stream, 'trailers')
  expect(trailers).toMatchObject({ 'grpc-status': '0', 'grpc-message': 'ok' })
  expect(seen).toMatchObject({
    ':path': '/echo.Echo/Chat',
    ':authority': 'rpc.localhost',
    te: 'trailers',
    'x-forwarded-proto': 'https',
  })
})

test('many calls share one connection to the pod', async () => {
  handle = echo
  using session = connect()
  const before = connections
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const stream = session.request(call)
      stream.end(`call ${index}`)
      let text = ''
      for await (const chunk of stream) text += chunk
      return text
    }),
  )
  expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `call ${index}`))
  expect(connections - before).toBeLessThanOrEqual(1)
})

test('a call that fails before it began has its status in its head', async () => {
  handle = stream => stream.respond({ ':status': 200, 'grpc-status': '12' }, { endStream: true })
  using session = connect()
  const stream = session.request(call)
  stream.end()
  const [headers] = await once(stream, 'response')
  expect(headers).toMatchObject({ ':status': 200, 'grpc-status': '12' })
  stream.resume()
})

test('who speaks HTTP/1.1 gets body and trailers too', async () => {
  handle = echo
  const request = http.request({
    port: ports.http,
    method: 'POST',
    headers: { host: 'rpc.localhost' },
  })
  request.end('hello')
  const [response] = (await once(request, 'response')) as [http.IncomingMessage]
  let text = ''
  for await (const chunk of response) text += chunk
  expect(text).toBe('hello')
  expect(response.trailers).toMatchObject({ 'grpc-status': '0' })
})

test('a client that leaves ends its call at the pod, and a pod that breaks off breaks it for the client', async () => {
  const begun = Promise.withResolvers<ServerHttp2Stream>()
  handle = stream => {
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
    begun.resolve(stream)
  }
  using session = connect()
  const left = session.request(call)
  const atPod = await begun.promise
  const closed = once(atPod, 'close')
  left.close(http2.constants.NGHTTP2_CANCEL)
  await closed

  handle = stream => {
    stream.on('error', () => {})
    stream.respond({ ':status': 200 })
    stream.write('begun')
    setImmediate(() => stream.close(http2.constants.NGHTTP2_INTERNAL_ERROR))
  }
  const broken = session.request(call)
  broken.resume()
  const [error] = await once(broken, 'error')
  expect(error.message).toContain('NGHTTP2_INTERNAL_ERROR')
})

test('a pod that ends is left by new calls while old ones go on; without one it is said', async () => {
  handle = echo
  using session = connect()
  const old = session.request(call)
  old.setEncoding('utf8')
  old.write('before')
  expect(await once(old, 'data')).toEqual(['before'])
  await site.service('rpc', [])
  await eventually(async () =>
    expect(await ask(ports.http, 'rpc.localhost')).toMatchObject({
      status: 503,
      text: expect.stringContaining('the Service default/rpc has no ready pods'),
    }),
  )
  old.write('after')
  expect(await once(old, 'data')).toEqual(['after'])
  old.end()
  await site.service('rpc', [{ address: '10.244.9.9' }])
  await eventually(async () =>
    expect(await ask(ports.http, 'rpc.localhost')).toMatchObject({ status: 502 }),
  )
})
