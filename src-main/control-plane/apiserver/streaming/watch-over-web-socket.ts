import type { WebSocket } from 'ws'
import type { Watcher, WatchMessage } from '../cache/watcher.ts'
import type { ResponseStream } from '../http/exchange.ts'
import { WatchStream } from '../http/watch-stream.ts'
import type { UpgradeRequest } from '../server-request.ts'
import { acceptWebSocket } from './accept-web-socket.ts'

/** Sends a watch over a WebSocket: a message of text an event, or of bytes in a binary format. */
export async function watchOverWebSocket(
  upgrade: UpgradeRequest,
  watcher: Watcher,
  form: { encode?: (message: WatchMessage) => Uint8Array; isBinary: boolean },
): Promise<void> {
  const socket = await acceptWebSocket(upgrade, '')
  new WatchStream(messagesOf(socket, form.isBinary), watcher, form.encode).start()
}

/** A stream whose every write is a message. */
function messagesOf(socket: WebSocket, binary: boolean): ResponseStream {
  return {
    write(bytes, taken) {
      socket.send(bytes, { binary }, taken && (error => error ?? taken()))
      return socket.bufferedAmount === 0
    },
    get buffered() {
      return socket.bufferedAmount
    },
    drained: () =>
      new Promise((resolve, reject) =>
        socket.ping(undefined, undefined, error => (error ? reject(error) : resolve())),
      ),
    end: () => socket.close(1000),
    destroy: () => socket.terminate(),
    onClose: callback => {
      socket.on('close', callback)
    },
  }
}
