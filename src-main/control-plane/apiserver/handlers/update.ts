import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { statusError } from '#kubernetes/status-error.ts'
import { storeKey } from '../catalog.ts'
import { conflict } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { decodeObject } from './decode-object.ts'
import { tracker } from './managed-fields.ts'
import { matchRequest } from './object-metadata.ts'
import { type Target, writeOf } from './target.ts'
import { readWriteOptions } from './write-options.ts'

/** Replaces an object, or its status, by the request's body. */
export async function update(target: Target): Promise<Reply> {
  const { context, definition, stored, writer } = target
  const options = readWriteOptions(context.request, 'UpdateOptions')
  const body = await decodeObject(context, definition, options.fieldValidation)
  matchRequest(body, definition, context.info)
  const write = writeOf(target, options.dryRun)
  const wanted = asStored(target, body)
  const version = wanted.metadata.resourceVersion
  const trackers = tracker(target, options.fieldManager)
  const isAbsent = !write.subresource && !writer.find(stored, write.namespace, write.name)
  if (definition.createOnUpdate && isAbsent && !version) {
    const item = await writer.create(write, wanted, object => trackers.created(object))
    return { kind: 'object', status: 201, definition, item: item.as(definition) }
  }
  const hasVersion = version !== undefined && version !== '' && version !== '0'
  if (!hasVersion) {
    writer.current(write)
    if (!definition.unconditionalUpdate) throw versionNeeded(target)
    delete wanted.metadata.resourceVersion
  }
  const item = await writer.update(write, {
    change: current => {
      requireUid(target, wanted, current)
      return cloneJson(wanted)
    },
    track: (next, current) => trackers.updated(next, current),
    ...(hasVersion ? { retries: 0 } : {}),
  })
  return { kind: 'object', status: 200, definition, item: item.as(definition) }
}

/** A PUT with a uid means the object of that uid, and no other of its name. */
function requireUid(
  { stored, cache }: Target,
  { metadata: { uid } }: KubernetesObject,
  { metadata }: Readonly<KubernetesObject>,
): void {
  if (!uid || uid === metadata.uid) return
  const name = metadata.name ?? ''
  const key = storeKey(cache.definition, metadata.namespace ?? '', name)
  const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${metadata.uid}`
  throw conflict(
    stored,
    name,
    `StorageError: invalid object, Code: 4, Key: ${key}, ResourceVersion: 0, AdditionalErrorMsg: ${why}`,
  )
}

/** The object as the kind that it is stored as. */
export function asStored(
  { definition, stored }: Target,
  object: KubernetesObject,
): KubernetesObject {
  return definition === stored || !definition.storedAs
    ? object
    : definition.storedAs.toStored(object)
}

function versionNeeded({ definition, context }: Target) {
  const { group, kind, plural } = definition
  const name = context.info.name
  const message = 'Invalid value: 0: must be specified for an update'
  const where = group ? `${plural}.${group}` : plural
  return statusError(
    'Invalid',
    `${where} ${JSON.stringify(name)} is invalid: metadata.resourceVersion: ${message}`,
    {
      name,
      group,
      kind,
      causes: [{ reason: 'FieldValueInvalid', message, field: 'metadata.resourceVersion' }],
    },
  )
}
