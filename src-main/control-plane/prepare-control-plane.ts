import { existsSync } from 'node:fs'
import { expectOrder } from '#platform/issue-certificates.ts'
import { certificatesIn } from '#platform/paths.ts'
import { expectDatabase, willOpenDatabase } from './storage/storage-thread.ts'

/**
 * Starts the threads that a start waits for longest, while all else is still to be loaded: the one that opens the
 * database, and in a first start the one that issues certificates. Needs to know no more than where the data lies, and
 * where objects are kept if that was said.
 */
export function prepareControlPlane(dataDir: string, store?: { kind: string }): void {
  if (store ? store.kind === 'sqlite' : willOpenDatabase(dataDir)) expectDatabase()
  if (!existsSync(certificatesIn(dataDir))) expectOrder()
}
