import dgram from 'node:dgram'
import { once } from 'node:events'
import net from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { silentLogger } from '#base/logger.ts'
import type { ByteStream } from '#base/streams.ts'
import { findFreePort } from '#platform/ports.ts'
import { BackendPicker } from './backend-picker.ts'
import { LocalhostForwarder } from './localhost-forwarder.ts'
import type { Backend, ServicePort } from './service-ports.ts'

let owned: AsyncDisposableStack
let forwarder: LocalhostForwarder
let clock: FakeClock
beforeEach(() => {
  owned = new AsyncDisposableStack()
  clock = new FakeClock()
  forwarder = owned.use(new LocalhostForwarder({ dial, clock, logger: silentLogger }))
})
afterEach(() => owned.disposeAsync())

async function dial(address: string, port: number): Promise<ByteStream> {
  const socket = net.connect({ host: address, port, allowHalfOpen: true })
  await once(socket, 'connect')
  return {
    readable: socket as AsyncIterable<Uint8Array>,
    write: bytes => new Promise(resolve => socket.write(bytes, () => resolve())),
    end: () => void socket.end(),
    close: () => void socket.destroy(),
  }
}

/** A backend that answers with its name and what it was sent, once the client has said all. */
async function backend(name: string): Promise<Backend> {
  const server = net.createServer({ allowHalfOpen: true }, async socket => {
    const chunks = []
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
    socket.end(`${name} ${Buffer.concat(chunks)}`)
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  owned.defer(() => void server.close())
  return { address: '127.0.0.1', port: (server.address() as net.AddressInfo).port }
}

const servicePort = (nodePort: number, backends: Backend[], more: Partial<ServicePort> = {}) => ({
  name: 'default/web:80',
  protocol: 'tcp' as const,
  addresses: [],
  port: 80,
  nodePort,
  isLoadBalancer: false,
  affinitySeconds: undefined,
  backends,
  ...more,
})

async function ask(port: number, host = '127.0.0.1', text = 'hello'): Promise<string> {
  const socket = net.connect({ host, port, allowHalfOpen: true })
  await once(socket, 'connect')
  socket.end(text)
  const chunks = []
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}

test('connections go to the backends in turn, over IPv4 and IPv6, half-closes included', async () => {
  const port = await findFreePort()
  forwarder.set('default/web', [servicePort(port, [await backend('a'), await backend('b')])])
  await forwarder.settled()
  expect(await ask(port)).toBe('a hello')
  expect(await ask(port, '::1')).toBe('b hello')
  expect(await ask(port)).toBe('a hello')
})

test('a port without endpoints is refused at once, and opens with the first one', async () => {
  const port = await findFreePort()
  forwarder.set('default/web', [servicePort(port, [])])
  await forwarder.settled()
  await expect(ask(port)).rejects.toThrow('ECONNREFUSED')
  forwarder.set('default/web', [servicePort(port, [await backend('a')])])
  await forwarder.settled()
  expect(await ask(port)).toBe('a hello')
  forwarder.set('default/web', [])
  await expect(async () => {
    await forwarder.settled()
    await ask(port)
  }).rejects.toThrow('ECONNREFUSED')
})

test('a backend that is gone is passed over', async () => {
  const port = await findFreePort()
  const gone = { address: '127.0.0.1', port: await findFreePort() }
  forwarder.set('default/web', [servicePort(port, [gone, await backend('b')])])
  await forwarder.settled()
  expect(await ask(port)).toBe('b hello')
})

test('a port that someone else holds is taken once it is free', async () => {
  const other = net.createServer()
  await once(other.listen(0, '127.0.0.1'), 'listening')
  const { port } = other.address() as net.AddressInfo
  forwarder.set('default/web', [servicePort(port, [await backend('a')])])
  await forwarder.settled()
  await new Promise(resolve => other.close(resolve))
  await clock.advance(1000)
  await forwarder.settled()
  expect(await ask(port)).toBe('a hello')
})

test('a port belongs to the service that took it first', async () => {
  const port = await findFreePort()
  forwarder.set('default/web', [servicePort(port, [await backend('a')])])
  forwarder.set('default/other', [servicePort(port, [await backend('b')])])
  await forwarder.settled()
  expect(await ask(port)).toBe('a hello')
})

test('a load balancer has its own port on localhost too', async () => {
  const [nodePort, port] = [await findFreePort(), await findFreePort()]
  const ports = servicePort(nodePort, [await backend('a')], { port, isLoadBalancer: true })
  forwarder.set('default/web', [ports])
  await forwarder.settled()
  expect(await ask(port)).toBe('a hello')
  expect(await ask(nodePort)).toBe('a hello')
})

test('datagrams are answered to whoever sent them', async () => {
  const echo = dgram.createSocket('udp4', (message, from) => {
    echo.send(`echo ${message}`, from.port, from.address)
  })
  await once(echo.bind(0, '127.0.0.1'), 'listening')
  owned.defer(() => void echo.close())
  const port = await findFreePort()
  const backends = [{ address: '127.0.0.1', port: echo.address().port }]
  forwarder.set('default/dns', [servicePort(port, backends, { protocol: 'udp' })])
  await forwarder.settled()
  for (const text of ['one', 'two']) {
    const client = dgram.createSocket('udp4')
    client.send(text, port, '127.0.0.1')
    const [answer] = await once(client, 'message')
    expect(String(answer)).toBe(`echo ${text}`)
    client.close()
  }
})

test('with an affinity a client keeps its backend until it has been away too long', async () => {
  const backends = [1, 2, 3].map(port => ({ address: '10.244.0.3', port }))
  const picker = new BackendPicker(clock)
  picker.set(backends, 60)
  const first = picker.order('10.0.0.1')[0]
  expect(picker.order('10.0.0.2')[0]).not.toEqual(first)
  await clock.advance(59_000)
  expect(picker.order('10.0.0.1')[0]).toEqual(first)
  await clock.advance(61_000)
  expect(picker.order('10.0.0.1')[0]).not.toEqual(first)
})
