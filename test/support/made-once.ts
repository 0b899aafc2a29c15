import { access, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import path from 'node:path'

/**
 * A file that is made on first use and kept. `make` gets an empty folder, gone afterwards, and answers where in it the file
 * lies; only when it is whole does it take its place, whoever else makes it meanwhile.
 */
export async function madeOnce(
  file: string,
  make: (workspace: string) => Promise<string>,
): Promise<string> {
  const isThere = await access(file).then(
    () => true,
    () => false,
  )
  if (isThere) return file
  const folder = path.dirname(file)
  await mkdir(folder, { recursive: true })
  const workspace = await mkdtemp(path.join(folder, 'making-'))
  try {
    await rename(await make(workspace), file)
    return file
  } finally {
    await rm(workspace, { recursive: true, force: true })
  }
}
