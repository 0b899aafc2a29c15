// A process whose disk fails under it: node faulty.ts FILE. Prints one JSON line of what it saw.

import { openSqliteStore } from '#control-plane/storage/sqlite.ts'
import { StorageError } from '#control-plane/storage/storage-errors.ts'
import type { Revision } from '#control-plane/storage/store.ts'

/** What the process reports. */
export interface FaultReport {
  /** The error that opening ended with, if it did. */
  opening?: { name: string; message: string }
  failures: { name: string; message: string }[]
  /** Key and revision of every acknowledged write. */
  acknowledged: [string, number][]
  /** Acknowledged writes that could not be read at once. */
  unreadable: string[]
}

const file = process.argv[2] ?? ''
const report: FaultReport = { failures: [], acknowledged: [], unreadable: [] }
const described = (error: unknown) => {
  if (!(error instanceof StorageError)) throw error
  return { name: error.name, message: error.message }
}

async function work(): Promise<void> {
  await using store = await openSqliteStore({ file })
  const write = async (key: string) => {
    const value = new TextEncoder().encode(key.repeat(400))
    try {
      report.acknowledged.push([key, await store.put(key, value, 0 as Revision)])
      return true
    } catch (error) {
      report.failures.push(described(error))
      return false
    }
  }
  for (let group = 0; group < 12; group++) {
    const keys = [`${group}/a`, `${group}/b`, `${group}/c`]
    const written = await Promise.all(keys.map(write))
    for (const key of keys.filter((_, n) => !written[n])) {
      for (let attempt = 0; attempt < 5 && !(await write(key)); attempt++);
    }
    for (const [key] of report.acknowledged) {
      if (!(await store.get(key))) report.unreadable.push(key)
    }
    if (group === 6) {
      await store.compact(await store.revision()).catch(error => {
        report.failures.push(described(error))
      })
    }
  }
}

try {
  await work()
} catch (error) {
  report.opening = described(error)
}
console.log(JSON.stringify(report))
