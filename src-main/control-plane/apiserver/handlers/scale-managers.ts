import type { ManagedFieldsEntry } from '#kubernetes/api/meta-v1.ts'
import { FieldSet } from '#kubernetes/apply/field-set.ts'
import {
  identityOf,
  type Manager,
  type Managers,
  readManagers,
  writeManagers,
} from '#kubernetes/apply/managed-fields.ts'
import { fieldElement } from '#kubernetes/apply/path-element.ts'

type Entries = readonly ManagedFieldsEntry[] | undefined

const scaleVersion = 'autoscaling/v1'
const inScale = FieldSet.of([['spec', 'replicas'].map(fieldElement)])

/** Who owns the replicas of an object, which lie at `path`, as owners of its scale. */
export function scaleManagers(entries: Entries, path: readonly string[]): ManagedFieldsEntry[] {
  const elements = path.map(fieldElement)
  const owners = [...readManagers(entries).values()]
    .filter(({ set }) => set.has(elements))
    .map(manager => ({ ...manager, apiVersion: scaleVersion, set: inScale }))
  return writeManagers(managersOf(owners))
}

/** The owners of an object after those of its scale changed: who lost the replicas there loses them here. */
export function managersAfterScale(
  entries: Entries,
  scaleEntries: Entries,
  { path, apiVersion }: { path: readonly string[]; apiVersion: string },
): ManagedFieldsEntry[] {
  const elements = path.map(fieldElement)
  const replicas = FieldSet.of([elements])
  const owners = new Map([...readManagers(scaleEntries).values()].map(one => [nameOf(one), one]))
  const kept = [...readManagers(entries).values()].map(manager => {
    const owner = owners.get(nameOf(manager))
    owners.delete(nameOf(manager))
    if (!manager.set.has(elements) || owner)
      return { ...manager, ...(owner?.time && owner.subresource ? { time: owner.time } : {}) }
    return { ...manager, set: manager.set.difference(replicas) }
  })
  const added = [...owners.values()].map(owner => ({ ...owner, apiVersion, set: replicas }))
  return writeManagers(managersOf([...kept, ...added]))
}

/** By identity; who owns nothing any more is no manager. */
const managersOf = (managers: readonly Manager[]): Managers =>
  new Map(managers.filter(({ set }) => !set.isEmpty).map(manager => [identityOf(manager), manager]))

const nameOf = ({ name, operation, subresource }: Manager): string =>
  JSON.stringify([name, operation, subresource])
