import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type { HttpRequest } from './http-message.ts'

/** Writes a request's body and ends it; a failure destroys the request, which tells its waiter. */
export function writeBody(outgoing: Writable, body: HttpRequest['body']): void {
  if (body === undefined) outgoing.end()
  else if (typeof body === 'string' || body instanceof Uint8Array) outgoing.end(body)
  else {
    pipeline(Readable.from(body, { objectMode: false }), outgoing).catch(error =>
      outgoing.destroy(error),
    )
  }
}
