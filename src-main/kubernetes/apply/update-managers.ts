import type { Changes } from './changes.ts'
import type { Conflict } from './conflicts.ts'
import { FieldSet } from './field-set.ts'
import { identityOf, type Manager, type Managers } from './managed-fields.ts'
import { fieldElement } from './path-element.ts'

/** What nobody owns of an object's metadata: the server fills it in, or it names the object. */
export const unownedMetadata: ReadonlySet<string> = new Set([
  'name',
  'namespace',
  'creationTimestamp',
  'selfLink',
  'uid',
  'clusterName',
  'generation',
  'managedFields',
  'resourceVersion',
])
const unowned = FieldSet.of(
  [
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ...[...unownedMetadata].map(name => ['metadata', name]),
  ].map(path => path.map(fieldElement)),
)

export const withoutUnowned = (set: FieldSet): FieldSet => set.difference(unowned)

/** Where changes meet what others own. */
export function conflictsOf(managers: Managers, except: string, changes: Changes): Conflict[] {
  return [...managers]
    .filter(([id]) => id !== except)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, manager]) => {
      const { modified, added } = changes.in(manager.apiVersion) ?? nothing
      return [...manager.set.intersection(modified.union(added)).paths()].map(path => ({
        manager,
        path,
      }))
    })
}

const nothing = { added: new FieldSet(), modified: new FieldSet(), removed: new FieldSet() }

/** The other managers lose what was changed or removed; those of versions that there aren't any more lose everything. */
export function disown(managers: Managers, except: string, changes: Changes): Managers {
  const rest = [...managers].flatMap(([id, manager]): [string, Manager][] => {
    if (id === except) return [[id, manager]]
    const theirs = changes.in(manager.apiVersion)
    if (!theirs) return []
    const set = manager.set
      .difference(manager.set.intersection(theirs.modified.union(theirs.added)))
      .difference(theirs.removed)
    return [[id, { ...manager, set }]]
  })
  return new Map(rest.filter(([, { set }]) => !set.isEmpty))
}

/** Takes what an update changed from the others and gives it to its manager; who changes nothing gets nothing. */
export function takeOwnership(
  managers: Managers,
  manager: Omit<Manager, 'set'>,
  changes: Changes,
): Managers {
  const rest = new Map(disown(managers, '', changes))
  const taken = withoutUnowned(changes.own.modified.union(changes.own.added))
  if (taken.isEmpty) return rest
  const id = identityOf(manager)
  const own = rest.get(id)?.set ?? new FieldSet()
  return rest.set(id, { ...manager, set: own.union(taken) })
}
