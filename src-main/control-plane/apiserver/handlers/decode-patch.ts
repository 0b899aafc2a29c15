import { decodePatchBody } from '../codec/decode-body.ts'
import type { RequestBody } from '../server-request.ts'

/** A patch as JSON, and what its text says twice; throws a 400 for what can't be read. */
export async function decodePatch(
  body: RequestBody,
): Promise<{ value: unknown; duplicates: readonly string[] }> {
  if (body.kind === 'value')
    return { value: JSON.parse(JSON.stringify(body.value ?? null)), duplicates: [] }
  const { value, duplicates } = await decodePatchBody(body.bytes, body.contentType)
  return { value, duplicates }
}
