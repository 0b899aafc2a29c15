import type { Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { tracker } from './managed-fields.ts'
import { matchRequest } from './object-metadata.ts'
import { type Target, writeOf } from './target.ts'
import { asStored } from './update.ts'
import { readWriteOptions } from './write-options.ts'

/** Creates the object in the request's body. */
export async function create(target: Target): Promise<Reply> {
  const { context, definition } = target
  const options = readWriteOptions(context.request)
  const body = await decodeObject(context, definition, options.fieldValidation)
  matchRequest(body, definition, context.info)
  if (definition.createWarning) context.warnings.add(definition.createWarning)
  const write = writeOf(target, options.dryRun)
  const { created } = tracker(target, options.fieldManager)
  const item = await target.writer.create(write, asStored(target, body), created)
  return { kind: 'object', status: 201, definition, item: item.as(definition) }
}
