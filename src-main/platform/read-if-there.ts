import { readFile } from 'node:fs/promises'

/** The text of a file; undefined for one that isn't there. Throws for one that can't be read. */
export async function readIfThere(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
