import { formatTime } from '#base/clock.ts'
import { RevisionConflictError } from '#control-plane/storage/store.ts'
import type { Status } from '#kubernetes/api/meta-v1.ts'
import { cloneJson } from '#kubernetes/json.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { validate } from '../admission/admission-step.ts'
import type { CachedObject } from '../cache/cached-object.ts'
import { conflict, modified, notFound } from '../failures.ts'
import type { Reply } from '../reply.ts'
import { type DeleteRequest, readDeleteOptions } from './delete-options.ts'
import { pendingFinalizers, withPropagation } from './finalizers.ts'
import { keepsGeneration } from './object-metadata.ts'
import type { Write } from './object-writer.ts'
import { type Target, writeOf } from './target.ts'

/** Deletes an object: at once, or by marking it for its finalizers and its grace period. */
export async function deleteOne(target: Target): Promise<Reply> {
  const options = await readDeleteOptions(target.context)
  const { definition } = target
  warnOfDefault(target, options)
  const outcome = await deleteObject(target, writeOf(target, options.dryRun), options)
  if (outcome.remaining) {
    const item = outcome.remaining.as(definition)
    return { kind: 'object', status: 200, definition, item }
  }
  if (definition.answersDeleted)
    return { kind: 'object', status: 200, definition, item: outcome.removed.as(definition) }
  return { kind: 'value', status: 200, value: successOf(target, outcome.removed) }
}

/** Tells who didn't say how dependents are treated of what the kind does then. */
export function warnOfDefault({ context, stored }: Target, options: DeleteRequest): void {
  const { propagationPolicy, orphanDependents } = options
  const isSaid = propagationPolicy !== undefined || orphanDependents !== undefined
  if (stored.propagationWarning && !isSaid) context.warnings.add(stored.propagationWarning)
}

/** What a deletion has to know of its target; no request need be behind it. */
type DeleteTarget = Pick<Target, 'definition' | 'services' | 'stored' | 'writer'>

type Outcome =
  | { removed: CachedObject; remaining?: undefined }
  | { remaining: CachedObject; removed?: undefined }

/** Deletes what a write names; answers what is left of it, or what was removed. */
export async function deleteObject(
  target: DeleteTarget,
  write: Write,
  options: DeleteRequest,
): Promise<Outcome> {
  const { writer, services } = target
  for (let attempt = 0; ; attempt++) {
    const current = writer.find(write.definition, write.namespace, write.name)
    if (!current) throw notFound(write.definition, write.name)
    checkPreconditions(target, current, options)
    const object = current.whole
    await validate({ ...write, operation: 'DELETE', object: undefined, old: object }, services)
    try {
      const marked = marks(target, object, options)
      if (marked === 'unchanged') return { remaining: current }
      if (marked === 'remove') {
        await writer.remove(write, current)
        return { removed: current }
      }
      return { remaining: await writer.replace(write, current, marked) }
    } catch (error) {
      const lost = error instanceof RevisionConflictError
      if (!lost || attempt >= 5) throw lost ? modified(target.definition, write.name) : error
      await writer.catchUp(error, current)
    }
  }
}

/** What a delete makes of an object: nothing new, its removal, or the object with a deletion mark. */
function marks(
  { stored, services }: DeleteTarget,
  object: Readonly<KubernetesObject>,
  options: DeleteRequest,
): 'unchanged' | 'remove' | KubernetesObject {
  const now = services.clock.now()
  const { metadata } = object
  const asked = options.gracePeriodSeconds
  const grace = Math.max(0, stored.gracePeriodSeconds?.(object, asked) ?? 0)
  const next = cloneJson(object) as KubernetesObject
  if (!metadata.deletionTimestamp) stored.prepareForDelete?.(next, { now: () => now })
  const finalizers = finalizersAfter(stored.defaultPropagation, next, options)
  if (finalizers.length) next.metadata.finalizers = finalizers
  else delete next.metadata.finalizers
  const waits = pendingFinalizers(next).length > 0
  const isMarked = metadata.deletionTimestamp !== undefined
  const oldGrace = metadata.deletionGracePeriodSeconds ?? 0
  if (!waits && (grace === 0 || (isMarked && oldGrace === 0))) return 'remove'
  const sameFinalizers = String(finalizers) === String(metadata.finalizers ?? [])
  if (isMarked && grace >= oldGrace && sameFinalizers) return 'unchanged'
  if (!isMarked || grace < oldGrace) {
    const from = isMarked ? Date.parse(metadata.deletionTimestamp ?? '') - oldGrace * 1000 : now
    next.metadata.deletionTimestamp = formatTime(from + grace * 1000)
    next.metadata.deletionGracePeriodSeconds = grace
    if (!isMarked && keepsGeneration(stored)) {
      next.metadata.generation = (metadata.generation ?? 0) + 1
    }
  }
  if (next.kind === 'Namespace') {
    const namespace = next as { status?: Record<string, unknown> }
    namespace.status = { ...namespace.status, phase: 'Terminating' }
  }
  return next
}

function finalizersAfter(
  byDefault: 'Background' | 'Orphan' | undefined,
  object: Readonly<KubernetesObject>,
  options: DeleteRequest,
): string[] {
  const finalizers = object.metadata.finalizers ?? []
  const asked =
    options.propagationPolicy ??
    (options.orphanDependents === undefined
      ? undefined
      : options.orphanDependents
        ? 'Orphan'
        : 'Background')
  if (asked !== undefined) {
    return withPropagation(finalizers, asked as 'Background' | 'Foreground' | 'Orphan')
  }
  const hasOwn = finalizers.some(name => name === 'orphan' || name === 'foregroundDeletion')
  return hasOwn ? [...finalizers] : withPropagation(finalizers, byDefault ?? 'Background')
}

function checkPreconditions(
  target: DeleteTarget,
  current: CachedObject,
  { preconditions }: DeleteRequest,
): void {
  const { uid, resourceVersion, name } = current.object.metadata
  const { group, kind } = target.definition
  const refuse = (what: string, wanted: string, is: string, why: string) =>
    conflict(
      { group, plural: kind },
      name,
      `the ${what} in the precondition (${wanted}) does not match the ${what} in record (${is}). The object might have been ${why}`,
    )
  const { uid: wantedUid, resourceVersion: wanted } = preconditions ?? {}
  if (wantedUid && wantedUid !== uid)
    throw refuse('UID', wantedUid, uid, 'deleted and then recreated')
  if (wanted && wanted !== resourceVersion)
    throw refuse('ResourceVersion', wanted, resourceVersion, 'modified')
}

function successOf({ definition }: Target, removed: CachedObject): Status {
  const { name, uid } = removed.object.metadata
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: {
      name,
      ...(definition.group ? { group: definition.group } : {}),
      kind: definition.plural,
      uid,
    },
  }
}
