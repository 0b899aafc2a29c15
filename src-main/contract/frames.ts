import * as z from 'zod/mini'

const id = z.int().check(z.nonnegative())
const name = z.string().check(z.maxLength(64))
const credit = z.int().check(z.minimum(1), z.maximum(1024))

/** What travels over the carrier. Ids are chosen by the window; one per call, stream or duplex. */
export const frame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('call'), id, m: name, p: z.unknown() }),
  z.object({ t: z.literal('open'), id, m: name, p: z.unknown(), credit }),
  z.object({ t: z.literal('push'), id, v: z.unknown() }),
  z.object({ t: z.literal('cancel'), id }),
  /** The receiver of a frame may send so many more items (host: `push`, window: `item`). */
  z.object({ t: z.literal('credit'), id, n: credit }),
  z.object({ t: z.literal('ok'), id, r: z.unknown() }),
  z.object({ t: z.literal('err'), id, code: z.string(), message: z.string() }),
  z.object({ t: z.literal('item'), id, v: z.unknown() }),
  z.object({ t: z.literal('end'), id }),
])
export type Frame = z.infer<typeof frame>

export const limits = {
  /** Calls, streams and duplexes open at once on one connection. */
  open: 384,
  /** Bytes of one message. */
  messageBytes: 16 * 1024 * 1024,
  /** Items a reader lets a writer send ahead. */
  credit: 32,
} as const

/** Codes of `err` frames. */
export type ErrorCode = 'no_method' | 'bad_input' | 'too_many' | 'cancelled' | 'failed'

/** An error that crossed the carrier: a message fit to be shown, and never a stack. */
export class RemoteError extends Error {
  override readonly name = 'RemoteError'
  readonly code: string
  constructor(code: string, message: string) {
    super(message)
    this.code = code
  }
}
