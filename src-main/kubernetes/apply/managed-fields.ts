import type { ManagedFieldsEntry } from '../api/meta-v1.ts'
import { FieldSet } from './field-set.ts'

/** What one manager owns. */
export interface Manager {
  name: string
  operation: 'Apply' | 'Update'
  apiVersion: string
  subresource: string
  /** RFC 3339, when the manager last changed something. */
  time?: string
  set: FieldSet
}

/** Managers by identity: an applier is one whatever its version, an updater is one per version. */
export type Managers = ReadonlyMap<string, Manager>

export const identityOf = (
  manager: Pick<Manager, 'name' | 'operation' | 'apiVersion' | 'subresource'>,
): string =>
  JSON.stringify([
    manager.name,
    manager.operation,
    manager.operation === 'Apply' ? '' : manager.apiVersion,
    manager.subresource,
  ])

/** Reads `metadata.managedFields`; throws when an entry can't be read. */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined): Managers {
  const managers = (entries ?? []).map(readEntry)
  return new Map(managers.map(manager => [identityOf(manager), manager]))
}

function readEntry(entry: ManagedFieldsEntry): Manager {
  if (entry.operation !== 'Apply' && entry.operation !== 'Update')
    throw new Error(`operation is ${JSON.stringify(entry.operation ?? '')}, not Apply or Update`)
  if ((entry.fieldsType ?? '') !== 'FieldsV1') throw new Error('fieldsType is not FieldsV1')
  return {
    name: entry.manager ?? '',
    operation: entry.operation,
    apiVersion: entry.apiVersion ?? '',
    subresource: entry.subresource ?? '',
    ...(entry.time ? { time: entry.time } : {}),
    set: FieldSet.parse(entry.fieldsV1 ?? {}),
  }
}

/** Writes `metadata.managedFields`: appliers before updaters, each by time and name. */
export const writeManagers = (managers: Managers): ManagedFieldsEntry[] =>
  [...managers.values()]
    .sort(byOperationAndTime)
    .map(manager => writeEntry(manager, manager.set.toFields()))

/** One manager's entry. */
export const writeEntry = (
  manager: Omit<Manager, 'set'>,
  fieldsV1: Readonly<Record<string, unknown>>,
): ManagedFieldsEntry => ({
  manager: manager.name,
  operation: manager.operation,
  apiVersion: manager.apiVersion,
  ...(manager.time ? { time: manager.time } : {}),
  fieldsType: 'FieldsV1',
  fieldsV1,
  ...(manager.subresource ? { subresource: manager.subresource } : {}),
})

const byText = (a = '', b = '') => (a < b ? -1 : a > b ? 1 : 0)
const byOperationAndTime = (a: Manager, b: Manager): number =>
  byText(a.operation, b.operation) ||
  byText(a.time, b.time) ||
  byText(a.name, b.name) ||
  byText(a.apiVersion, b.apiVersion) ||
  byText(a.subresource, b.subresource)

/** Whether a client asks to forget all ownership: `managedFields: [{}]`. */
export const asksForReset = (entries: readonly ManagedFieldsEntry[] | undefined): boolean =>
  entries?.length === 1 && Object.keys(entries[0] ?? {}).length === 0

const maxUpdaters = 10
const ancient = 'ancient-changes'

/** Merges the oldest updaters of a version into `ancient-changes` until at most ten are left. */
export function capUpdaters(managers: Managers): Managers {
  const updaters = [...managers.values()]
    .filter(manager => manager.operation === 'Update')
    .sort((a, b) => byText(a.time, b.time) || byText(identityOf(a), identityOf(b)))
  const result = new Map(managers)
  const firstOfVersion = new Map<string, Manager>()
  let count = updaters.length
  for (const updater of updaters) {
    if (count <= maxUpdaters) break
    const bucket: Manager = { ...updater, name: ancient, subresource: '' }
    const first = firstOfVersion.get(updater.apiVersion)
    firstOfVersion.set(updater.apiVersion, first ?? updater)
    if (!first) continue
    const id = identityOf(bucket)
    const old = result.get(id) ?? first
    result.delete(identityOf(first))
    result.delete(identityOf(updater))
    result.set(id, { ...bucket, set: old.set.union(updater.set) })
    count--
  }
  return result
}
