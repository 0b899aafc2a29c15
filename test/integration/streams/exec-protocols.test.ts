import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import type { ProcessSession } from '#base/streams.ts'
import type { NodeHandle } from '#node/node.ts'
import { sinkOf } from '#platform/node-streams.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'
import { runningPod, startTestNode } from '../../support/test-node.ts'

let cluster: TestCluster
let node: NodeHandle

beforeAll(async () => {
  cluster = await startCluster()
  node = await startTestNode(cluster, { nodeName: 'node-1' })
  Object.assign(node.connection, {
    exec: async (_pod: unknown, { command }: { command: string[] }) => run(command),
  })
  await runningPod(cluster, 'web')
})
afterAll(async () => {
  await node?.[Symbol.asyncDispose]()
  await cluster?.[Symbol.asyncDispose]()
})

/** A process of this machine stands in for the container's. */
function run([program = '', ...args]: string[]): ProcessSession {
  const child = spawn(program, args)
  return {
    stdin: sinkOf(child.stdin as never),
    stdout: child.stdout,
    stderr: child.stderr,
    exit: once(child, 'close').then(([code]) => Number(code)),
    resize: async () => {},
    close: () => child.kill(),
  }
}

/** What a client of the channel protocol hears, by channel, until the server closes. */
class RawExec {
  readonly socket: WebSocket
  readonly heard: string[] = ['', '', '', '']
  /** The first message, before any output. */
  first: number[] | undefined

  constructor(offered: string[], script: string) {
    const { certificates, port } = cluster.controlPlane
    const { certificate: cert, key } = certificates.clients['admin'] ?? {}
    const query = new URLSearchParams({ stdin: 'true', stdout: 'true', stderr: 'true' })
    for (const part of ['sh', '-c', script]) query.append('command', part)
    this.socket = new WebSocket(
      `wss://127.0.0.1:${port}/api/v1/namespaces/default/pods/web/exec?${query}`,
      offered,
      { ca: certificates.ca.certificate, ...(cert && key ? { cert, key } : {}) },
    )
    this.socket.on('message', (data: Buffer, isBinary) => this.#hear(data, isBinary))
  }

  get isBase64(): boolean {
    return this.socket.protocol.includes('base64')
  }

  #hear(data: Buffer, isBinary: boolean): void {
    expect(isBinary).toBe(!this.isBase64)
    const channel = this.isBase64 ? Number(data.toString('latin1', 0, 1)) : data.readUInt8()
    const bytes = this.isBase64
      ? Buffer.from(data.toString('latin1', 1), 'base64')
      : data.subarray(1)
    this.first ??= [channel, bytes.length]
    this.heard[channel] = `${this.heard[channel]}${bytes}`
  }

  send(channel: number, bytes: Uint8Array): void {
    if (this.isBase64) this.socket.send(`${channel}${Buffer.from(bytes).toString('base64')}`)
    else this.socket.send(Buffer.concat([Buffer.of(channel), bytes]))
  }
}

const failed = {
  metadata: {},
  status: 'Failure',
  message: 'command terminated with non-zero exit code: exit status 5',
  reason: 'NonZeroExitCode',
  details: { causes: [{ reason: 'ExitCode', message: '5' }] },
}

test.each([
  ['v5.channel.k8s.io', JSON.stringify(failed)],
  ['v4.channel.k8s.io', JSON.stringify(failed)],
  ['v4.base64.channel.k8s.io', JSON.stringify(failed)],
  ['channel.k8s.io', failed.message],
  ['base64.channel.k8s.io', failed.message],
  ['', failed.message],
])('exec over the WebSocket subprotocol "%s"', async (protocol, told) => {
  const offered = protocol ? [protocol] : []
  const exec = new RawExec(offered, 'read line; echo "got $line"; echo bad >&2; exit 5')
  await once(exec.socket, 'open')
  expect(exec.socket.protocol).toBe(protocol)
  exec.send(0, Buffer.from('cargo\n'))
  const [code] = await once(exec.socket, 'close')
  expect(exec.first).toEqual([1, 0])
  expect(exec.heard).toEqual(['', 'got cargo\n', 'bad\n', told])
  expect(code).toBe(1000)
})

test('over v5 a client ends its input and reads on', async () => {
  const exec = new RawExec(['v5.channel.k8s.io'], 'cat; echo over')
  await once(exec.socket, 'open')
  exec.send(0, Buffer.from('cargo\n'))
  exec.send(255, Buffer.of(0))
  await once(exec.socket, 'close')
  expect(exec.heard[1]).toBe('cargo\nover\n')
  expect(JSON.parse(exec.heard[3] ?? '')).toEqual({ metadata: {}, status: 'Success' })
})

test.each([
  [['v4.channel.k8s.io', 'v5.channel.k8s.io'], 'v5.channel.k8s.io'],
  [['v3.channel.k8s.io', 'channel.k8s.io', 'v4.channel.k8s.io'], 'channel.k8s.io'],
])('of %s a client gets %s', async (offered, chosen) => {
  const exec = new RawExec(offered, 'exit 0')
  await once(exec.socket, 'open')
  expect(exec.socket.protocol).toBe(chosen)
  exec.socket.terminate()
})

test('a client that offers only what is not served is refused', async () => {
  const exec = new RawExec(['v3.channel.k8s.io'], 'exit 0')
  exec.socket.on('error', () => {})
  const [, response] = await once(exec.socket, 'unexpected-response')
  expect(response.statusCode).toBe(400)
  exec.socket.terminate()
})
