import type { CommitLog } from './commit-log.ts'
import { MvccIndex } from './mvcc-index.ts'
import { MvccStore } from './mvcc-store.ts'
import type { Store } from './store.ts'

/** Keeps nothing beyond the process: what is in memory counts as durable. */
const noLog: CommitLog = {
  append: async () => {},
  compact: async () => {},
  async [Symbol.asyncDispose]() {},
}

/** A store that lasts as long as the process. */
export async function openMemoryStore(options: { bufferedBytes?: number } = {}): Promise<Store> {
  return new MvccStore(noLog, new MvccIndex(), options)
}
