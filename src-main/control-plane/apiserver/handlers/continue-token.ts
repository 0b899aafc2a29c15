import { badRequest } from '../failures.ts'

/** Where a chunked list goes on: behind a key, at the revision of the first chunk. */
export interface Position {
  at: number
  after: string
}

/** A token that clients hand back unread. */
export const encodeContinue = ({ at, after }: Position): string =>
  Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: at, start: after })).toString('base64url')

/** Reads a token; throws a 400 when it isn't one of ours or belongs to another list. */
export function decodeContinue(token: string, prefix: string): Position {
  try {
    const { v, rv, start } = JSON.parse(Buffer.from(token, 'base64url').toString()) as Record<
      string,
      unknown
    >
    if (v === 'meta.k8s.io/v1' && typeof rv === 'number' && typeof start === 'string') {
      if (start.startsWith(prefix)) return { at: rv, after: start }
    }
  } catch {}
  throw badRequest(
    'invalid continue token: continue key is not valid: it was not made by this server for this list',
  )
}
