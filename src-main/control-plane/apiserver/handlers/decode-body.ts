import { badRequest } from '../failures.ts'
import type { RequestBody } from '../server-request.ts'

/** A body as JSON; throws a 400 for anything else. */
export function decodeJson(body: RequestBody): unknown {
  if (body.kind === 'value') return JSON.parse(JSON.stringify(body.value ?? null))
  try {
    return JSON.parse(Buffer.from(body.bytes).toString())
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw badRequest(`error decoding patch: ${why}`)
  }
}
