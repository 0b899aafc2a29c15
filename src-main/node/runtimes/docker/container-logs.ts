import type { LogChunk, LogRequest } from '../container-runtime.ts'
import type { EngineHttp } from './engine-http.ts'
import type { ContainerInspection } from './engine-types.ts'
import { asStdout, demultiplex } from './stream-frames.ts'

/** Reads a container's log; ends when it does, or quietly when the signal aborts. */
export async function* readLogs(
  http: EngineHttp,
  { Id, Config }: ContainerInspection,
  request: LogRequest,
  signal: AbortSignal,
): AsyncGenerator<LogChunk> {
  const stream = await http.stream({
    method: 'GET',
    path: `/containers/${Id}/logs`,
    query: {
      stdout: true,
      stderr: true,
      follow: request.follow,
      timestamps: request.timestamps,
      tail: request.tailLines ?? 'all',
      since: request.since === undefined ? undefined : (request.since / 1000).toFixed(3),
    },
    signal,
  })
  try {
    yield* Config.Tty ? asStdout(stream) : demultiplex(stream)
  } catch (error) {
    if (!signal.aborted) throw error
  } finally {
    stream.destroy()
  }
}
