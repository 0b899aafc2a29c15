import type { Clock } from '#base/clock.ts'
import type { PodFilter, PodSandbox, PodSandboxConfig } from '../container-runtime.ts'
import { containerNameOf, dockerLabels, sandboxContainerName } from './docker-labels.ts'
import type { EngineContainers } from './engine-containers.ts'
import type { EngineProcesses } from './engine-processes.ts'
import type { ContainerInspection } from './engine-types.ts'
import { firstFiles } from './first-files.ts'
import { toSandbox } from './inspections.ts'
import type { PodVolumeStore } from './pod-volumes.ts'
import { sandboxBody } from './sandbox-body.ts'
import type { SandboxFiles } from './sandbox-files.ts'

export interface PodSandboxesOptions {
  cluster: string
  /** The reference of the image that infra containers run. */
  agentImage: string
  /** The pod network's name on the engine. */
  network: string
  isPodman: boolean
  containers: EngineContainers
  volumes: PodVolumeStore
  processes: EngineProcesses
  files: SandboxFiles
  clock: Clock
}

/** Pods' infra containers, which own their network, IPC and volumes. */
export class PodSandboxes {
  readonly #options: PodSandboxesOptions

  constructor(options: PodSandboxesOptions) {
    this.#options = options
  }

  /** Makes a pod's volumes and starts its infra container, with the volumes' files in place. Answers its id. */
  async run(config: PodSandboxConfig, signal: AbortSignal): Promise<string> {
    const { agentImage, network, isPodman, containers, volumes, processes, files, clock } =
      this.#options
    const [volumeNames, first] = await Promise.all([
      volumes.ensureAll(config),
      firstFiles(config, clock.now()),
    ])
    const readsFiles = !isPodman
    const id = await containers.create(
      containerNameOf(sandboxContainerName, config, config.attempt),
      sandboxBody({
        config,
        image: agentImage,
        network,
        labels: this.#labels(config, readsFiles ? first.messageFiles : undefined),
        volumes: volumeNames,
        readsFiles,
        isPodman,
      }),
      signal,
    )
    const start = () => containers.start(id, signal)
    await (readsFiles ? processes.startWith(id, first.archive, start, signal) : start())
    for (const [volume, content] of config.files)
      if (!readsFiles || first.left.includes(volume)) await files.writeVolume(id, volume, content)
    return id
  }

  /** Ends everything that runs in it, and itself. */
  async stop(id: string): Promise<void> {
    const { containers } = this.#options
    const ids = [...(await this.#memberIds(id)), id]
    await Promise.all(ids.map(one => containers.kill(one)))
  }

  async remove(id: string): Promise<void> {
    const { containers } = this.#options
    for (const member of await this.#memberIds(id)) await containers.remove(member)
    await containers.remove(id)
  }

  /** The newest attempt first. */
  async list(filter?: PodFilter): Promise<PodSandbox[]> {
    const { containers, network } = this.#options
    const inspections = await containers.list('sandbox', filter)
    return inspections
      .map(inspection => toSandbox(inspection, network))
      .sort((a, b) => b.config.attempt - a.config.attempt)
  }

  /** Throws for one that is gone. */
  async get(id: string): Promise<PodSandbox & { inspection: ContainerInspection }> {
    const { containers, network } = this.#options
    const inspection = await containers.inspect(id)
    if (!inspection) throw new Error(`sandbox ${id} is gone`)
    return { ...toSandbox(inspection, network), inspection }
  }

  async #memberIds(id: string): Promise<string[]> {
    const members = await this.#options.containers.summaries({ [dockerLabels.sandbox]: id })
    return members.map(({ Id }) => Id)
  }

  #labels(
    { name, namespace, uid, attempt }: PodSandboxConfig,
    messageFiles: string[] | undefined,
  ): Record<string, string> {
    return {
      [dockerLabels.cluster]: this.#options.cluster,
      [dockerLabels.role]: 'sandbox',
      [dockerLabels.podName]: name,
      [dockerLabels.podNamespace]: namespace,
      [dockerLabels.podUid]: uid,
      [dockerLabels.containerName]: sandboxContainerName,
      [dockerLabels.attempt]: String(attempt),
      ...(messageFiles ? { [dockerLabels.messageFiles]: messageFiles.join(' ') } : {}),
    }
  }
}
