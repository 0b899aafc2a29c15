import { isNotFound } from '#kubernetes/status-error.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import type { Reply } from '../reply.ts'
import { deleteObject, warnOfDefault } from './delete.ts'
import { readDeleteOptions } from './delete-options.ts'
import { readList } from './list.ts'
import { readSelection } from './selection.ts'
import { type Target, writeOf } from './target.ts'

/** Deletes every object that the request selects, each by the same rules as alone; answers what was selected. */
export async function deleteCollection(target: Target): Promise<Reply> {
  const { context, definition } = target
  const options = await readDeleteOptions(context)
  warnOfDefault(target, options)
  const selection = readSelection(definition, context.info, context.request.query)
  const { items, metadata } = await readList(target, selection)
  const outcomes: CachedObject[] = []
  for (const item of items) {
    const { name, namespace = '' } = item.object.metadata
    try {
      const write = { ...writeOf(target, options.dryRun), name, namespace }
      const outcome = await deleteObject(target, write, options)
      outcomes.push(outcome.remaining ?? outcome.removed)
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }
  return { kind: 'list', definition, items: outcomes.map(item => item.as(definition)), metadata }
}
