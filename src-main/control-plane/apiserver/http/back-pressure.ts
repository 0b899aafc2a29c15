import { setImmediate as nextTurn } from 'node:timers/promises'
import type { ResponseStream } from './exchange.ts'

/** What the network may hold before more is made. */
const unsentBytes = 256 * 1024

export const isFull = (stream: ResponseStream): boolean => stream.buffered > unsentBytes

/**
 * Resolves when the network took what it was given and everybody else had a turn of the event loop: for a client that
 * reads as fast as it gets, Node.js makes and encrypts one part after the other, however many, in a single one. Rejects
 * when the client is gone.
 */
export async function untilTaken(stream: ResponseStream): Promise<void> {
  await stream.drained()
  await nextTurn()
}
