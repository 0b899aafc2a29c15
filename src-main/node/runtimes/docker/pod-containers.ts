import type { ContainerConfig, PodFilter, RuntimeContainer } from '../container-runtime.ts'
import { containerBody } from './container-body.ts'
import { containerNameOf, dockerLabels } from './docker-labels.ts'
import type { EngineContainers } from './engine-containers.ts'
import type { EngineImages } from './engine-images.ts'
import type { ContainerInspection } from './engine-types.ts'
import { toContainer } from './inspections.ts'
import type { PodSandboxes } from './pod-sandboxes.ts'
import { messageFileOf, messagesVolume, type PodVolumeStore } from './pod-volumes.ts'
import type { SandboxFiles } from './sandbox-files.ts'

export interface PodContainersOptions {
  cluster: string
  isPodman: boolean
  containers: EngineContainers
  sandboxes: PodSandboxes
  volumes: PodVolumeStore
  files: SandboxFiles
  images: EngineImages
}

/** The containers that run in pods' sandboxes. */
export class PodContainers {
  readonly #options: PodContainersOptions

  constructor(options: PodContainersOptions) {
    this.#options = options
  }

  /** Makes a container and what its mounts need. Answers its id; throws when the sandbox is gone. */
  async create(sandboxId: string, config: ContainerConfig, signal: AbortSignal): Promise<string> {
    const { cluster, isPodman, containers, sandboxes, volumes, files } = this.#options
    const { config: pod, inspection: sandbox } = await sandboxes.get(sandboxId)
    const volume = await volumes.findMounted(pod.uid, config)
    const file = messageFileOf(config.name, config.attempt)
    const made = sandbox.Config.Labels?.[dockerLabels.messageFiles]?.split(' ') ?? []
    if (!made.includes(file)) await files.makeMessageFile(sandboxId, file)
    await files.makeMountedFolders(sandboxId, config)
    return containers.create(
      containerNameOf(config.name, pod, config.attempt),
      containerBody({
        config,
        sandboxId,
        hostIPC: sandbox.HostConfig.IpcMode === 'host',
        hostNetwork: sandbox.HostConfig.NetworkMode === 'host',
        labels: {
          ...config.labels,
          [dockerLabels.cluster]: cluster,
          [dockerLabels.role]: 'container',
          [dockerLabels.sandbox]: sandboxId,
          [dockerLabels.attempt]: String(config.attempt),
        },
        volume,
        terminationFile: `${volume(messagesVolume.name).mountpoint}/${file}`,
        isPodman,
      }),
      signal,
    )
  }

  /** The newest attempt first. */
  async list(filter?: PodFilter): Promise<RuntimeContainer[]> {
    const inspections = await this.#options.containers.list('container', filter)
    const containers = await Promise.all(inspections.map(one => this.#shown(one)))
    return containers.sort((a, b) => b.attempt - a.attempt)
  }

  async find(id: string): Promise<RuntimeContainer | undefined> {
    const inspection = await this.#options.containers.inspect(id)
    return inspection && this.#shown(inspection)
  }

  /** The end of what a container wrote as its termination message; empty for one that is gone. */
  async readTerminationMessage(id: string, limitBytes: number): Promise<string> {
    const { containers, files } = this.#options
    const labels = (await containers.inspect(id))?.Config.Labels ?? {}
    const sandbox = labels[dockerLabels.sandbox]
    if (!sandbox) return ''
    const { [dockerLabels.containerName]: name = '', [dockerLabels.attempt]: attempt = '' } = labels
    const file = messageFileOf(name, attempt)
    return files.readMessage(sandbox, file, limitBytes)
  }

  async #shown(inspection: ContainerInspection): Promise<RuntimeContainer> {
    return toContainer(inspection, await this.#options.images.statusId(inspection.Image))
  }
}
