import type { ResponseStream } from './exchange.ts'

const chunkBytes = 64 * 1024
/** What may wait for the network before more is put together. */
const unsentBytes = 4 * chunkBytes
/** Chunks that are kept to be used again: a buffer made for each would have V8 collect garbage all the time. */
const keptChunks = 16
const spare: Buffer[] = []

/**
 * Sends many small pieces as few large chunks, no faster than the client reads. The pieces are read as they are sent, so
 * that neither memory nor the event loop feels how many there are.
 */
export async function streamPieces(
  stream: ResponseStream,
  pieces: Iterable<Uint8Array>,
): Promise<void> {
  try {
    let chunk = takeChunk()
    let used = 0
    for (const piece of pieces) {
      let rest = piece
      while (rest.length > chunkBytes - used) {
        chunk.set(rest.subarray(0, chunkBytes - used), used)
        rest = rest.subarray(chunkBytes - used)
        send(stream, chunk, chunkBytes)
        if (stream.buffered > unsentBytes) await stream.drained()
        chunk = takeChunk()
        used = 0
      }
      chunk.set(rest, used)
      used += rest.length
    }
    send(stream, chunk, used)
    stream.end()
  } catch {
    stream.destroy()
  }
}

const takeChunk = (): Buffer => spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)

function send(stream: ResponseStream, chunk: Buffer, length: number): void {
  stream.write(length === chunkBytes ? chunk : chunk.subarray(0, length), () => {
    if (spare.length < keptChunks) spare.push(chunk)
  })
}
