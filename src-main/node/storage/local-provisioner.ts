import type { Clock } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import type { Logger } from '#base/logger.ts'
import { EventRecorder } from '#client/events.ts'
import type { Informer } from '#client/informer.ts'
import {
  persistentVolumeClaims,
  persistentVolumes,
  storageClasses,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import { WorkQueue } from '#client/work-queue.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isAlreadyExists, isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { bindsLate, classOf, provisionerKey, selectedNodeKey } from '#kubernetes/storage-binding.ts'
import type { ContainerRuntime } from '../runtimes/container-runtime.ts'
import { growVolume } from './grow-volume.ts'
import { finalizer, localProvisionerName, nodeOfVolume, volumeFor } from './local-volume.ts'

type Runtimes = ReadonlyMap<string, Pick<ContainerRuntime, 'removeLastingVolume'>>

export interface LocalProvisionerOptions {
  informers: SharedInformers
  /** May create and delete volumes. */
  client: Client
  /** The engines by node. */
  runtimes: Runtimes
  clock: Clock
  logger: Logger
}

/**
 * Provisions volumes that a node's engine keeps, by the protocol of Kubernetes' external provisioners: a claim that
 * the binder annotates gets a PersistentVolume on the node that the scheduler chose; a released one is removed with
 * its data when its policy is `Delete`. The engine's volume itself is made when a pod first mounts it.
 */
export class LocalProvisioner implements AsyncDisposable {
  readonly #client: Client
  readonly #runtimes: Runtimes
  readonly #logger: Logger
  readonly #recorder: EventRecorder
  readonly #queue: WorkQueue
  readonly #owned = new AsyncDisposableStack()
  readonly #stop = Promise.withResolvers<void>()
  readonly #claims: Informer<PersistentVolumeClaim>
  readonly #volumes: Informer<PersistentVolume>
  readonly #classes: Informer<StorageClass>
  readonly #running: Promise<void>

  constructor({ informers, client, runtimes, clock, logger }: LocalProvisionerOptions) {
    this.#client = client
    this.#runtimes = runtimes
    this.#logger = logger.with({ component: localProvisionerName })
    this.#recorder = this.#owned.use(
      new EventRecorder({ client, clock, logger, component: localProvisionerName }),
    )
    this.#queue = new WorkQueue(clock, { baseMs: 500, maxMs: 60_000 })
    this.#claims = this.#owned.use(informers.use(persistentVolumeClaims)).informer
    this.#volumes = this.#owned.use(informers.use(persistentVolumes)).informer
    this.#classes = this.#owned.use(informers.use(storageClasses)).informer
    const wake = (object: Stored<PersistentVolume> | Stored<PersistentVolumeClaim>) =>
      this.#queue.add(keyOf(object))
    this.#owned.use(this.#claims.on({ added: wake, updated: wake }))
    this.#owned.use(this.#volumes.on({ added: wake, updated: wake }))
    const stopped = this.#stop.promise
    const synced = Promise.all([this.#claims, this.#volumes, this.#classes].map(one => one.synced))
    this.#running = Promise.race([synced, stopped]).then(() =>
      this.#queue.work(4, key => this.#handle(key)),
    )
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#queue[Symbol.dispose]()
    this.#stop.resolve()
    await this.#running
    await this.#owned.disposeAsync()
  }

  /** Keys with a slash are claims, those without are volumes. */
  async #handle(key: string): Promise<void> {
    try {
      if (key.includes('/')) await this.#provision(key)
      else await this.#reclaim(key)
      this.#queue.forget(key)
    } catch (error) {
      this.#queue.addRateLimited(key)
      const level = isConflict(error) ? 'debug' : 'warn'
      this.#logger[level]('could not provision or remove a volume; will retry', {
        key,
        error: errorMessage(error),
      })
    }
  }

  async #provision(key: string): Promise<void> {
    const claim = this.#claims.get(key)
    if (!claim || claim.metadata.deletionTimestamp) return
    if (claim.spec?.volumeName) return this.#grow(claim, claim.spec.volumeName)
    if (claim.metadata.annotations?.[provisionerKey] !== localProvisionerName) return
    const storageClass = this.#classes.get(classOf(claim))
    const node =
      claim.metadata.annotations[selectedNodeKey] ??
      (bindsLate(storageClass) ? undefined : [...this.#runtimes.keys()][0])
    if (!storageClass || node === undefined || !this.#runtimes.has(node)) return
    if (claim.spec?.volumeMode === 'Block') {
      const message = `failed to provision volume with StorageClass ${JSON.stringify(storageClass.metadata.name)}: block volumes are not supported`
      this.#note(claim, 'PersistentVolumeClaim', 'Warning', 'ProvisioningFailed', message)
      return
    }
    const wanted = volumeFor(claim, storageClass, node)
    if (this.#volumes.get(wanted.metadata.name ?? '')) return
    try {
      const { name } = (await this.#client.create(persistentVolumes, wanted)).metadata
      const message = `Successfully provisioned volume ${name}`
      this.#note(claim, 'PersistentVolumeClaim', 'Normal', 'ProvisioningSucceeded', message)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
    }
  }

  async #grow(claim: Stored<PersistentVolumeClaim>, volumeName: string): Promise<void> {
    const volume = this.#volumes.get(volumeName)
    const { csi, claimRef } = volume?.spec ?? {}
    const isOurs = csi?.driver === localProvisionerName && claimRef?.uid === claim.metadata.uid
    if (!volume || !isOurs || !(await growVolume(this.#client, claim, volume))) return
    const message = 'Resize volume succeeded'
    this.#note(claim, 'PersistentVolumeClaim', 'Normal', 'VolumeResizeSuccessful', message)
  }

  async #reclaim(name: string): Promise<void> {
    const volume = this.#volumes.get(name)
    const { csi, persistentVolumeReclaimPolicy: policy } = volume?.spec ?? {}
    const { finalizers = [], deletionTimestamp } = volume?.metadata ?? {}
    if (!volume || csi?.driver !== localProvisionerName || !finalizers.includes(finalizer)) return
    const isReleased = volume.status?.phase === 'Released' || volume.status?.phase === 'Failed'
    const isUnbound = volume.status?.phase !== 'Bound'
    const goes = deletionTimestamp ? isUnbound : isReleased && policy === 'Delete'
    if (!goes) return
    const runtime = this.#runtimes.get(nodeOfVolume(volume) ?? '')
    if (policy === 'Delete' && runtime) {
      try {
        await runtime.removeLastingVolume(csi.volumeHandle)
      } catch (error) {
        this.#note(volume, 'PersistentVolume', 'Warning', 'VolumeFailedDelete', errorMessage(error))
        throw error
      }
    }
    try {
      if (!deletionTimestamp) {
        await this.#client.delete(
          persistentVolumes,
          { name },
          {
            preconditions: { uid: volume.metadata.uid },
          },
        )
      }
      const fresh = await this.#client.get(persistentVolumes, { name })
      await this.#client.update(persistentVolumes, {
        ...fresh,
        metadata: {
          ...fresh.metadata,
          finalizers: (fresh.metadata.finalizers ?? []).filter(other => other !== finalizer),
        },
      })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #note(
    about: Stored<PersistentVolume> | Stored<PersistentVolumeClaim>,
    kind: string,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.#recorder.record(about, { type, reason, message }, { apiVersion: 'v1', kind })
  }
}
