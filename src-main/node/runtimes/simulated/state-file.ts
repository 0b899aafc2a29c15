import { rename, writeFile } from 'node:fs/promises'
import { readIfThere } from '#platform/read-if-there.ts'
import type { PodSandbox } from '../container-runtime.ts'
import type { SimulatedContainer, SimulatedState } from './simulated-state.ts'

interface StateFile {
  version: 1
  sandboxes: PodSandbox[]
  containers: Omit<SimulatedContainer, 'timers'>[]
}

/** Writes all sandboxes and containers, so that a later process finds them as they were. */
export async function saveState(path: string, state: SimulatedState): Promise<void> {
  const file: StateFile = {
    version: 1,
    sandboxes: [...state.sandboxes.values()],
    containers: [...state.containers.values()].map(({ timers: _, ...rest }) => rest),
  }
  await writeFile(`${path}.new`, JSON.stringify(file), { mode: 0o600 })
  await rename(`${path}.new`, path)
}

/** Files written before containers knew what they are granted don't say it. */
const unlimited = { resources: {} }

/** Reads what `saveState` wrote; a missing file is an empty state, a damaged one an error that names it. */
export async function loadState(path: string, state: SimulatedState): Promise<void> {
  const text = await readIfThere(path)
  if (text === undefined) return
  try {
    const file = JSON.parse(text) as StateFile
    for (const sandbox of file.sandboxes) state.addSandbox(sandbox)
    for (const { shown, ...container } of file.containers)
      state.addContainer({ ...container, shown: { ...unlimited, ...shown }, timers: [] })
  } catch (cause) {
    throw new Error(`${path} is damaged: remove it and simulated pods start anew`, { cause })
  }
}
