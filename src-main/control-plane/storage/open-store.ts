import path from 'node:path'
import type { Damage } from './sqlite.ts'
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
      const { openSqliteStore } = await import('./sqlite.ts')
      const file = path.join(options.directory, 'store', 'objects.db')
      return openSqliteStore({ file, onDamaged: options.onDamaged, now: options.now })
    }
    case 'etcd': {
      const { openEtcdStore } = await import('./etcd.ts')
      return openEtcdStore({ endpoint: choice.url, prefix: `/slipway/${options.cluster}` })
    }
  }
}
