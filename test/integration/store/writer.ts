// A process that writes to a store and says so, to be killed or traced: node writer.ts '{"file":…,"writers":…,"count":…}'
import { writeSync } from 'node:fs'
import { openSqliteStore } from '#control-plane/storage/sqlite.ts'
import type { Revision } from '#control-plane/storage/store.ts'

const { file, writers, count, round, synchronous } = JSON.parse(process.argv[2] ?? '{}') as {
  file: string
  writers: number
  count: number
  round: number
  synchronous?: 'OFF'
}
const store = await openSqliteStore({ file }, synchronous ? { synchronous } : {})
const encoder = new TextEncoder()
let next = 0
await Promise.all(
  Array.from({ length: writers }, async () => {
    while (next < count) {
      const name = `<${round}.${next++}>`
      const value = encoder.encode(`${name}${'.'.repeat(300)}`)
      const revision = await store.put(name, value, 0 as Revision)
      acknowledge(`ack ${name} ${revision}\n`)
    }
  }),
)
await store[Symbol.asyncDispose]()

/** Synchronous, so that nothing is between the store's answer and the system call; waits while the pipe is full. */
function acknowledge(line: string): void {
  for (;;) {
    try {
      writeSync(1, line)
      return
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1)
    }
  }
}
