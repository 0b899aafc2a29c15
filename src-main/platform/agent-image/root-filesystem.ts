import { readdir, readFile } from 'node:fs/promises'
import path from 'node:path'
import { readElf } from './elf.ts'

/** What `assets/agent-image/recipe.json` says. */
export interface Recipe {
  version: number
  packages: string[]
  /** Where a program lands, and where packages may keep it. */
  programs: Record<string, string[]>
  /** Libraries that are loaded by name at run time, which no program's header shows. */
  libraries: string[]
  files: Record<string, string>
  folders: string[]
}

export type ImageEntry =
  | { path: string; type: 'directory' }
  | { path: string; type: 'file'; mode: number; content: Uint8Array }
  | { path: string; type: 'symlink'; target: string }

/**
 * The files of the image: the recipe's programs out of unpacked packages, the libraries they load and no others, one
 * link per busybox applet, and the packages' copyright files.
 */
export async function buildRootFilesystem(
  recipe: Recipe,
  options: { packages: string; pause: Uint8Array },
): Promise<ImageEntry[]> {
  const unpacked = await listFiles(options.packages)
  const entries = new Map<string, ImageEntry>()
  const add = (entry: ImageEntry) => {
    if (!entries.has(entry.path)) entries.set(entry.path, entry)
  }
  const addFile = (name: string, content: Uint8Array, mode: number) =>
    add({ path: name, type: 'file', mode, content })

  addFile('pause', options.pause, 0o755)
  for (const [name, content] of Object.entries(recipe.files)) {
    addFile(name, Buffer.from(content), 0o644)
  }
  const wanted: Buffer[] = []
  for (const [name, sources] of Object.entries(recipe.programs)) {
    const source = sources.find(file => unpacked.has(file))
    if (!source) throw new Error(`no package holds ${name}: looked for ${sources.join(', ')}`)
    const content = await readFile(path.join(options.packages, source))
    addFile(name, content, 0o755)
    wanted.push(content)
    if (name === 'bin/busybox') for (const applet of readApplets(content)) add(applet)
  }
  for (const library of await collectLibraries(wanted, recipe.libraries, unpacked, options)) {
    add(library)
  }
  for (const file of unpacked) {
    if (!/^usr\/share\/doc\/[^/]+\/copyright$/.test(file)) continue
    addFile(file, await readFile(path.join(options.packages, file)), 0o644)
  }
  for (const folder of [...recipe.folders, ...parents([...entries.keys()])]) {
    add({ path: folder, type: 'directory' })
  }
  return [...entries.values()].sort((a, b) => (a.path < b.path ? -1 : 1))
}

/** The closure of the programs' libraries and loaders. */
async function collectLibraries(
  programs: Buffer[],
  extra: string[],
  unpacked: Set<string>,
  { packages }: { packages: string },
): Promise<ImageEntry[]> {
  const byName = new Map([...unpacked].map(file => [path.posix.basename(file), file]))
  const found = new Map<string, ImageEntry>()
  const queue = [{ interpreter: undefined, libraries: extra }, ...programs.map(readElf)]
  for (let needs = queue.pop(); needs; needs = queue.pop()) {
    const targets = needs.libraries.map(name => `lib/${name}`)
    if (needs.interpreter) targets.push(needs.interpreter.slice(1))
    for (const target of targets) {
      if (found.has(target)) continue
      const file = byName.get(path.posix.basename(target))
      if (!file) throw new Error(`no package holds the library ${path.posix.basename(target)}`)
      const content = await readFile(path.join(packages, file))
      found.set(target, { path: target, type: 'file', mode: 0o755, content })
      queue.push(readElf(content))
    }
  }
  return [...found.values()]
}

/** Links for busybox's applets, whose names lie in its data one after the other, `[` first and sorted. */
function readApplets(busybox: Buffer): ImageEntry[] {
  const start = busybox.indexOf('\0[\0[[\0') + 1
  const end = busybox.indexOf('\0\0', start)
  if (start < 1 || end < 0) throw new Error('busybox does not name its applets')
  return busybox
    .toString('latin1', start, end)
    .split('\0')
    .map(name => ({ path: `bin/${name}`, type: 'symlink', target: 'busybox' }))
}

/** Regular files and links below a folder, by relative path. */
async function listFiles(folder: string): Promise<Set<string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return new Set(
    entries
      .filter(entry => entry.isFile() || entry.isSymbolicLink())
      .map(entry => path.relative(folder, path.join(entry.parentPath, entry.name))),
  )
}

function parents(files: string[]): Set<string> {
  const folders = new Set<string>()
  for (const file of files) {
    for (
      let folder = path.posix.dirname(file);
      folder !== '.';
      folder = path.posix.dirname(folder)
    ) {
      folders.add(folder)
    }
  }
  return folders
}
