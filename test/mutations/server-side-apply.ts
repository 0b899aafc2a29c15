import type { Mutation } from './mutation.ts'

const apply = 'src-main/kubernetes/apply'
const table = 'test/integration/apiserver/apply/apply-table.test.ts'

/** Faults of server-side apply. */
export const applyMutations: readonly Mutation[] = [
  {
    name: 'what another applier owns is pruned with its former owner',
    file: `${apply}/prune.ts`,
    find: 'Map.groupBy(managers.values(), ',
    replace: "Map.groupBy([...managers.values()].filter(one => one.operation === 'Update'), ",
    caughtBy: { file: table, test: 'server-side apply: removal > a key that another applier owns' },
  },
  {
    name: 'what an updater owns is pruned with its former owner',
    file: `${apply}/prune.ts`,
    find: 'Map.groupBy(managers.values(), ',
    replace: "Map.groupBy([...managers.values()].filter(one => one.operation === 'Apply'), ",
    caughtBy: { file: table, test: 'server-side apply: removal > a key that an updater owns too' },
  },
  {
    name: 'what an updater took is pruned by its former applier',
    file: `${apply}/prune.ts`,
    find: 'const gone = fieldsIn(before, write).difference(fieldsIn(withOwned, write))',
    replace: 'const gone = fieldsIn(before, write).difference(new FieldSet())',
    caughtBy: { file: table, test: 'server-side apply: removal' },
  },
  {
    name: 'a key that is left out does not count with its default',
    file: `${apply}/ownership.ts`,
    find: 'record[key] ?? defaultOf(ownership.items.type, key)',
    replace: 'record[key]',
    caughtBy: { file: table, test: 'server-side apply: lists > a key' },
  },
  {
    name: 'adding to what another owns is no conflict',
    file: `${apply}/update-managers.ts`,
    find: 'return [...manager.set.intersection(modified.union(added)).paths()].map(path => ({',
    replace: 'return [...manager.set.intersection(added).paths()].map(path => ({',
    caughtBy: { file: table, test: 'server-side apply: conflicts' },
  },
  {
    name: 'who loses a field by force keeps it',
    file: `${apply}/update-managers.ts`,
    find: '.difference(manager.set.intersection(theirs.modified.union(theirs.added)))',
    replace: '.difference(manager.set.intersection(theirs.added))',
    caughtBy: { file: table, test: 'server-side apply: conflicts > force takes the field' },
  },
  {
    name: 'an atomic list is merged item by item',
    file: `${apply}/ownership.ts`,
    find: "if (place.listType !== 'map') return leaf",
    replace: "if (place.listType !== 'map') return { kind: 'set' }",
    caughtBy: { file: table, test: 'server-side apply: lists' },
  },
  {
    name: 'eleven updaters are kept',
    file: `${apply}/managed-fields.ts`,
    find: 'const maxUpdaters = 10',
    replace: 'const maxUpdaters = 11',
    caughtBy: { file: table, test: 'server-side apply: updates > of more than ten' },
  },
  {
    name: 'the status is owned through the main endpoint',
    file: 'src-main/control-plane/apiserver/handlers/managed-fields.ts',
    find: "return stored.status ? [['status']] : []",
    replace: 'return []',
    caughtBy: { file: table, test: 'server-side apply: subresources > a status' },
  },
]
