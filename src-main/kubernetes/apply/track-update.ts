import type { ManagedFieldsEntry } from '../api/meta-v1.ts'
import type { KubernetesObject } from '../objects.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { FieldSet } from './field-set.ts'
import {
  asksForReset,
  capUpdaters,
  type Managers,
  readManagers,
  writeManagers,
} from './managed-fields.ts'
import { rootPlace } from './ownership.ts'
import { fieldElement } from './path-element.ts'
import { takeOwnership } from './update-managers.ts'
import { type Comparison, compare } from './walk.ts'

/** A write that is no apply: create, update, or any other patch. */
export interface TrackedUpdate {
  /** What was stored; undefined on create. */
  old: Readonly<KubernetesObject> | undefined
  /** What will be stored, with the `managedFields` that the client sent. */
  updated: Readonly<KubernetesObject>
  manager: string
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

/**
 * The `managedFields` after a write: the manager owns what it changed, and nobody owns what is gone. A client that
 * sends `[{}]` has them forgotten; one that sends none, or sends what can't be read, changes nothing by it. Objects
 * without any stay without.
 */
export function trackUpdate(update: TrackedUpdate): ManagedFieldsEntry[] {
  const { old, updated, manager, apiVersion, subresource = '', now, type } = update
  const before = currentManagers(update)
  if (before.size === 0 && old?.metadata.uid) return []
  const changes = exclude(
    compare(
      withoutManagedFields(old ?? { metadata: {} }),
      withoutManagedFields(updated),
      rootPlace(type),
    ),
    update.resetFields,
  )
  const time = timeOf(now)
  const entry = { name: manager, operation: 'Update', apiVersion, subresource, time } as const
  return writeManagers(capUpdaters(takeOwnership(before, entry, changes)))
}

function currentManagers({ old, updated, subresource }: TrackedUpdate): Managers {
  const stored = () => readOrNone(old?.metadata.managedFields)
  if (subresource) return stored()
  const sent = updated.metadata.managedFields
  if (asksForReset(sent)) return new Map()
  const managers = readOrNone(sent)
  return managers.size ? managers : stored()
}

function readOrNone(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  try {
    return readManagers(entries)
  } catch {
    return new Map()
  }
}

/** The object without who owns what. */
export function withoutManagedFields(object: Readonly<KubernetesObject>): KubernetesObject {
  const { managedFields: _, ...metadata } = object.metadata
  return { ...object, metadata }
}

/** The changes but for those of the fields an endpoint resets. */
export function exclude(
  changes: Comparison,
  fields: TrackedUpdate['resetFields'] = [],
): Comparison {
  if (!fields.length) return changes
  const excluded = fieldSet(fields)
  return {
    added: changes.added.without(excluded),
    modified: changes.modified.without(excluded),
    removed: changes.removed.without(excluded),
  }
}

export const fieldSet = (fields: readonly (readonly string[])[]): FieldSet =>
  FieldSet.of(fields.map(path => path.map(fieldElement)))

/** RFC 3339 with whole seconds, as in every entry. */
export const timeOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`
