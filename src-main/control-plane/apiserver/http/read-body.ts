import type { Readable } from 'node:stream'
import { AbortError, errorMessage } from '#base/errors.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { maxBodyBytes } from './exchange.ts'

/** Reads a body whole; throws a 413 as soon as it is known to be too large, and an abort when its sender went away. */
export async function readBody(
  stream: Readable,
  declaredLength: string | undefined,
): Promise<Buffer> {
  if (Number(declaredLength) > maxBodyBytes) throw tooLarge()
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of untilGone(stream)) {
    size += chunk.length
    if (size > maxBodyBytes) throw tooLarge()
    chunks.push(chunk)
  }
  return chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
}

async function* untilGone(stream: Readable): AsyncGenerator<Buffer> {
  try {
    yield* stream as AsyncIterable<Buffer>
  } catch (error) {
    throw new AbortError(`the client went away: ${errorMessage(error)}`)
  }
}

const tooLarge = () =>
  statusError('RequestEntityTooLarge', `Request entity too large: limit is ${maxBodyBytes}`)
