import { existsSync } from 'node:fs'
import path from 'node:path'

/**
 * The folder that the whole program lies in, a checkout's or a package's: the nearest one above `from` that has a
 * `package.json`. Where a file lies below it differs between its source and what was built from it.
 */
export function programFolder(from: string = import.meta.dirname): string {
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (existsSync(path.join(folder, 'package.json'))) return folder
    if (folder === path.dirname(folder)) throw new Error(`no package.json above ${from}`)
  }
}
