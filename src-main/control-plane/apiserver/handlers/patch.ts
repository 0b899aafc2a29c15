import { methodNotAllowed } from '../failures.ts'
import type { Reply } from '../reply.ts'
import type { Target } from './target.ts'

/** Changes an object by a patch. */
export async function patch(_target: Target): Promise<Reply> {
  throw methodNotAllowed()
}
