import { mkdtemp, rm } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { stageDesktop } from '../../scripts/package/stage.ts'

/** The desktop app, built and staged for packaging in a folder of its own. */
export async function stageForTest({
  agentImages = [],
}: Partial<Parameters<typeof stageDesktop>[1]> = {}): Promise<
  AsyncDisposable & { folder: string }
> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'desktop-stage-'))
  await stageDesktop(folder, { agentImages })
  return {
    folder,
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}
