import type { Mutation } from './mutation.ts'

const server = 'src-main/control-plane/apiserver'
const tests = 'test/integration/apiserver'

/** Faults of reading, watching, writing and deleting through the API. */
export const requestMutations: readonly Mutation[] = [
  {
    name: 'the path of one object watches them all',
    file: `${server}/handlers/selection.ts`,
    find: 'if (name) tests.push(item => item.object.metadata.name === name)',
    replace: 'if (name) tests.push(every)',
    caughtBy: {
      file: `${tests}/watching.test.ts`,
      test: 'the deprecated paths > watch one object',
    },
  },
  {
    name: 'an object that leaves a selector is shown as it is now',
    file: `${server}/cache/watch-item.ts`,
    find: "this.#deleted ??= new WatchItem('DELETED', this.previous.at(this.revision))",
    replace:
      "this.#deleted ??= new WatchItem('DELETED', (this.current ?? this.previous).at(this.revision))",
    caughtBy: { file: `${tests}/watching.test.ts`, test: 'a selective watch > sees objects enter' },
  },
  {
    name: 'bookmarks come every two minutes',
    file: `${server}/cache/resource-cache.ts`,
    find: 'const bookmarkEveryMs = 60_000',
    replace: 'const bookmarkEveryMs = 120_000',
    caughtBy: { file: `${tests}/watching.test.ts`, test: 'bookmarks > come every minute' },
  },
  {
    name: 'a selective list tells how many are left',
    file: `${server}/handlers/list.ts`,
    find: 'if (!selection.hasSelector) metadata.remainingItemCount = remaining',
    replace: 'metadata.remainingItemCount = remaining',
    caughtBy: { file: `${tests}/reading.test.ts`, test: 'a list in chunks > with a selector' },
  },
  {
    name: 'a write in another order of keys is a change',
    file: `${server}/handlers/stored-bytes.ts`,
    find: 'return wanted.equals(stored) || deepEqual(parse(wanted), parse(stored))',
    replace: 'return wanted.equals(stored)',
    caughtBy: { file: `${tests}/writing.test.ts`, test: 'a write that changes nothing' },
  },
  {
    name: 'seven names are tried',
    file: `${server}/handlers/object-writer.ts`,
    find: 'const generateNameTries = 8',
    replace: 'const generateNameTries = 7',
    caughtBy: { file: `${tests}/writing.test.ts`, test: 'generateName > is tried eight' },
  },
  {
    name: 'a dry run removes',
    file: `${server}/handlers/object-writer.ts`,
    find: 'if (write.dryRun) return',
    replace: 'if (write.dryRun && !write.name) return',
    caughtBy: { file: `${tests}/dry-runs.test.ts`, test: 'a dry run > of a' },
  },
  {
    name: 'a precondition of a version is not looked at',
    file: `${server}/handlers/delete.ts`,
    find: 'if (wanted && wanted !== resourceVersion)',
    replace: 'if (wanted && wanted === uid)',
    caughtBy: { file: `${tests}/deleting.test.ts`, test: 'preconditions' },
  },
  {
    name: 'a quality of zero is accepted',
    file: `${server}/http/negotiate.ts`,
    find: 'return ranges.filter(range => range.quality > 0)',
    replace: 'return ranges.filter(range => range.quality >= 0)',
    caughtBy: { file: `${tests}/negotiation.test.ts`, test: 'an answer' },
  },
  {
    name: 'a list of values is merged as a list',
    file: 'src-main/kubernetes/patch/merge-lists.ts',
    find: '? [...new Set([...original, ...patch])]',
    replace: '? [...patch]',
    caughtBy: {
      file: `${tests}/patching.test.ts`,
      test: 'a strategic merge patch > adds to lists',
    },
  },
]
