import { statusError } from '#kubernetes/status-error.ts'
import type { Reply } from '../reply.ts'
import type { RequestBody } from '../server-request.ts'
import type { Target } from './target.ts'
import type { WriteOptions } from './write-options.ts'

/** Server-side apply: creates or changes the object to what the manager's configuration says. */
export async function apply(
  _target: Target,
  _body: RequestBody,
  _options: WriteOptions,
): Promise<Reply> {
  throw statusError('UnsupportedMediaType', 'server-side apply is not served yet', {})
}
