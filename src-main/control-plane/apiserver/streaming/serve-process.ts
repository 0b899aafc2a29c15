import type { WebSocket } from 'ws'
import { errorMessage } from '#base/errors.ts'
import type { ProcessSession } from '#base/streams.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { badRequest, statusOf } from '../failures.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptWebSocket } from './accept-web-socket.ts'
import { exitStatus } from './exit-status.ts'

const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4, close: 255 }
const protocols = ['v5.channel.k8s.io', 'v4.channel.k8s.io', 'v4.base64.channel.k8s.io']
const maxUnsentBytes = 1024 * 1024

/**
 * Connects a process to a client over the channel protocol: each message begins with its channel; the last one, on the
 * error channel, is a Status that tells how the process ended.
 */
export async function serveProcess(
  upgrade: UpgradeRequest,
  signal: AbortSignal,
  start: (signal: AbortSignal) => Promise<ProcessSession>,
): Promise<void> {
  const offered = (upgrade.message.headers['sec-websocket-protocol'] ?? '')
    .split(',')
    .map(name => name.trim())
  const protocol = protocols.find(name => offered.includes(name))
  if (!/websocket/i.test(upgrade.message.headers.upgrade ?? '') || !protocol) {
    throw badRequest(
      `unable to upgrade: no subprotocol that is served; served are ${protocols.join(', ')}`,
    )
  }
  const session = await start(signal)
  const socket = await acceptWebSocket(upgrade, protocol)
  const wire = new ChannelWire(socket, protocol)
  socket.on('message', (data: Buffer) => receive(wire.decode(data), session))
  socket.on('close', () => session.close())
  void pump(wire, session).catch(() => socket.terminate())
}

/** Writes and reads messages of one client's protocol. */
class ChannelWire {
  readonly #socket: WebSocket
  readonly #isBase64: boolean

  constructor(socket: WebSocket, protocol: string) {
    this.#socket = socket
    this.#isBase64 = protocol.includes('base64')
  }

  /** Sends bytes on a channel; resolves when more may be sent. */
  async send(channel: number, bytes: Uint8Array): Promise<void> {
    const message = this.#isBase64
      ? String(channel) + Buffer.from(bytes).toString('base64')
      : Buffer.concat([Buffer.of(channel), bytes])
    const sent = new Promise<void>((resolve, reject) =>
      this.#socket.send(message, error => (error ? reject(error) : resolve())),
    )
    if (this.#socket.bufferedAmount > maxUnsentBytes) await sent
    else sent.catch(() => {})
  }

  decode(data: Buffer): { channel: number; bytes: Buffer } {
    if (!this.#isBase64) return { channel: data[0] ?? 0, bytes: data.subarray(1) }
    const text = data.toString()
    return { channel: Number(text[0]), bytes: Buffer.from(text.slice(1), 'base64') }
  }

  close(): void {
    this.#socket.close(1000)
  }
}

function receive(
  { channel, bytes }: { channel: number; bytes: Buffer },
  session: ProcessSession,
): void {
  if (channel === channels.stdin && bytes.length) void session.stdin?.write(bytes)
  else if (channel === channels.close && bytes[0] === channels.stdin) session.stdin?.end()
  else if (channel === channels.resize) {
    try {
      const { Width, Height } = JSON.parse(bytes.toString()) as { Width: number; Height: number }
      void session.resize(Width, Height).catch(() => {})
    } catch {}
  }
}

async function pump(wire: ChannelWire, session: ProcessSession): Promise<void> {
  const copy = async (channel: number, source: AsyncIterable<Uint8Array>) => {
    for await (const chunk of source) await wire.send(channel, chunk)
  }
  let status: object
  try {
    await Promise.all([
      copy(channels.stdout, session.stdout),
      copy(channels.stderr, session.stderr),
    ])
    status = exitStatus(await session.exit)
  } catch (error) {
    status = error instanceof StatusError ? error.status : statusOf(new Error(errorMessage(error)))
  }
  await wire.send(channels.error, Buffer.from(JSON.stringify(status)))
  wire.close()
}
