import type { LogChunk } from '../container-runtime.ts'

const headerBytes = 8

/** Takes apart a stream in which the engine mixes stdout and stderr: 8 bytes of header, the stream in the first, the length in the last four. */
export async function* demultiplex(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  let pending: Buffer = Buffer.alloc(0)
  let left = 0
  let stream: LogChunk['stream'] = 'stdout'
  for await (const chunk of source) {
    pending = pending.length ? Buffer.concat([pending, chunk]) : Buffer.from(chunk)
    while (pending.length) {
      if (left === 0) {
        if (pending.length < headerBytes) break
        stream = pending[0] === 2 ? 'stderr' : 'stdout'
        left = pending.readUInt32BE(4)
        pending = pending.subarray(headerBytes)
        continue
      }
      const bytes = pending.subarray(0, left)
      left -= bytes.length
      pending = pending.subarray(bytes.length)
      yield { stream, bytes }
    }
  }
}

/** With a terminal there is one stream and no header. */
export async function* asStdout(source: AsyncIterable<Uint8Array>): AsyncGenerator<LogChunk> {
  for await (const bytes of source) yield { stream: 'stdout', bytes }
}
