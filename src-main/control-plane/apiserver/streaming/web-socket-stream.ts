import type { WebSocket } from 'ws'
import { BytePipe } from '#base/byte-pipe.ts'
import type { ByteStream } from '#base/streams.ts'

/** A WebSocket whose binary messages carry one stream of bytes; message boundaries mean nothing. */
export function webSocketStream(socket: WebSocket): ByteStream {
  const readable = new BytePipe()
  receiveInto(
    socket,
    data => readable.write(data).then(() => {}),
    () => readable.isFull,
  )
  socket.on('close', () => readable.end())
  return {
    readable,
    write: bytes => sendMessage(socket, bytes),
    end: () => socket.close(1000),
    close: () => socket.close(1000),
  }
}

/** Hands each message to `take`, and holds the socket back while its answer shows that it has too much. */
export function receiveInto(
  socket: WebSocket,
  take: (data: Buffer) => Promise<void> | undefined,
  isFull: () => boolean,
): void {
  socket.on('message', (data: Buffer) => {
    const taken = take(data)
    if (!taken || !isFull()) return
    socket.pause()
    void taken.finally(() => socket.resume())
  })
}

/** Sends one message; resolves when the next may be sent. */
export function sendMessage(socket: WebSocket, message: Uint8Array | string): Promise<void> {
  return new Promise((resolve, reject) =>
    socket.send(message, error => (error ? reject(error) : resolve())),
  )
}
