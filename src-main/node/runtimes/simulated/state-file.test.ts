import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import { SimulatedState } from './simulated-state.ts'
import { loadState } from './state-file.ts'

test('loadState takes a missing file for an empty state, and says so when it cannot read one', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'slipway-state-'))
  await using _directory = {
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  }
  const state = new SimulatedState()
  await loadState(path.join(directory, 'missing.json'), state)
  expect(state.sandboxes.size).toBe(0)
  await expect(loadState(directory, state)).rejects.toThrow('EISDIR')
})
