import { deepEqual, isRecord } from '../json.ts'
import type { KubernetesObject } from '../objects.ts'
import { canonicalize } from '../schema/canonicalize.ts'
import { statusError } from '../status-error.ts'
import { Changes, fieldSet } from './changes.ts'
import { conflictError } from './conflicts.ts'
import { FieldSet } from './field-set.ts'
import { fitToSchema } from './fit-to-schema.ts'
import {
  capUpdaters,
  identityOf,
  type Manager,
  type Managers,
  readManagers,
  writeManagers,
} from './managed-fields.ts'
import type { ManagedWrite } from './managed-write.ts'
import { merge } from './merge.ts'
import { rootPlace } from './ownership.ts'
import { prune } from './prune.ts'
import { requireFitting } from './require-fitting.ts'
import { timeOf, withoutManagedFields } from './track-update.ts'
import { conflictsOf, disown, takeOwnership, withoutUnowned } from './update-managers.ts'
import { fieldSetOf } from './walk.ts'

/** An apply request. */
export interface Application extends ManagedWrite {
  /** What is stored; undefined when the apply creates the object. */
  live: Readonly<KubernetesObject> | undefined
  /** The configuration: only what the manager has an opinion of. */
  applied: Readonly<Record<string, unknown>>
  /** Takes what others own instead of failing. */
  force: boolean
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Server-side apply. Merges the configuration into the live object, removes what the manager applied before and no
 * longer does (unless another manager owns it too), and writes `managedFields`. What comes back is canonical but not
 * defaulted; when nothing changes it is the live object itself. Throws a 409 naming every field that others own and the
 * configuration would change, a 400 for a configuration that is none.
 */
export function applyConfiguration(application: Application): { object: KubernetesObject } {
  const { applied, apiVersion, live, manager } = application
  if (applied['apiVersion'] !== apiVersion)
    throw statusError(
      'BadRequest',
      `Incorrect version specified in apply patch. Specified patch version: ${String(applied['apiVersion'] ?? '')}, expected: ${apiVersion}`,
    )
  const metadata = applied['metadata']
  if (isRecord(metadata) && Array.isArray(metadata['managedFields']))
    throw statusError('BadRequest', 'metadata.managedFields must be nil')
  requireFitting(applied, application.type)
  const before = managersBefore(application)
  const { managers, object: merged } = applyAllowingMigration(application, before)
  const object = JSON.parse(JSON.stringify(merged)) as KubernetesObject
  canonicalize(object, application.type)
  const changed = !live || !deepEqual(withoutManagedFields(live), object)
  const next = writeManagers(withTimes(managers, before, changed, application))
  if (!changed && deepEqual(next, live.metadata.managedFields ?? [])) return { object: live }
  const result = { ...object, metadata: { ...object.metadata } }
  if (next.length) result.metadata.managedFields = next
  if (manager === 'kubectl' && live) keepLastApplied(result, applied)
  return { object: result }
}

/** Who owned what. Of an object that nobody tracked, everything belongs to `before-first-apply`. */
function managersBefore(application: Application): Managers {
  const { live, apiVersion, now } = application
  if (!live) return new Map()
  let managers: Managers
  try {
    managers = readManagers(live.metadata.managedFields)
  } catch (error) {
    throw statusError(
      'InternalError',
      `failed to decode managed fields: ${(error as Error).message}`,
    )
  }
  if (managers.size) return fitToSchema(managers, application)
  const nothing = emptyObject(application)
  const changes = new Changes(nothing, withoutManagedFields(live), application)
  const entry = {
    name: 'before-first-apply',
    operation: 'Update',
    apiVersion,
    subresource: '',
    time: timeOf(now),
  } as const
  return capUpdaters(takeOwnership(new Map(), entry, changes))
}

interface Outcome {
  object: KubernetesObject
  managers: Managers
}

/** kubectl may take from itself what it once applied on the client: then its conflicts are none. */
function applyAllowingMigration(application: Application, before: Managers): Outcome {
  const outcome = attempt(application, before, application.force)
  if (!('conflicts' in outcome)) return outcome
  const allowed =
    application.manager === 'kubectl' ? lastAppliedFields(application) : new FieldSet()
  const remaining = outcome.conflicts.filter(({ path }) => !allowed.has(path))
  if (remaining.length) throw conflictError(remaining)
  const forced = attempt(application, before, true)
  if ('conflicts' in forced) throw conflictError(forced.conflicts)
  return forced
}

function attempt(
  application: Application,
  before: Managers,
  force: boolean,
): Outcome | { conflicts: ReturnType<typeof conflictsOf> } {
  const { applied, manager, apiVersion, subresource = '', type, resetFields = [] } = application
  const place = rootPlace(type)
  const live = application.live ? withoutManagedFields(application.live) : emptyObject(application)
  const own: Manager = {
    name: manager,
    operation: 'Apply',
    apiVersion,
    subresource,
    set: fieldSetOf(applied, place).without(fieldSet(resetFields)),
  }
  const id = identityOf(own)
  const managers = new Map(before).set(id, own)
  const merged = merge(live, applied, place) as KubernetesObject
  const object = prune(merged, managers, before.get(id), application)
  const changes = new Changes(live, object, application)
  const conflicts = force ? [] : conflictsOf(managers, id, changes)
  if (conflicts.length) return { conflicts }
  const after = new Map(disown(managers, id, changes))
  const stripped = withoutUnowned(own.set)
  if (stripped.isEmpty) after.delete(id)
  else after.set(id, { ...own, set: stripped })
  return { object, managers: after }
}

/** What an apply that creates starts from. */
function emptyObject({ apiVersion, applied }: Application): KubernetesObject {
  return { apiVersion, kind: applied['kind'], metadata: {} } as KubernetesObject
}

/** An entry's time is when it, or the object through it, last changed. */
function withTimes(
  after: Managers,
  before: Managers,
  changed: boolean,
  application: Application,
): Managers {
  const { apiVersion, manager, now, subresource = '' } = application
  const applier = identityOf({ name: manager, operation: 'Apply', apiVersion, subresource })
  return new Map(
    [...after].map(([id, entry]) => {
      const old = before.get(id)
      const kept =
        id !== applier ||
        (!changed && old?.set.equals(entry.set) && old.apiVersion === entry.apiVersion)
      const time = kept ? (old?.time ?? entry.time) : timeOf(now)
      return [id, time === undefined ? entry : { ...entry, time }]
    }),
  )
}

function lastAppliedFields({ live, apiVersion, type }: Application): FieldSet {
  const text = live?.metadata.annotations?.[lastApplied]
  if (!text) return new FieldSet()
  try {
    const object = JSON.parse(text) as unknown
    const matches = isRecord(object) && object['apiVersion'] === apiVersion
    return matches ? fieldSetOf(object, rootPlace(type)) : new FieldSet()
  } catch {
    return new FieldSet()
  }
}

/** Keeps `kubectl apply` on the client able to take over again. */
function keepLastApplied(
  object: KubernetesObject,
  applied: Readonly<Record<string, unknown>>,
): void {
  const { annotations } = object.metadata
  if (!annotations?.[lastApplied]) return
  const copy = JSON.parse(JSON.stringify(applied)) as {
    metadata?: { annotations?: Record<string, string> }
  }
  if (copy.metadata?.annotations) delete copy.metadata.annotations[lastApplied]
  object.metadata.annotations = { ...annotations, [lastApplied]: `${JSON.stringify(copy)}\n` }
}
