import { decodeBody } from '../codec/decode-body.ts'
import type { RequestBody } from '../server-request.ts'

/** A patch as JSON; throws a 400 for what can't be read. */
export async function decodePatch(body: RequestBody): Promise<unknown> {
  if (body.kind === 'value') return JSON.parse(JSON.stringify(body.value ?? null))
  return (await decodeBody(body.bytes, body.contentType)).value
}
