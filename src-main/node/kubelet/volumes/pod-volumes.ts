import { createHash } from 'node:crypto'
import type { Volume } from '#kubernetes/api/core-v1.ts'
import { quantityValue } from '#kubernetes/quantity.ts'
import type {
  ContainerMount,
  ContainerRuntime,
  RuntimeVolume,
  VolumeFile,
} from '../../runtimes/container-runtime.ts'
import { ContainerConfigError } from '../environment/container-environment.ts'
import { expandReferences } from '../environment/expansion.ts'
import type { AnyContainer, BoundPod } from '../pod-facts.ts'
import { hasFiles, type VolumeFilesContext, volumeFiles } from './volume-files.ts'

/** The driver of volumes that the node's engine keeps, as the provisioner of the node names it. */
const localDriver = 'local.slipway.dev'

/** A volume of the pod can't be had; `volume` names it. */
export class VolumeError extends Error {
  override readonly name = 'VolumeError'
  readonly volume: string
  constructor(volume: string, cause: unknown) {
    super(cause instanceof Error ? cause.message : String(cause), { cause })
    this.volume = volume
  }
}

/** A pod's volumes as found: what the engine keeps, what the host has, and the files to write. */
export interface ResolvedVolumes {
  engine: RuntimeVolume[]
  hostPaths: Map<string, string>
  files: Map<string, VolumeFile[]>
}

/** Finds out what a pod's volumes are and hold. Throws a `VolumeError` for the first that can't be had. */
export async function resolveVolumes(context: VolumeFilesContext): Promise<ResolvedVolumes> {
  const resolved: ResolvedVolumes = { engine: [], hostPaths: new Map(), files: new Map() }
  for (const volume of context.pod.spec.volumes ?? []) {
    try {
      await resolveVolume(volume, context, resolved)
    } catch (cause) {
      throw new VolumeError(volume.name, cause)
    }
  }
  return resolved
}

async function resolveVolume(
  volume: Volume,
  context: VolumeFilesContext,
  { engine, hostPaths, files }: ResolvedVolumes,
): Promise<void> {
  const { name, emptyDir, hostPath } = volume
  const gid = context.pod.spec.securityContext?.fsGroup
  const owner = gid === undefined ? {} : { gid }
  if (hasFiles(volume)) {
    const content = await volumeFiles(volume, context)
    files.set(
      name,
      content.map(file => ({
        ...file,
        ...owner,
        mode: gid === undefined ? file.mode : file.mode | 0o440,
      })),
    )
    const medium = volume.secret || volume.projected ? 'memory' : 'disk'
    engine.push({ name, medium, mode: 0o755, ...owner })
  } else if (emptyDir) {
    const limit = emptyDir.sizeLimit ? quantityValue(emptyDir.sizeLimit) : 0
    engine.push({
      name,
      medium: emptyDir.medium === 'Memory' ? 'memory' : 'disk',
      mode: gid === undefined ? 0o777 : 0o2777,
      ...owner,
      ...(limit > 0 ? { sizeLimitBytes: limit } : {}),
    })
  } else if (hostPath) hostPaths.set(name, hostPath.path)
  else {
    const claimed = await claimedVolume(volume, context)
    if ('hostPath' in claimed) hostPaths.set(name, claimed.hostPath)
    else {
      const mode = gid === undefined ? 0o777 : 0o2777
      engine.push({ name, medium: 'disk', mode, ...owner, lastingName: claimed.lastingName })
    }
  }
}

/** What is behind a claim: its bound PersistentVolume of type `hostPath` or `local`, or one that the engine keeps. */
async function claimedVolume(
  volume: Volume,
  { pod, objects }: VolumeFilesContext,
): Promise<{ hostPath: string } | { lastingName: string }> {
  const claimName =
    volume.persistentVolumeClaim?.claimName ??
    (volume.ephemeral ? `${pod.metadata.name}-${volume.name}` : undefined)
  if (!claimName) throw new Error('no volume plugin matched')
  const claim = await objects.claim(pod.metadata.namespace ?? '', claimName)
  if (!claim) throw new Error(`persistentvolumeclaim ${JSON.stringify(claimName)} not found`)
  const bound = claim.spec?.volumeName
  if (claim.status?.phase !== 'Bound' || !bound)
    throw new Error(`PVC ${JSON.stringify(claimName)} is not bound`)
  const { hostPath, local, csi } = (await objects.volume(bound))?.spec ?? {}
  const path = hostPath?.path ?? local?.path
  if (path) return { hostPath: path }
  if (csi?.driver === localDriver) return { lastingName: csi.volumeHandle }
  throw new Error(`no volume plugin matched for PersistentVolume ${JSON.stringify(bound)}`)
}

/**
 * Where a container mounts its volumes. What the API server's objects are written into is read-only whatever the mount says,
 * except where another mount lies below it, which the engine has to make a folder for. Throws a `ContainerConfigError` for a
 * mount that names no volume or leaves it.
 */
export function containerMounts(
  container: AnyContainer,
  { hostPaths, engine, files }: ResolvedVolumes,
  environment: ReadonlyMap<string, string>,
): ContainerMount[] {
  const { volumeMounts = [] } = container
  return volumeMounts.map(mount => {
    const subPath = mount.subPathExpr
      ? expandReferences(mount.subPathExpr, name => environment.get(name))
      : mount.subPath
    if (subPath?.startsWith('/') || subPath?.split('/').includes('..'))
      throw new ContainerConfigError(`subPath ${JSON.stringify(subPath)} must stay in its volume`)
    const base = hostPaths.get(mount.name)
    const lastingName = engine.find(({ name }) => name === mount.name)?.lastingName
    const source =
      base === undefined
        ? {
            volume: mount.name,
            ...(lastingName ? { lastingName } : {}),
            ...(subPath ? { subPath } : {}),
          }
        : { hostPath: subPath ? `${base}/${subPath}` : base }
    const below = `${mount.mountPath.replace(/\/+$/, '')}/`
    const isWritten =
      files.has(mount.name) && !volumeMounts.some(({ mountPath }) => mountPath.startsWith(below))
    return { source, containerPath: mount.mountPath, readOnly: mount.readOnly || isWritten }
  })
}

/** Writes volumes' files into a sandbox, each only when they differ from what was written there last. */
export class VolumeWriter {
  readonly #runtime: ContainerRuntime
  readonly #written = new Map<string, string>()

  constructor(runtime: ContainerRuntime) {
    this.#runtime = runtime
  }

  /** Notes that a sandbox was made with these files. */
  madeWith(sandboxId: string, { files }: ResolvedVolumes): void {
    for (const [volume, content] of files)
      this.#written.set(`${sandboxId}/${volume}`, fingerprint(content))
  }

  async write(sandboxId: string, { files }: ResolvedVolumes): Promise<void> {
    for (const [volume, content] of files) {
      const key = `${sandboxId}/${volume}`
      const print = fingerprint(content)
      if (this.#written.get(key) === print) continue
      try {
        await this.#runtime.writeVolume(sandboxId, volume, content)
      } catch (cause) {
        throw new VolumeError(volume, cause)
      }
      this.#written.set(key, print)
    }
  }
}

function fingerprint(files: VolumeFile[]): string {
  const hash = createHash('sha256')
  for (const { path, content, mode } of files)
    hash.update(`${path}\0${mode}\0${content.length}\0`).update(content)
  return hash.digest('base64')
}

/** Whether a pod refers to a ConfigMap or Secret in a volume, so that a change of it has to be written. */
export function mountsObject(pod: BoundPod, kind: 'configMap' | 'secret', name: string): boolean {
  return (pod.spec.volumes ?? []).some(volume => {
    if (volume.configMap?.name === name) return kind === 'configMap'
    if (volume.secret?.secretName === name) return kind === 'secret'
    return (volume.projected?.sources ?? []).some(source => source[kind]?.name === name)
  })
}
