import type { Duplex } from 'node:stream'
import type { ByteSink, ByteStream, ProcessSession } from '#base/streams.ts'
import { BytePipe } from './byte-pipe.ts'
import { asStdout, demultiplex } from './stream-frames.ts'

/** A process behind an upgraded connection. `exitCode` is asked once the connection has ended. */
export function engineSession(
  socket: Duplex,
  options: {
    stdin: boolean
    tty: boolean
    exitCode(): Promise<number>
    resize(columns: number, rows: number): Promise<void>
    signal: AbortSignal
  },
): ProcessSession {
  const { signal } = options
  const stdout = new BytePipe()
  const stderr = new BytePipe()
  const close = () => socket.destroy()
  signal.addEventListener('abort', close, { once: true })
  if (signal.aborted) close()
  const pump = async (): Promise<number> => {
    try {
      const frames = options.tty ? asStdout(socket) : demultiplex(socket)
      for await (const { stream, bytes } of frames)
        await (stream === 'stdout' ? stdout : stderr).write(bytes)
    } catch (error) {
      if (!socket.destroyed) throw error
    } finally {
      signal.removeEventListener('abort', close)
      stdout.end()
      stderr.end()
      socket.destroy()
    }
    return options.exitCode()
  }
  const exit = pump()
  exit.catch(() => {})
  socket.on('error', () => {})
  return {
    stdin: options.stdin ? sinkOf(socket) : undefined,
    stdout,
    stderr,
    exit,
    resize: options.resize,
    close,
  }
}

/** Writes to a Node stream, waiting for it to drain. */
export function sinkOf(socket: Duplex): ByteSink {
  return {
    write: bytes =>
      new Promise((resolve, reject) => {
        socket.write(bytes, error => (error ? reject(error) : resolve()))
      }),
    end: () => {
      socket.end()
    },
  }
}

/** A Node stream as a byte stream. */
export function byteStream(socket: Duplex): ByteStream {
  socket.on('error', () => {})
  return { readable: socket, ...sinkOf(socket), close: () => socket.destroy() }
}

/** A process that copies its stdin to somewhere and what comes back to its stdout, as a byte stream. */
export function streamThrough({ stdin, stdout, close }: ProcessSession): ByteStream {
  if (!stdin) throw new Error('a stream through a process needs its stdin')
  return {
    readable: stdout,
    write: bytes => stdin.write(bytes),
    end: () => stdin.end(),
    close,
  }
}
