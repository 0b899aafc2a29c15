import { buffer } from 'node:stream/consumers'
import type { Clock } from '#base/clock.ts'
import type { ContainerConfig, VolumeFile } from '../container-runtime.ts'
import { type EngineHttp, isGone } from './engine-http.ts'
import type { EngineProcesses } from './engine-processes.ts'
import { messagesVolume } from './pod-volumes.ts'
import { volumeRoot } from './sandbox-body.ts'
import {
  datedFolder,
  lastBytesOfFile,
  swapCommand,
  temporaryLink,
  volumeArchive,
} from './volume-archive.ts'

/** Files in a pod's volumes, reached through its infra container, so that we share no file system with the engine. */
export class SandboxFiles {
  readonly #http: EngineHttp
  readonly #processes: EngineProcesses
  readonly #clock: Clock

  constructor(http: EngineHttp, processes: EngineProcesses, clock: Clock) {
    this.#http = http
    this.#processes = processes
    this.#clock = clock
  }

  /** Makes a volume's content exactly `files`: written to a folder of their own, then swapped in by one rename. */
  async writeVolume(sandboxId: string, volume: string, files: VolumeFile[]): Promise<void> {
    const folder = datedFolder(this.#clock.now())
    const root = `${volumeRoot}/${volume}`
    const isFirst = !(await this.#exists(sandboxId, `${root}/..data`))
    const archive = await volumeArchive(files, folder, isFirst ? undefined : temporaryLink)
    await this.#put(sandboxId, root, archive)
    if (!isFirst) await this.#processes.run(sandboxId, swapCommand(root, folder, files))
  }

  /** What volumes take up, by name: whole blocks, directories counted. */
  async volumeBytes(
    sandboxId: string,
    volumes: readonly string[],
  ): Promise<ReadonlyMap<string, number>> {
    const paths = volumes.map(name => `${volumeRoot}/${name}`)
    const lines = (await this.#processes.run(sandboxId, ['du', '-sk', ...paths])).split('\n')
    const kilobytes = lines.map(line => Number.parseInt(line, 10))
    return new Map(volumes.map((name, index) => [name, (kilobytes[index] ?? 0) * 1024]))
  }

  /** Makes an empty file for a container's termination message. */
  async makeMessageFile(sandboxId: string, name: string): Promise<void> {
    const { packTar } = await import('modern-tar')
    const header = { name, type: 'file' as const, size: 0, mode: 0o666 }
    const archive = await packTar([{ header, body: new Uint8Array() }])
    await this.#put(sandboxId, `${volumeRoot}/${messagesVolume.name}`, archive)
  }

  /** Makes the folders within volumes that a container's mounts lead to. */
  async makeMountedFolders(sandboxId: string, { mounts }: ContainerConfig): Promise<void> {
    for (const { source } of mounts) {
      if (!('volume' in source) || !source.subPath) continue
      const path = `${volumeRoot}/${source.volume}/${source.subPath}`
      if (!(await this.#exists(sandboxId, path)))
        await this.#processes.run(sandboxId, ['mkdir', '-p', '-m', '777', path])
    }
  }

  /** The end of a container's termination message. */
  async readMessage(sandboxId: string, messageFile: string, limitBytes: number): Promise<string> {
    const answer = await this.#http.stream({
      method: 'GET',
      path: `/containers/${sandboxId}/archive`,
      query: { path: `${volumeRoot}/${messagesVolume.name}/${messageFile}` },
    })
    return lastBytesOfFile(await buffer(answer), limitBytes)
  }

  async #put(id: string, path: string, archive: Uint8Array): Promise<void> {
    await this.#http.json({
      method: 'PUT',
      path: `/containers/${id}/archive`,
      query: { path },
      body: archive,
    })
  }

  async #exists(id: string, path: string): Promise<boolean> {
    try {
      const request = {
        method: 'HEAD',
        path: `/containers/${id}/archive`,
        query: { path },
      } as const
      ;(await this.#http.stream(request)).resume()
      return true
    } catch (error) {
      if (isGone(error)) return false
      throw error
    }
  }
}
