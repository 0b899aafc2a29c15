import type { Duplex } from 'node:stream'
import { BytePipe } from '#base/byte-pipe.ts'
import type { ByteStream, ProcessSession } from '#base/streams.ts'
import { sinkOf } from '#platform/node-streams.ts'
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

/**
 * A process that copies its stdin to somewhere and what comes back to its stdout, as a byte stream. Reading throws
 * `refusal` when the process failed without a word: it could not connect.
 */
export function streamThrough(session: ProcessSession, refusal: string): ByteStream {
  const { stdin, close } = session
  if (!stdin) throw new Error('a stream through a process needs its stdin')
  return {
    readable: outputOf(session, refusal),
    write: bytes => stdin.write(bytes),
    end: () => stdin.end(),
    close,
  }
}

async function* outputOf(
  { stdout, exit }: ProcessSession,
  refusal: string,
): AsyncGenerator<Uint8Array, void, void> {
  let isConnected = false
  for await (const bytes of stdout) {
    isConnected = true
    yield bytes
  }
  const code = await exit.catch(() => 0)
  if (code !== 0 && !isConnected) throw new Error(refusal)
}
