import type { ManagedFieldsEntry } from '../api/meta-v1.ts'
import type { KubernetesObject } from '../objects.ts'
import { Changes } from './changes.ts'
import { createdFields } from './created-fields.ts'
import { fitToSchema } from './fit-to-schema.ts'
import {
  asksForReset,
  capUpdaters,
  type Managers,
  readManagers,
  writeEntry,
  writeManagers,
} from './managed-fields.ts'
import type { ManagedWrite } from './managed-write.ts'
import { takeOwnership } from './update-managers.ts'

/** A write that is no apply: create, update, or any other patch. */
export interface TrackedUpdate extends ManagedWrite {
  /** What was stored; undefined on create. */
  old: Readonly<KubernetesObject> | undefined
  /** What will be stored, with the `managedFields` that the client sent. */
  updated: Readonly<KubernetesObject>
}

/**
 * The `managedFields` after a write: the manager owns what it changed, and nobody owns what is gone. A client that
 * sends `[{}]` has them forgotten; one that sends none, or sends what can't be read, changes nothing by it. Objects
 * without any stay without.
 */
export function trackUpdate(update: TrackedUpdate): ManagedFieldsEntry[] {
  const { old, updated, manager, apiVersion, subresource = '', now } = update
  const before = fitToSchema(currentManagers(update), update)
  if (before.size === 0 && old?.metadata.uid) return []
  const entry = {
    name: manager,
    operation: 'Update',
    apiVersion,
    subresource,
    time: timeOf(now),
  } as const
  if (!old && before.size === 0) {
    const fields = createdFields(updated, update)
    return fields ? [writeEntry(entry, fields)] : []
  }
  const { apiVersion: version, kind } = updated
  const nothing = { apiVersion: version, kind, metadata: {} } as KubernetesObject
  const changes = new Changes(
    old ? withoutManagedFields(old) : nothing,
    withoutManagedFields(updated),
    update,
  )
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

/** RFC 3339 with whole seconds, as in every entry. */
export const timeOf = (now: number): string => `${new Date(now).toISOString().slice(0, 19)}Z`
