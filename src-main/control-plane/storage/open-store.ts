import { type Damage, openSqliteStore } from './sqlite.ts'
import { databaseIn } from './storage-thread.ts'
import type { Store } from './store.ts'

/** Where objects are kept. */
export type StoreChoice = { kind: 'sqlite' } | { kind: 'memory' } | { kind: 'etcd'; url: string }

/**
 * Opens a cluster's store. A damaged database is kept aside under another name and `onDamaged` told; the store then
 * starts empty. Throws an error that names the file or the etcd when it cannot be opened.
 */
export async function openStore(
  choice: StoreChoice,
  options: {
    directory: string
    cluster: string
    now: () => number
    onDamaged: (damage: Damage) => void
  },
): Promise<Store> {
  switch (choice.kind) {
    case 'memory':
      return (await import('./memory.ts')).openMemoryStore()
    case 'sqlite': {
      const { directory, onDamaged, now } = options
      return openSqliteStore({ file: databaseIn(directory), onDamaged, now })
    }
    case 'etcd': {
      const { openEtcdStore } = await import('./etcd.ts')
      return openEtcdStore({ endpoint: choice.url, prefix: `/slipway/${options.cluster}` })
    }
  }
}
