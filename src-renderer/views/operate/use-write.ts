import { useState } from 'react'
import type { WriteResult } from '../../../src-main/contract/objects.ts'
import { messageOf, report } from '../shared/operations.ts'

/** Runs a write once at a time; `error` is what kept it from being tried or answered. */
export function useWrite(onDone: () => void) {
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<string>()
  const run = async (done: string, write: () => Promise<readonly WriteResult[]>) => {
    if (busy) return
    setBusy(true)
    setError(undefined)
    try {
      report(done, await write())
      onDone()
    } catch (problem) {
      setError(messageOf(problem))
    } finally {
      setBusy(false)
    }
  }
  return { busy, error, run }
}
