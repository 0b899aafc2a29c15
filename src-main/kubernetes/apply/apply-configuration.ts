import { deepEqual, isRecord } from '../json.ts'
import type { KubernetesObject } from '../objects.ts'
import { canonicalize } from '../schema/canonicalize.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { statusError } from '../status-error.ts'
import { conflictError } from './conflicts.ts'
import { FieldSet } from './field-set.ts'
import {
  capUpdaters,
  identityOf,
  type Manager,
  type Managers,
  readManagers,
  writeManagers,
} from './managed-fields.ts'
import { merge } from './merge.ts'
import { rootPlace } from './ownership.ts'
import { requireFitting } from './require-fitting.ts'
import { exclude, fieldSet, timeOf, withoutManagedFields } from './track-update.ts'
import { conflictsOf, disown, takeOwnership, withoutUnowned } from './update-managers.ts'
import { compare, fieldSetOf, removeItems, withNamedFields } from './walk.ts'

/** An apply request. */
export interface Application {
  /** What is stored; undefined when the apply creates the object. */
  live: Readonly<KubernetesObject> | undefined
  /** The configuration: only what the manager has an opinion of. */
  applied: Readonly<Record<string, unknown>>
  manager: string
  /** Takes what others own instead of failing. */
  force: boolean
  apiVersion: string
  /** Empty for the object itself. */
  subresource?: string
  /** Milliseconds since the epoch. */
  now: number
  /** `untypedObject` for kinds without a schema. */
  type: TypeSchema
  /** Fields that this endpoint keeps as they are, so that nobody comes to own them through it: `[['status']]`. */
  resetFields?: readonly (readonly string[])[]
}

const lastApplied = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * Server-side apply. Merges the configuration into the live object, removes what the manager applied before and no
 * longer does (unless another applier owns it too), and writes `managedFields`. What comes back is canonical but not
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
function managersBefore({ live, apiVersion, now, type }: Application): Managers {
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
  if (managers.size) return managers
  const changes = compare({ metadata: {} }, withoutManagedFields(live), rootPlace(type))
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
  const live = application.live ? withoutManagedFields(application.live) : emptyObject(applied)
  const own: Manager = {
    name: manager,
    operation: 'Apply',
    apiVersion,
    subresource,
    set: fieldSetOf(applied, place).without(fieldSet(resetFields)),
  }
  const id = identityOf(own)
  const last = before.get(id)?.set
  const managers = new Map(before).set(id, own)
  const merged = merge(live, applied, place)
  const object = (last ? prune(merged, managers, last, type) : merged) as KubernetesObject
  const changes = exclude(compare(live, object, place), resetFields)
  const conflicts = force ? [] : conflictsOf(managers, id, changes)
  if (conflicts.length) return { conflicts }
  const after = new Map(disown(managers, id, changes))
  const stripped = withoutUnowned(own.set)
  if (stripped.isEmpty) after.delete(id)
  else after.set(id, { ...own, set: stripped })
  return { object, managers: after }
}

/** What an apply that creates starts from. */
function emptyObject(applied: Readonly<Record<string, unknown>>): KubernetesObject {
  return {
    apiVersion: applied['apiVersion'],
    kind: applied['kind'],
    metadata: {},
  } as KubernetesObject
}

/** Removes what the manager applied last time and not this time, unless another applier owns it or something below. */
function prune(merged: unknown, managers: Managers, last: FieldSet, type: TypeSchema): unknown {
  const place = rootPlace(type)
  const named = (set: FieldSet) => withNamedFields(set, place)
  const applied = [...managers.values()]
    .filter(({ operation }) => operation === 'Apply')
    .reduce((union, { set }) => union.union(set), new FieldSet())
  const present = named(fieldSetOf(merged, place))
  const remaining = (value: unknown) => named(fieldSetOf(value ?? {}, place))
  const without = removeItems(merged, named(last), place)
  const withOwned = removeItems(
    merged,
    present.difference(remaining(without).union(named(applied))),
    place,
  )
  return removeItems(
    merged,
    present.difference(remaining(withOwned)).intersection(named(last)),
    place,
  )
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
