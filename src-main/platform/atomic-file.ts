import { randomBytes } from 'node:crypto'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/**
 * Replaces `file` in one step: a reader, or a crash at any moment, sees the old content or the new one whole.
 * The content is on disk when the promise resolves, unless it is said to be `passing`, of no worth after a crash.
 * `mode` defaults to 0644; secrets take 0600.
 */
export async function writeFileAtomic(
  file: string,
  content: string | Uint8Array,
  options: { mode?: number; passing?: boolean } = {},
): Promise<void> {
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true })
  const temporary = path.join(folder, `.${path.basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    await using handle = await open(temporary, 'wx', options.mode ?? 0o644)
    await handle.writeFile(content)
    if (!options.passing) await handle.sync()
    await rename(temporary, file)
  } catch (error) {
    await rm(temporary, { force: true })
    throw error
  }
  if (!options.passing) await syncFolder(folder)
}

/** Makes a rename in `folder` durable; Windows can't open folders and needs no such step. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return
  await using handle = await open(folder, 'r')
  await handle.sync()
}
