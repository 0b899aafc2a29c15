import { once } from 'node:events'
import type http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import tls from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { events, secrets } from '#client/resource-types.ts'
import { issueCertificates, type KeyPair } from '#platform/issue-certificates.ts'
import { findFreePort } from '#platform/ports.ts'
import { eventually } from '../../support/eventually.ts'
import { IngressSite, type PlayedPod } from '../../support/ingress-site.ts'

let site: IngressSite
let port: number
let pod: PlayedPod
let ca: KeyPair

/** The answer that a request for `/never` waits for. */
const slow = Promise.withResolvers<http.ServerResponse>()
const hour = 3_600_000
const period = () => ({ notBefore: Date.now() - hour, notAfter: Date.now() + hour })
const subject = { organizations: [], addresses: [] }

async function certify(name: string): Promise<KeyPair> {
  const request = { ...subject, ...period(), purpose: 'server' as const, commonName: name }
  const { leaves } = await issueCertificates({
    authority: ca,
    leaves: [{ ...request, names: [name] }],
  })
  return leaves[0] as KeyPair
}

const secretOf = (name: string, pair: KeyPair) => ({
  metadata: { name, namespace: 'default' },
  type: 'kubernetes.io/tls',
  data: {
    'tls.crt': Buffer.from(pair.certificate).toString('base64'),
    'tls.key': Buffer.from(pair.key).toString('base64'),
  },
})

/** The certificate that a client is shown which asks for a name. */
async function shown(servername: string): Promise<tls.PeerCertificate> {
  const socket = tls.connect({ port, host: '127.0.0.1', servername, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  const certificate = socket.getPeerCertificate()
  socket.destroy()
  return certificate
}

beforeAll(async () => {
  const authority = { ...subject, ...period(), purpose: 'authority' as const, names: [] }
  ca = (await issueCertificates({ authority: { ...authority, commonName: 'test' }, leaves: [] }))
    .authority
  port = await findFreePort()
  site = await IngressSite.start({ http: await findFreePort(), https: port })
  pod = await site.pod((request, response) => {
    if (request.url === '/never') {
      slow.resolve(response)
      return
    }
    if (request.url === '/broken') {
      response.writeHead(200, { 'content-length': '100' }).write('begun')
      setImmediate(() => response.destroy())
      return
    }
    response.setHeader('x-proto', String(request.headers['x-forwarded-proto']))
    request.pipe(response)
  })
  await site.service('web', [pod])
  await site.client.create(secrets, secretOf('shop', await certify('shop.localhost')))
  await site.client.create(secrets, secretOf('wild', await certify('*.wild.localhost')))
  await site.ingress('web', {
    defaultBackend: { service: { name: 'web', port: { name: 'http' } } },
    tls: [
      { hosts: ['shop.localhost'], secretName: 'shop' },
      { hosts: ['*.wild.localhost'], secretName: 'wild' },
      { hosts: ['absent.localhost'], secretName: 'absent' },
    ],
  })
  await eventually(async () =>
    expect((await shown('shop.localhost')).subject.CN).toBe('shop.localhost'),
  )
})
afterAll(() => site[Symbol.asyncDispose]())

test('each host gets the certificate of its Secret, others a self-signed one', async () => {
  expect((await shown('a.wild.localhost')).subject.CN).toBe('*.wild.localhost')
  for (const host of ['wild.localhost', 'a.b.wild.localhost', 'absent.localhost']) {
    expect((await shown(host)).subject.CN, host).toBe('Slipway ingress default')
  }
  expect((await shown('')).subject.CN).toBe('Slipway ingress default')
})

test('it is said once where an ingress is served', async () => {
  const { items } = await site.client.list(events, { namespace: 'default' })
  const served = items.filter(({ reason }) => reason === 'Served')
  expect(served.map(({ count }) => count)).toEqual([1])
  expect(served[0]?.message).toMatch(/^Served on localhost, port \d+ and \d+$/)
})

test('a Secret that is not there is said in an event', async () => {
  await eventually(async () => {
    const { items } = await site.client.list(events, { namespace: 'default' })
    expect(items.map(({ type, message }) => `${type} ${message}`)).toContain(
      'Warning Secret "absent" is not there: a self-signed certificate is used instead',
    )
  })
})

test('HTTP/1.1 over TLS says so to the pod', async () => {
  const request = https.request({
    port,
    host: '127.0.0.1',
    servername: 'shop.localhost',
    ca: ca.certificate,
    headers: { host: 'shop.localhost' },
    method: 'POST',
  })
  request.end('hello')
  const [response] = await once(request, 'response')
  expect(response.headers['x-proto']).toBe('https')
  let text = ''
  for await (const chunk of response) text += chunk
  expect(text).toBe('hello')
})

const connect = () =>
  http2.connect(`https://shop.localhost:${port}`, {
    ca: ca.certificate,
    lookup: ((_host: string, _options: unknown, done: (...args: unknown[]) => void) =>
      done(null, [{ address: '127.0.0.1', family: 4 }])) as never,
  })

test('HTTP/2: a stream that is given up ends the request at the pod, the others go on', async () => {
  const session = connect()
  const given = session.request({ ':path': '/never' })
  const answer = await slow.promise
  const gone = once(answer, 'close')
  given.close(http2.constants.NGHTTP2_CANCEL)
  await gone
  const stream = session.request({ ':path': '/' })
  const [headers] = await once(stream, 'response')
  expect(headers[':status']).toBe(200)
  stream.resume()
  session.close()
})

test('HTTP/2: a pod that breaks off breaks the stream, which does not seem complete', async () => {
  const session = connect()
  const stream = session.request({ ':path': '/broken' })
  stream.resume()
  const [error] = await once(stream, 'error')
  expect(error.message).toContain('NGHTTP2_INTERNAL_ERROR')
  session.close()
})

test('HTTP/2: many requests on one connection, with bodies', async () => {
  const session = connect()
  const answers = await Promise.all(
    Array.from({ length: 20 }, async (_, index) => {
      const stream = session.request({ ':method': 'POST', ':path': `/${index}` })
      stream.end(`body ${index}`)
      let text = ''
      for await (const chunk of stream) text += chunk
      return text
    }),
  )
  expect(answers).toEqual(Array.from({ length: 20 }, (_, index) => `body ${index}`))
  const stream = session.request({ ':path': '/' })
  const [headers] = await once(stream, 'response')
  expect(headers[':status']).toBe(200)
  stream.resume()
  session.close()
})

test('a WebSocket goes through TLS', async () => {
  const webSockets = new WebSocketServer({ server: pod.server })
  webSockets.on('connection', socket => socket.send('welcome'))
  const socket = new WebSocket(`wss://127.0.0.1:${port}/`, {
    servername: 'shop.localhost',
    ca: ca.certificate,
    headers: { host: 'shop.localhost' },
  } as WebSocket.ClientOptions)
  const [message] = await once(socket, 'message')
  expect(String(message)).toBe('welcome')
  socket.close()
  await once(socket, 'close')
  webSockets.close()
})

test('a changed Secret is used at the next handshake, one that cannot be read is said', async () => {
  const name = { name: 'shop', namespace: 'default' }
  const before = await shown('shop.localhost')
  const fresh = secretOf('shop', await certify('shop.localhost'))
  await site.client.patch(secrets, name, { data: fresh.data }, { type: 'merge' })
  await eventually(async () =>
    expect((await shown('shop.localhost')).serialNumber).not.toBe(before.serialNumber),
  )
  const broken = { 'tls.key': Buffer.from('no key').toString('base64') }
  await site.client.patch(secrets, name, { data: broken }, { type: 'merge' })
  await eventually(async () => {
    expect((await shown('shop.localhost')).subject.CN).toBe('Slipway ingress default')
    const { items } = await site.client.list(events, { namespace: 'default' })
    expect(items.map(({ message }) => message).join()).toContain(`Secret "shop" can't be used`)
  })
})
