import type { Eviction } from '#kubernetes/api/policy-v1.ts'
import type { Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { deleteObject } from './delete.ts'
import { type Target, writeOf } from './target.ts'
import { readWriteOptions } from './write-options.ts'

const kind = { group: 'policy', version: 'v1', kind: 'Eviction' }

/** Deletes a pod on behalf of who empties its node. */
export async function evict(target: Target): Promise<Reply> {
  const { context } = target
  const options = readWriteOptions(context.request)
  const eviction = (await decodeObject(context, kind, options.fieldValidation)) as Eviction
  const { dryRun, ...deletion } = eviction.deleteOptions ?? {}
  const isDryRun = options.dryRun || dryRun?.includes('All') === true
  const write = { ...writeOf(target, isDryRun), subresource: '' }
  await deleteObject(target, write, { ...deletion, dryRun: isDryRun })
  const value = { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', code: 201 }
  return { kind: 'value', status: 201, value }
}
