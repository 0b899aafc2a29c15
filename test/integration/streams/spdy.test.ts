import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { PassThrough } from 'node:stream'
import { connect, type TLSSocket } from 'node:tls'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  encodeFrame,
  type Frame,
  FrameParser,
} from '#control-plane/apiserver/streaming/spdy/frames.ts'
import {
  HeaderReader,
  HeaderWriter,
} from '#control-plane/apiserver/streaming/spdy/header-blocks.ts'
import type { NodeHandle } from '#node/node.ts'
import { byteStream } from '#platform/node-streams.ts'
import { eventually } from '../../support/eventually.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { runningPod, startTestNode } from '../../support/test-node.ts'

let cluster: TestCluster
let node: NodeHandle
let echo: Server
const path = '/api/v1/namespaces/default/pods/web'

beforeAll(async () => {
  cluster = await startCluster()
  node = await startTestNode(cluster, { nodeName: 'node-1' })
  // Ports of simulated pods lead to a real server here, one that sends back what it gets.
  echo = createServer({ allowHalfOpen: true }, socket => socket.on('error', () => {}).pipe(socket))
  await once(echo.listen(0, '127.0.0.1'), 'listening')
  const { connection } = node
  const portForward: typeof connection.portForward = async (_pod, port) => {
    if (port === 9) throw new Error('dial tcp 127.0.0.1:9: connect: connection refused')
    const { createConnection } = await import('node:net')
    const { port: real } = echo.address() as { port: number }
    return byteStream(createConnection({ port: real, host: '127.0.0.1', allowHalfOpen: true }))
  }
  Object.assign(connection, { portForward })
  await runningPod(cluster, 'web')
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
  echo?.close()
})

/** A raw connection that asks to switch to SPDY, and reads frames from then on. */
class RawSpdy {
  readonly socket: TLSSocket
  readonly frames: Frame[] = []
  readonly #parser = new FrameParser()
  readonly #writer = new HeaderWriter()
  readonly reader = new HeaderReader()
  head = ''
  isEnded = false

  constructor(subresource: string, protocols: string) {
    const { certificates, port } = cluster.controlPlane
    const admin = certificates.clients['admin']
    this.socket = connect({
      port,
      host: '127.0.0.1',
      ca: certificates.ca.certificate,
      cert: admin?.certificate,
      key: admin?.key,
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.isEnded = true
    })
    this.socket.on('data', (bytes: Buffer) => this.#take(bytes))
    this.socket.write(
      `POST ${path}/${subresource} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n` +
        `X-Stream-Protocol-Version: ${protocols}\r\nContent-Length: 0\r\n\r\n`,
    )
  }

  #take(bytes: Buffer): void {
    if (this.head.includes('\r\n\r\n')) {
      this.frames.push(...this.#parser.push(bytes))
      return
    }
    const end = bytes.indexOf('\r\n\r\n') + 4
    this.head += bytes.subarray(0, end).toString()
    if (/^HTTP\/1.1 101/.test(this.head))
      this.frames.push(...this.#parser.push(bytes.subarray(end)))
    else this.head += bytes.subarray(end).toString()
  }

  async open(streamId: number, headers: Record<string, string>, fin = false): Promise<void> {
    const block = await this.#writer.write(new Map(Object.entries(headers)))
    this.socket.write(encodeFrame({ type: 'synStream', streamId, block, fin }))
  }

  data(streamId: number, text: string, fin = false): void {
    this.socket.write(encodeFrame({ type: 'data', streamId, bytes: Buffer.from(text), fin }))
  }

  /** What came on a stream so far. */
  text(streamId: number): string {
    return this.frames
      .map(frame => (frame.type === 'data' && frame.streamId === streamId ? frame.bytes : ''))
      .join('')
  }

  hasFin(streamId: number): boolean {
    return this.frames.some(one => one.type === 'data' && one.streamId === streamId && one.fin)
  }

  [Symbol.dispose](): void {
    this.socket.destroy()
  }
}

const pair = (port: number, id: string) =>
  [
    { streamtype: 'error', port: String(port), requestid: id },
    { streamtype: 'data', port: String(port), requestid: id },
  ] as const

test('a forwarded connection carries bytes both ways and ends by halves', async () => {
  using raw = new RawSpdy('portforward', 'portforward.k8s.io')
  const [error, data] = pair(80, '0')
  await raw.open(1, error, true)
  await raw.open(3, data)
  raw.data(3, 'hello')
  await eventually(() => expect(raw.text(3)).toBe('hello'))
  expect(raw.head).toMatch(/^HTTP\/1.1 101 [\s\S]*X-Stream-Protocol-Version: portforward.k8s.io/)
  expect(raw.frames.slice(0, 2).map(frame => frame.type)).toEqual(['synReply', 'synReply'])
  expect(raw.hasFin(3)).toBe(false)
  raw.data(3, ' again', true)
  await eventually(() =>
    expect([raw.text(3), raw.hasFin(3), raw.hasFin(1)]).toEqual(['hello again', true, true]),
  )
  expect(raw.text(1)).toBe('')
})

test('why a port cannot be reached is told on the error stream, and the connection lives on', async () => {
  using raw = new RawSpdy('portforward', 'portforward.k8s.io')
  const [error, data] = pair(9, '0')
  await raw.open(1, error, true)
  await raw.open(3, data)
  await eventually(() => expect(raw.hasFin(1)).toBe(true))
  expect(raw.text(1)).toMatch(/^error forwarding port 9 to pod web, uid .*connection refused$/)
  await raw.open(5, pair(80, '1')[0], true)
  await raw.open(7, pair(80, '1')[1])
  raw.data(7, 'still here')
  await eventually(() => expect(raw.text(7)).toBe('still here'))
})

test('pings come back, wrong streams are refused, a reset ends only its stream', async () => {
  using raw = new RawSpdy('portforward', 'portforward.k8s.io')
  raw.socket.write(encodeFrame({ type: 'ping', id: 41 }))
  await raw.open(1, { streamtype: 'data', port: 'http', requestid: '0' })
  await raw.open(3, pair(80, '1')[0], true)
  await raw.open(5, pair(80, '1')[1])
  await raw.open(7, pair(80, '2')[0], true)
  await raw.open(9, pair(80, '2')[1])
  raw.socket.write(encodeFrame({ type: 'rstStream', streamId: 5, status: 5 }))
  raw.data(9, 'alive')
  await eventually(() => expect(raw.text(9)).toBe('alive'))
  expect(raw.frames).toContainEqual({ type: 'ping', id: 41 })
  expect(raw.frames).toContainEqual({ type: 'rstStream', streamId: 1, status: 3 })
  await eventually(() => expect(raw.hasFin(3)).toBe(true))
})

test.each([
  ['another protocol version', Buffer.from('8002000100000000', 'hex')],
  ['an endless control frame', Buffer.from('8003000100ffffff', 'hex')],
])('%s ends the connection with a GOAWAY', async (_what, bytes) => {
  using raw = new RawSpdy('portforward', 'portforward.k8s.io')
  await eventually(() => expect(raw.head).toContain('101'))
  raw.socket.write(bytes)
  await eventually(() => expect(raw.isEnded).toBe(true))
  expect(raw.frames).toEqual([{ type: 'goAway', lastStreamId: 0, status: 1 }])
})

test('megabytes pass while nobody sends window updates', async () => {
  using raw = new RawSpdy('portforward', 'portforward.k8s.io')
  await raw.open(1, pair(80, '0')[0], true)
  await raw.open(3, pair(80, '0')[1])
  const piece = 'x'.repeat(64 * 1024)
  for (let left = 64; left > 0; left--) raw.data(3, piece, left === 1)
  await eventually(() => expect(raw.text(3).length).toBe(4 * 1024 * 1024))
})

test.each([
  ['v4.channel.k8s.io', '{"metadata":{},"status":"Success"}'],
  ['v3.channel.k8s.io', ''],
  ['v2.channel.k8s.io', ''],
  ['channel.k8s.io', ''],
])('exec over %s tells the end on the error stream', async (protocol, told) => {
  using raw = new RawSpdy(
    'exec?command=ls&stdout=true&stdin=true',
    `v5.channel.k8s.io, ${protocol}`,
  )
  await raw.open(1, { streamtype: 'error' }, true)
  await raw.open(3, { streamtype: 'stdin' })
  await raw.open(5, { streamtype: 'stdout' })
  await eventually(() => expect([raw.hasFin(1), raw.hasFin(5)]).toEqual([true, true]))
  expect(raw.head).toContain(`X-Stream-Protocol-Version: ${protocol}`)
  expect(raw.text(5)).not.toBe('')
  expect(raw.text(1)).toBe(told)
})

test('a protocol that is not served is refused with the names of those that are', async () => {
  using raw = new RawSpdy('exec?command=ls&stdout=true', 'v9.channel.k8s.io')
  await eventually(() => expect(raw.head).toContain('server accepts [v4.channel.k8s.io'))
  expect(raw.head).toMatch(/^HTTP\/1.1 403 /)
})

test('the JavaScript client forwards a port over WebSocket channels', async () => {
  const { KubeConfig, PortForward } = await import('@kubernetes/client-node')
  const config = new KubeConfig()
  config.loadFromFile(cluster.kubeconfig)
  const [input, output, errors] = [new PassThrough(), new PassThrough(), new PassThrough()]
  const received = (stream: PassThrough) => String(stream.read() ?? '')
  const forward = new PortForward(config)
  const socket = await forward.portForward('default', 'web', [80], output, errors, input)
  input.write('hello')
  let text = ''
  await eventually(() => {
    text += received(output)
    expect(text).toBe('hello')
  })
  if ('close' in socket) socket.close()
  const refused = await forward.portForward(
    'default',
    'web',
    [9],
    output,
    errors,
    new PassThrough(),
  )
  let why = ''
  await eventually(() => {
    why += received(errors)
    expect(why).toMatch(/^error forwarding port 9 to pod web, uid .*connection refused$/)
  })
  if ('close' in refused) refused.close()
})
