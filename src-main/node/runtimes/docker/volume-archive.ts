import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import type { VolumeFile } from '../container-runtime.ts'

const dataLink = '..data'

export interface TarEntry {
  header: {
    name: string
    type: 'file' | 'directory' | 'symlink'
    size: number
    mode: number
    linkname?: string
    uid?: number
    gid?: number
  }
  body?: Uint8Array
}

/** The name of a folder for a volume's content, as the kubelet names them. `now`: milliseconds since the epoch. */
export function datedFolder(now: number): string {
  const serial = createHash('sha256').update(`${now}`).digest('hex').slice(0, 6)
  return `..${new Date(now).toISOString().slice(0, 19).replace(/[-T:]/g, '_')}.${serial}`
}

/** A tar of a volume's content; see `volumeEntries`. */
export async function volumeArchive(
  files: VolumeFile[],
  folder: string,
  linkName?: string,
): Promise<Uint8Array> {
  const { packTar } = await import('modern-tar')
  return packTar(volumeEntries(files, folder, linkName))
}

/**
 * A volume's content in the kubelet's layout: the files in a folder of their own, `..data` leading to it, and a link for
 * each top-level name leading through `..data`. `linkName` is how the `..data` link is called at first when it has to be
 * swapped in one step afterwards. Throws for a path that leads out of the volume.
 */
export function volumeEntries(
  files: VolumeFile[],
  folder: string,
  linkName = dataLink,
): TarEntry[] {
  const tops = new Set<string>()
  const folders = new Set<string>()
  for (const { path } of files) {
    checkPath(path)
    tops.add(path.split('/')[0] ?? path)
    for (let parent = posix.dirname(path); parent !== '.'; parent = posix.dirname(parent))
      folders.add(parent)
  }
  const directory = (name: string): TarEntry => ({
    header: { name: `${name}/`, type: 'directory', mode: 0o755, size: 0 },
  })
  const link = (name: string, linkname: string): TarEntry => ({
    header: { name, type: 'symlink', linkname, size: 0, mode: 0o777 },
  })
  return [
    directory(folder),
    ...[...folders].sort().map(name => directory(`${folder}/${name}`)),
    ...files.map(
      ({ path, content, mode, uid = 0, gid = 0 }): TarEntry => ({
        header: { name: `${folder}/${path}`, type: 'file', size: content.length, mode, uid, gid },
        body: content,
      }),
    ),
    link(linkName, folder),
    ...[...tops].map(name => link(name, `${dataLink}/${name}`)),
  ]
}

/** The command that swaps `..data` in one step and removes what the volume held before. */
export function swapCommand(root: string, folder: string, files: VolumeFile[]): string[] {
  const keep = new Set(files.map(({ path }) => path.split('/')[0] ?? path))
  const script = [
    'cd "$1"',
    `mv -T ${temporaryLink} ${dataLink}`,
    'for e in ..2* ; do [ "$e" = "$2" ] || rm -rf "$e"; done',
    'k=" $3 "',
    'for e in * .[!.]*; do [ -L "$e" ] || continue; case "$k" in *" $e "*) ;; *) rm -f "$e";; esac; done',
  ].join('\n')
  return ['sh', '-c', script, 'swap', root, folder, [...keep].join(' ')]
}

export const temporaryLink = '..data_tmp'

function checkPath(path: string): void {
  if (path.startsWith('/') || path.split('/').some(part => part === '..' || part === ''))
    throw new Error(`${JSON.stringify(path)} is no path within a volume`)
}

/** The one file of a tar, at most `limitBytes` from its end. */
export async function lastBytesOfFile(tar: Uint8Array, limitBytes: number): Promise<string> {
  const { unpackTar } = await import('modern-tar')
  const [entry] = await unpackTar(tar)
  return Buffer.from(entry?.data ?? [])
    .subarray(-limitBytes)
    .toString('utf8')
}
