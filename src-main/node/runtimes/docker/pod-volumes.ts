import type { ContainerConfig, PodSandboxConfig, RuntimeVolume } from '../container-runtime.ts'
import { dockerLabels, labelFilter } from './docker-labels.ts'
import { EngineError, type EngineHttp, isGone } from './engine-http.ts'
import type { VolumeInspection } from './engine-types.ts'

interface EngineVolume {
  name: string
  /** Where the engine's host keeps it. */
  mountpoint: string
}

/** Takes the containers' termination messages; every pod has one. */
export const messagesVolume: RuntimeVolume = { name: '.messages', medium: 'disk', mode: 0o755 }

/** The file of that volume for one attempt of a container. */
export const messageFileOf = (container: string, attempt: number | string): string =>
  `${container}.${attempt}`

/** Names a volume of a pod, or one that outlives pods. */
type VolumeName = Pick<RuntimeVolume, 'name' | 'lastingName'>

/** The engine's volumes for pods, named after the pod's uid, and those that outlive pods, named after the cluster. */
export class PodVolumeStore {
  readonly #http: EngineHttp
  readonly #cluster: string
  /** Of the pods that this process made volumes for, by the engine's name: what it says of them never changes. */
  readonly #made = new Map<string, EngineVolume>()

  constructor(http: EngineHttp, cluster: string) {
    this.#http = http
    this.#cluster = cluster
  }

  /** Makes a volume, or finds the one that exists. */
  async #ensure(podUid: string, volume: RuntimeVolume): Promise<EngineVolume> {
    const create = (options: Record<string, string>) =>
      this.#http.json<VolumeInspection>({
        method: 'POST',
        path: '/volumes/create',
        body: {
          Name: this.#nameOf(podUid, volume),
          Driver: 'local',
          DriverOpts: options,
          Labels: {
            [dockerLabels.cluster]: this.#cluster,
            ...(volume.lastingName ? {} : { [dockerLabels.podUid]: podUid }),
          },
        },
      })
    const { Name, Mountpoint } = await this.#withFallback(volume, create)
    const made = { name: Name, mountpoint: Mountpoint }
    if (!volume.lastingName) this.#made.set(Name, made)
    return made
  }

  /** Makes a pod's volumes, or finds them; answers the engine's names by the pod's. */
  async ensureAll({ uid, volumes }: PodSandboxConfig): Promise<Map<string, string>> {
    const ensured = [messagesVolume, ...volumes].map(
      async volume => [volume.name, (await this.#ensure(uid, volume)).name] as const,
    )
    return new Map(await Promise.all(ensured))
  }

  /** Finds the volumes that a container needs, by the pod's names. What it answers throws for a name that isn't among them. */
  async findMounted(
    podUid: string,
    config: ContainerConfig,
  ): Promise<(name: string) => EngineVolume> {
    const found = new Map(
      await Promise.all(
        volumesOf(config).map(
          async volume => [volume.name, await this.#find(podUid, volume)] as const,
        ),
      ),
    )
    return name => {
      const volume = found.get(name)
      if (!volume) throw new Error(`the pod has no volume ${name}`)
      return volume
    }
  }

  async #find(podUid: string, volume: VolumeName): Promise<EngineVolume> {
    const made = this.#made.get(this.#nameOf(podUid, volume))
    if (made) return made
    const { Name, Mountpoint } = await this.#http.json<VolumeInspection>({
      method: 'GET',
      path: `/volumes/${this.#nameOf(podUid, volume)}`,
    })
    return { name: Name, mountpoint: Mountpoint }
  }

  /** Removes the volumes of a pod that is gone; those that the engine holds on to are left for `removeAll`. */
  async removeOf(podUid: string): Promise<void> {
    await this.#remove({ [dockerLabels.cluster]: this.#cluster, [dockerLabels.podUid]: podUid })
  }

  /** Removes a volume that outlived its pods. */
  async removeLasting(name: string): Promise<void> {
    try {
      await this.#http.json({ method: 'DELETE', path: `/volumes/${this.#lasting(name)}` })
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  #nameOf(podUid: string, { name, lastingName }: VolumeName): string {
    return lastingName ? this.#lasting(lastingName) : engineName(podUid, name)
  }

  #lasting(name: string): string {
    return `slipway_${this.#cluster}_${name}`
  }

  /** Removes the cluster's volumes. Throws when the engine holds on to some, naming them. */
  async removeAll(): Promise<void> {
    const held = await this.#remove({ [dockerLabels.cluster]: this.#cluster })
    if (held.length) {
      throw new Error(
        `the engine believes volumes in use until it is started anew; restart it and clean up again: ${held.join(', ')}`,
      )
    }
  }

  /** Podman knows no size for memory volumes. */
  async #withFallback(
    { medium, sizeLimitBytes }: RuntimeVolume,
    create: (options: Record<string, string>) => Promise<VolumeInspection>,
  ): Promise<VolumeInspection> {
    if (medium === 'disk') return create({})
    const memory = { type: 'tmpfs', device: 'tmpfs' }
    if (!sizeLimitBytes) return create(memory)
    try {
      return await create({ ...memory, o: `size=${sizeLimitBytes}` })
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      return create(memory)
    }
  }

  /** Answers the names of those that the engine holds on to. */
  async #remove(labels: Record<string, string>): Promise<string[]> {
    const held: string[] = []
    const { Volumes } = await this.#http.json<{ Volumes: VolumeInspection[] | null }>({
      method: 'GET',
      path: '/volumes',
      query: { filters: labelFilter(labels) },
    })
    // Podman answers those that carry any of the labels, which may be another pod's or hold a claim's data.
    const carriesAll = ({ Labels }: VolumeInspection) =>
      Object.entries(labels).every(([key, value]) => Labels?.[key] === value)
    for (const { Name } of (Volumes ?? []).filter(carriesAll)) {
      this.#made.delete(Name)
      try {
        // Never by force: Docker would forget the labels of a volume that it can't remove, and nobody would find it again.
        await this.#http.json({ method: 'DELETE', path: `/volumes/${Name}` })
      } catch (error) {
        if (isStillMounted(error)) held.push(Name)
        else if (!isGone(error)) throw error
      }
    }
    return held
  }
}

/** Docker that died and came back with its containers believes some memory volumes to be mounted until it starts anew. */
const isStillMounted = (error: unknown): boolean =>
  error instanceof EngineError && /active mounts/.test(error.message)

const engineName = (podUid: string, name: string) => `slipway_${podUid}_${name.replace(/^\./, '')}`

/** The volumes that a container needs; all of them have one for termination messages. */
function volumesOf({ mounts }: ContainerConfig): VolumeName[] {
  const named = new Map<string, VolumeName>([[messagesVolume.name, messagesVolume]])
  for (const { source } of mounts) {
    if (!('volume' in source)) continue
    const { volume: name, lastingName } = source
    named.set(name, lastingName ? { name, lastingName } : { name })
  }
  return [...named.values()]
}
