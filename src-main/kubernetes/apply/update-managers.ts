import type { Conflict } from './conflicts.ts'
import { FieldSet } from './field-set.ts'
import { identityOf, type Manager, type Managers } from './managed-fields.ts'
import { fieldElement } from './path-element.ts'
import type { Comparison } from './walk.ts'

/** What nobody owns: the server fills it in, or it names the object. */
const unowned = FieldSet.of(
  [
    ['apiVersion'],
    ['kind'],
    ['metadata'],
    ...[
      'name',
      'namespace',
      'creationTimestamp',
      'selfLink',
      'uid',
      'clusterName',
      'generation',
      'managedFields',
      'resourceVersion',
    ].map(name => ['metadata', name]),
  ].map(path => path.map(fieldElement)),
)

export const withoutUnowned = (set: FieldSet): FieldSet => set.difference(unowned)

/** Where changes meet what others own. */
export function conflictsOf(managers: Managers, except: string, changes: Comparison): Conflict[] {
  const changed = changes.modified.union(changes.added)
  return [...managers]
    .filter(([id]) => id !== except)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, manager]) =>
      [...manager.set.intersection(changed).paths()].map(path => ({ manager, path })),
    )
}

/** The other managers lose what was changed or removed. */
export function disown(managers: Managers, except: string, changes: Comparison): Managers {
  const changed = changes.modified.union(changes.added)
  const rest = [...managers].map(([id, manager]): [string, Manager] => {
    if (id === except) return [id, manager]
    const set = manager.set
      .difference(manager.set.intersection(changed))
      .difference(changes.removed)
    return [id, { ...manager, set }]
  })
  return new Map(rest.filter(([, { set }]) => !set.isEmpty))
}

/** Takes what an update changed from the others and gives it to `manager`; who changes nothing gets nothing. */
export function takeOwnership(
  managers: Managers,
  manager: Omit<Manager, 'set'>,
  changes: Comparison,
): Managers {
  const rest = new Map(disown(managers, '', changes))
  const taken = withoutUnowned(changes.modified.union(changes.added))
  if (taken.isEmpty) return rest
  const id = identityOf(manager)
  const own = rest.get(id)?.set ?? new FieldSet()
  return rest.set(id, { ...manager, set: own.union(taken) })
}
