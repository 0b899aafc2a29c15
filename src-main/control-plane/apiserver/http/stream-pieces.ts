import type { Piece } from '../cache/piece.ts'
import { isFull, untilTaken } from './back-pressure.ts'
import type { ResponseStream } from './exchange.ts'

const chunkBytes = 64 * 1024
/** Chunks that are kept to be used again: a buffer made for each would have V8 collect garbage all the time. */
const keptChunks = 16
const spare: Buffer[] = []

/**
 * Sends many small pieces as few large chunks, no faster than the client reads. The pieces are read as they are sent, so
 * that neither memory nor the event loop feels how many there are.
 */
export async function streamPieces(stream: ResponseStream, pieces: Iterable<Piece>): Promise<void> {
  try {
    let chunk = takeChunk()
    let used = 0
    for (const piece of pieces) {
      const { size } = piece
      if (size > chunk.length - used) {
        send(stream, chunk, used)
        if (isFull(stream)) await untilTaken(stream)
        chunk = takeChunk(size)
        used = 0
      }
      piece.copyInto(chunk, used)
      used += size
    }
    send(stream, chunk, used)
    stream.end()
  } catch {
    stream.destroy()
  }
}

/** A chunk in which a piece of a size has room. */
const takeChunk = (size = 0): Buffer =>
  size > chunkBytes
    ? Buffer.allocUnsafeSlow(size)
    : (spare.pop() ?? Buffer.allocUnsafeSlow(chunkBytes))

function send(stream: ResponseStream, chunk: Buffer, length: number): void {
  stream.write(chunk.subarray(0, length), () => {
    if (chunk.length === chunkBytes && spare.length < keptChunks) spare.push(chunk)
  })
}
