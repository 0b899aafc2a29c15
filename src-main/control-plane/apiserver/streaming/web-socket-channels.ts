import type { WebSocket } from 'ws'
import type { ByteSink } from '#base/streams.ts'
import { receiveInto, sendMessage } from './web-socket-stream.ts'

/**
 * Kubernetes' channel protocol: each message begins with the number of its channel. In the base64 forms that is a
 * digit, and the rest is text.
 */
export class WebSocketChannels {
  readonly #socket: WebSocket
  readonly #isBase64: boolean

  constructor(socket: WebSocket, protocol: string) {
    this.#socket = socket
    this.#isBase64 = protocol.includes('base64')
  }

  /** Hands each message to `take`; while it has too much the socket is held back. */
  receive(
    take: (channel: number, bytes: Buffer) => Promise<void> | undefined,
    isFull: () => boolean,
  ): void {
    receiveInto(
      this.#socket,
      data => {
        if (!data.length) return undefined
        return this.#isBase64
          ? take(data.readUInt8() - 0x30, Buffer.from(data.toString('latin1', 1), 'base64'))
          : take(data.readUInt8(), data.subarray(1))
      },
      isFull,
    )
  }

  /** Where bytes for a channel go. Channels have no end of their own. */
  sink(channel: number): ByteSink {
    return { write: bytes => this.send(channel, bytes), end: () => {} }
  }

  send(channel: number, bytes: Uint8Array): Promise<void> {
    return sendMessage(
      this.#socket,
      this.#isBase64
        ? String(channel) + Buffer.from(bytes).toString('base64')
        : Buffer.concat([Buffer.of(channel), bytes]),
    )
  }

  onClose(callback: () => void): void {
    this.#socket.on('close', callback)
  }

  close(): void {
    this.#socket.close(1000)
  }
}
