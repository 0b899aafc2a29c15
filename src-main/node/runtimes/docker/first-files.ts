import type { PodSandboxConfig } from '../container-runtime.ts'
import { messageFileOf, messagesVolume } from './pod-volumes.ts'
import { datedFolder, type TarEntry, volumeEntries } from './volume-archive.ts'

/** What an infra container gets on its standard input to fill the pod's volumes before anything runs. */
export interface FirstFiles {
  /** Relative to the folder of all volumes. */
  archive: Uint8Array
  /** Takes the termination messages of the containers' first attempts. */
  messageFiles: string[]
  /** Volumes that it can't unpack, which have to be written through the engine. */
  left: string[]
}

/** What busybox' tar reads without the extensions that longer names need. */
const longestName = 100

/** Packs the volumes' files and the empty files for termination messages. `now`: milliseconds since the epoch. */
export async function firstFiles(
  { files, containerNames, attempt }: PodSandboxConfig,
  now: number,
): Promise<FirstFiles> {
  const { packTar } = await import('modern-tar')
  const messageFiles = attempt === 0 ? containerNames.map(name => messageFileOf(name, 0)) : []
  const entries: TarEntry[] = messageFiles.map(file => ({
    header: { name: `${messagesVolume.name}/${file}`, type: 'file', size: 0, mode: 0o666 },
    body: new Uint8Array(),
  }))
  const left: string[] = []
  for (const [volume, content] of files) {
    const ofVolume = volumeEntries(content, datedFolder(now)).map(entry => ({
      ...entry,
      header: { ...entry.header, name: `${volume}/${entry.header.name}` },
    }))
    if (ofVolume.every(isShort)) entries.push(...ofVolume)
    else left.push(volume)
  }
  return { archive: await packTar(entries), messageFiles, left }
}

const isShort = ({ header: { name, linkname = '' } }: TarEntry): boolean =>
  Math.max(Buffer.byteLength(name), Buffer.byteLength(linkname)) <= longestName
