import type { Readable } from 'node:stream'
import { AbortError, errorMessage } from '#base/errors.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { maxBodyBytes } from './exchange.ts'

/**
 * Reads a body whole; throws a 413 as soon as it is known to be too large, of which the rest is let go by, and an abort
 * when its sender went away. By events: an iteration over a stream makes an error with its stack when that closes.
 */
export async function readBody(
  stream: Readable,
  declaredLength: string | undefined,
): Promise<Buffer> {
  if (Number(declaredLength) > maxBodyBytes) throw tooLarge()
  if (stream.readableEnded) return Buffer.alloc(0)
  if (stream.destroyed) throw gone(stream.errored)
  const chunks: Buffer[] = []
  let size = 0
  await new Promise<void>((resolve, reject) => {
    stream.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBodyBytes) chunks.push(chunk)
      else reject(tooLarge())
    })
    stream.once('end', resolve)
    stream.once('error', error => reject(gone(error)))
    stream.once('close', () => stream.readableEnded || reject(gone(null)))
  })
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

const gone = (error: Error | null) =>
  new AbortError(`the client went away: ${error ? errorMessage(error) : 'it closed the stream'}`)

const tooLarge = () =>
  statusError('RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`)
