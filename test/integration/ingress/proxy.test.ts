import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { events, ingresses, services } from '#client/resource-types.ts'
import type { IngressSpec } from '#kubernetes/api/networking-v1.ts'
import { findFreePort } from '#platform/ports.ts'
import { ask as askPort } from '../../support/ask.ts'
import { eventually } from '../../support/eventually.ts'
import { IngressSite, type PlayedPod } from '../../support/ingress-site.ts'

let site: IngressSite
let port: number
let web: PlayedPod
let handle: http.RequestListener

const named = (name: string) => ({ name, namespace: 'default' })
const to = (name: string) => ({ service: { name, port: { number: 80 } } })
const site80 = (host: string, service: string): IngressSpec => ({
  rules: [{ host, http: { paths: [{ path: '/', pathType: 'Prefix', backend: to(service) }] } }],
})

const ask = (host: string, ...rest: [path?: string, options?: Parameters<typeof askPort>[3]]) =>
  askPort(port, host, ...rest)

beforeAll(async () => {
  port = await findFreePort()
  site = await IngressSite.start({ http: port })
  web = await site.pod((request, response) => handle(request, response))
  await site.service('web', [web])
  await site.ingress('web', site80('web.localhost', 'web'))
  await eventually(async () => expect((await ask('web.localhost')).status).toBe(200))
})
beforeEach(() => {
  handle = (_request, response) => response.end('hello')
})
handle = (_request, response) => response.end('hello')
afterAll(() => site[Symbol.asyncDispose]())

describe('answers', () => {
  test('a request reaches a pod, with its own host and what the proxy knows of the client', async () => {
    let seen: http.IncomingHttpHeaders = {}
    handle = (request, response) => {
      seen = request.headers
      response.writeHead(201, { 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' }).end(request.url)
    }
    const headers = { 'x-forwarded-for': '6.6.6.6', connection: 'x-hop', 'x-hop': '1' }
    const answer = await ask('web.localhost', '/a?b=c', { headers })
    expect(answer).toMatchObject({ status: 201, text: '/a?b=c' })
    expect(answer.headers).toMatchObject({ 'set-cookie': ['a=1', 'b=2'], 'x-own': 'yes' })
    expect(seen).toMatchObject({
      host: 'web.localhost',
      'x-forwarded-for': '127.0.0.1',
      'x-forwarded-host': 'web.localhost',
      'x-forwarded-port': String(port),
      'x-forwarded-proto': 'http',
    })
    expect(seen).not.toHaveProperty('x-hop')
  })

  test('without a rule: 404 that says so; without pods: 503 that names the service', async () => {
    expect(await ask('nowhere.localhost', '/x?secret=1')).toMatchObject({
      status: 404,
      text: expect.stringContaining('No Ingress has a rule for nowhere.localhost/x.'),
    })
    await site.service('empty', [])
    await site.ingress('empty', site80('empty.localhost', 'empty'))
    await site.ingress('absent', site80('absent.localhost', 'absent'))
    await eventually(async () =>
      expect(await ask('empty.localhost')).toMatchObject({
        status: 503,
        text: expect.stringContaining('the Service default/empty has no ready pods'),
      }),
    )
    expect(await ask('absent.localhost')).toMatchObject({
      status: 503,
      text: expect.stringContaining('there is no Service default/absent'),
    })
  })

  test('an ingress of another class is left alone', async () => {
    await site.ingress('other', { ...site80('other.localhost', 'web'), ingressClassName: 'nginx' })
    await site.ingress('later', site80('later.localhost', 'web'))
    await eventually(async () => expect((await ask('later.localhost')).status).toBe(200))
    expect((await ask('other.localhost')).status).toBe(404)
    const { status } = await site.client.get(ingresses, named('other'))
    expect(status?.loadBalancer).toEqual({})
  })

  test('the default class is filled in, and status and an event say where it is served', async () => {
    await eventually(async () => {
      const { spec, status } = await site.client.get(ingresses, named('web'))
      expect(spec.ingressClassName).toBe('slipway')
      expect(status?.loadBalancer?.ingress).toEqual([
        { hostname: 'localhost', ports: [{ port, protocol: 'TCP' }] },
      ])
      const { items } = await site.client.list(events, { namespace: 'default' })
      expect(items.map(({ message }) => message)).toContain(`Served on localhost, port ${port}`)
    })
  })
})

describe('bodies', () => {
  test('stream both ways, each byte as it comes', async () => {
    handle = (request, response) => {
      response.flushHeaders()
      request.pipe(response)
    }
    const request = http.request({
      port,
      method: 'POST',
      headers: { host: 'web.localhost' },
    })
    request.flushHeaders()
    request.write('first')
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    response.setEncoding('utf8')
    expect(await once(response, 'data')).toEqual(['first'])
    request.write('second')
    expect(await once(response, 'data')).toEqual(['second'])
    request.end()
    response.resume()
    await once(response, 'end')
  })

  test('a slow reader slows the pod down instead of filling our memory', async () => {
    let written = 0
    handle = (_request, response) => {
      const chunk = Buffer.alloc(256 * 1024)
      const write = () => {
        while (written < 400 && !response.destroyed) {
          written++
          if (!response.write(chunk)) return response.once('drain', write)
        }
        return response.end()
      }
      write()
    }
    const request = http.get({ port, headers: { host: 'web.localhost' } })
    const [response] = (await once(request, 'response')) as [http.IncomingMessage]
    const before = await eventually(async () => {
      const seen = written
      await new Promise(resolve => setTimeout(resolve, 200))
      expect(written).toBe(seen)
      return seen
    })
    expect(before).toBeLessThan(200)
    let bytes = 0
    for await (const chunk of response) bytes += (chunk as Buffer).length
    expect(bytes).toBe(400 * 256 * 1024)
  })

  test('a client that leaves ends the request at the pod', async () => {
    const gone = Promise.withResolvers<void>()
    handle = (_request, response) => {
      response.write('begun')
      response.once('close', () => gone.resolve())
    }
    const request = http.get({ port, headers: { host: 'web.localhost' } })
    await once(request, 'response')
    request.destroy()
    await gone.promise
  })

  test('a pod that breaks off in the middle breaks the answer, too', async () => {
    handle = (_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('begun')
      setImmediate(() => response.destroy())
    }
    await expect(ask('web.localhost')).rejects.toThrow(/aborted|socket hang up/)
  })
})

describe('upgrades', () => {
  test('a WebSocket goes through, in both directions', async () => {
    const webSockets = new WebSocketServer({ server: web.server })
    webSockets.on('connection', socket =>
      socket.on('message', message => socket.send(`echo ${message}`)),
    )
    const socket = new WebSocket(`ws://127.0.0.1:${port}/chat`, {
      headers: { host: 'web.localhost' },
    })
    await once(socket, 'open')
    socket.send('hello')
    const [message] = await once(socket, 'message')
    expect(String(message)).toBe('echo hello')
    socket.close()
    await once(socket, 'close')
    webSockets.close()
    web.server.removeAllListeners('upgrade')
  })

  test('a pod that refuses is quoted', async () => {
    handle = (_request, response) => response.writeHead(426).end('no upgrades here')
    const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'web.localhost' } })
    const [, response] = (await once(socket, 'unexpected-response')) as [
      unknown,
      http.IncomingMessage,
    ]
    expect(response.statusCode).toBe(426)
    let text = ''
    for await (const chunk of response) text += chunk
    expect(text).toBe('no upgrades here')
    const lost = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'gone.localhost' } })
    const [, refusal] = (await once(lost, 'unexpected-response')) as [unknown, http.IncomingMessage]
    expect(refusal.statusCode).toBe(404)
    refusal.destroy()
  })
})

describe('several pods', () => {
  test('take turns; one that refuses connections costs no request, not even a POST', async () => {
    const answers = await Promise.all(
      ['a', 'b', 'c'].map(name => site.pod((_request, response) => response.end(name))),
    )
    await site.service('many', answers)
    await site.ingress('many', site80('many.localhost', 'many'))
    await eventually(async () => expect((await ask('many.localhost')).status).toBe(200))
    const turns = new Set<string>()
    for (let index = 0; index < 3; index++) turns.add((await ask('many.localhost')).text)
    expect([...turns].sort()).toEqual(['a', 'b', 'c'])
    await answers[1]?.[Symbol.asyncDispose]()
    for (let index = 0; index < 6; index++) {
      const options = { method: 'POST', body: 'x' }
      expect((await ask('many.localhost', '/', options)).text).toMatch(/^[ac]$/)
    }
  })

  test('a kept connection that the pod closes just then costs no request', async () => {
    const used = new Set<unknown>()
    const pod = await site.pod((request, response) => {
      if (used.has(request.socket)) return request.socket.destroy()
      used.add(request.socket)
      return response.end('fine')
    })
    await site.service('closing', [pod])
    await site.ingress('closing', site80('closing.localhost', 'closing'))
    await eventually(async () => expect((await ask('closing.localhost')).status).toBe(200))
    for (let index = 0; index < 5; index++) {
      expect((await ask('closing.localhost')).text).toBe('fine')
    }
    expect(used.size).toBeGreaterThanOrEqual(6)
  })

  test('a GET is repeated when its pod breaks off before it answers, a POST is not', async () => {
    let posts = 0
    const bad = await site.pod((request, response) => {
      if (request.method === 'POST') posts++
      response.destroy()
    })
    const good = await site.pod((_request, response) => response.end('good'))
    await site.service('half', [bad, good])
    await site.ingress('half', site80('half.localhost', 'half'))
    await eventually(async () => expect((await ask('half.localhost')).status).toBe(200))
    for (let index = 0; index < 4; index++) expect((await ask('half.localhost')).text).toBe('good')
    const results: number[] = []
    for (let index = 0; index < 4; index++) {
      results.push((await ask('half.localhost', '/', { method: 'POST', body: 'x' })).status)
    }
    expect(results.toSorted()).toEqual([200, 200, 502, 502])
    expect(posts).toBe(2)
  })

  test('a pod that ends gets no new request, and may finish what it has', async () => {
    const held = Promise.withResolvers<http.ServerResponse>()
    const old = await site.pod((request, response) => {
      if (request.url === '/slow') held.resolve(response)
      else response.end('old')
    })
    await site.service('rolling', [old])
    await site.ingress('rolling', site80('rolling.localhost', 'rolling'))
    await eventually(async () => expect((await ask('rolling.localhost')).text).toBe('old'))
    const slow = ask('rolling.localhost', '/slow')
    const response = await held.promise
    const fresh = await site.pod((_request, response) => response.end('fresh'))
    await site.service('rolling', [fresh], [old])
    await eventually(async () => expect((await ask('rolling.localhost')).text).toBe('fresh'))
    for (let index = 0; index < 4; index++) {
      expect((await ask('rolling.localhost')).text).toBe('fresh')
    }
    response.end('finished')
    expect((await slow).text).toBe('finished')
  })
})

describe('an ExternalName', () => {
  const alias = (name: string, externalName: string) =>
    site.client.create(services, {
      metadata: { name, namespace: 'default' },
      spec: { type: 'ExternalName', externalName, ports: [{ name: 'web', port: 80 }] },
    })

  test('leads to the host that it names', async () => {
    const host = http.createServer((request, response) =>
      response.end(`far ${request.headers.host}`),
    )
    await once(host.listen(0, '127.0.0.1'), 'listening')
    const number = (host.address() as net.AddressInfo).port
    await alias('elsewhere', 'localhost')
    const backend = { service: { name: 'elsewhere', port: { number } } }
    await site.ingress('elsewhere', {
      rules: [
        {
          host: 'elsewhere.localhost',
          http: { paths: [{ path: '/', pathType: 'Prefix', backend }] },
        },
      ],
    })
    await eventually(async () =>
      expect(await ask('elsewhere.localhost')).toMatchObject({
        status: 200,
        text: 'far elsewhere.localhost',
      }),
    )
    host.close()
    host.closeAllConnections()
    expect(await ask('elsewhere.localhost')).toMatchObject({
      status: 502,
      text: expect.stringContaining('ECONNREFUSED'),
    })
  })

  test('of this cluster leads to the pods of that service; one of itself to an answer that says so', async () => {
    await alias('near', 'web.default.svc.cluster.local')
    await site.ingress('near', site80('near.localhost', 'near'))
    await eventually(async () => expect((await ask('near.localhost')).text).toBe('hello'))
    await alias('loop', 'loop.default.svc.cluster.local')
    await site.ingress('loop', site80('loop.localhost', 'loop'))
    await eventually(async () =>
      expect(await ask('loop.localhost')).toMatchObject({
        status: 503,
        text: expect.stringContaining(
          'default/loop is an alias of default/loop, which is one itself',
        ),
      }),
    )
  })
})

test('a port that was asked for and is taken is said in an event, and had when it is free', async () => {
  const wanted = await findFreePort()
  const holder = net.createServer().listen(wanted, '127.0.0.1')
  await once(holder, 'listening')
  await using other = await IngressSite.start({ http: wanted })
  await other.ingress('late', {
    defaultBackend: { service: { name: 'web', port: { number: 80 } } },
  })
  await eventually(async () => {
    const { items } = await other.client.list(events, { namespace: 'default' })
    expect(items.map(({ reason, message }) => `${reason}: ${message}`).join()).toContain(
      `NotServed: port ${wanted} for ingresses is taken by`,
    )
  })
  holder.close()
  await eventually(async () => expect((await askPort(wanted, 'any')).status).toBe(503))
})

test('pods behind a tunnel are served like others: one after the other, bodies, WebSockets', async () => {
  using _back = { [Symbol.dispose]: () => (site.isTunnelled = false) }
  site.isTunnelled = true
  const pod = await site.pod((request, response) => request.pipe(response))
  await site.service('far', [pod])
  await site.ingress('far', site80('far.localhost', 'far'))
  await eventually(async () => expect((await ask('far.localhost')).status).toBe(200))
  const body = 'x'.repeat(300_000)
  for (let index = 0; index < 3; index++) {
    expect((await ask('far.localhost')).text).toBe('')
    expect((await ask('far.localhost', '/', { method: 'POST', body })).text).toBe(body)
  }
  const webSockets = new WebSocketServer({ server: pod.server })
  webSockets.on('connection', socket => socket.send('welcome'))
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { host: 'far.localhost' } })
  const [message] = await once(socket, 'message')
  expect(String(message)).toBe('welcome')
  socket.close()
  await once(socket, 'close')
  webSockets.close()
})
