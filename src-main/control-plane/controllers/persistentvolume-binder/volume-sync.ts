import { persistentVolumeClaims, persistentVolumes } from '#client/resource-types.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { boundByControllerKey, provisionedByKey } from '#kubernetes/storage-binding.ts'
import type { BinderContext } from './binder-context.ts'
import { Binding } from './binding.ts'

const volumeKind = { apiVersion: 'v1', kind: 'PersistentVolume' }

/** Keeps a volume's phase in line with its claim, and releases it when the claim is gone. */
export class VolumeSync {
  readonly #context: BinderContext
  readonly #binding: Binding

  constructor(context: BinderContext) {
    this.#context = context
    this.#binding = new Binding(context)
  }

  async sync(name: string): Promise<void> {
    const volume = this.#context.informers.persistentVolumes.get(name)
    if (!volume) return
    const reference = volume.spec?.claimRef
    if (!reference?.uid) {
      await this.#binding.setVolumePhase(volume, 'Available')
      if (reference) this.#context.queue.add(`${reference.namespace}/${reference.name}`)
      else this.#wakePending()
      return
    }
    const claim = await this.#claimOf(volume)
    if (!claim) await this.#release(volume)
    else if (!claim.spec?.volumeName) {
      this.#context.queue.add(`${claim.metadata.namespace}/${claim.metadata.name}`)
    } else if (claim.spec.volumeName === volume.metadata.name) {
      await this.#binding.setVolumePhase(volume, 'Bound')
    } else await this.#unbind(volume)
  }

  /** Asks the API server itself before a claim counts as gone. */
  async #claimOf(volume: PersistentVolume): Promise<Stored<PersistentVolumeClaim> | undefined> {
    const { namespace = '', name = '', uid } = volume.spec?.claimRef ?? {}
    const known = this.#context.informer.get(`${namespace}/${name}`)
    if (known?.metadata.uid === uid) return known
    try {
      const claim = await this.#context.client.get(persistentVolumeClaims, { namespace, name })
      return claim.metadata.uid === uid ? claim : undefined
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }

  /** Whoever provisioned the volume removes it where the policy says so. */
  async #release(volume: Stored<PersistentVolume>): Promise<void> {
    const { phase } = volume.status ?? {}
    const released =
      phase === 'Released' || phase === 'Failed'
        ? volume
        : await this.#binding.setVolumePhase(volume, 'Released')
    const policy = volume.spec?.persistentVolumeReclaimPolicy
    if (policy === 'Recycle') {
      this.#note(released, 'VolumeFailedRecycle', 'No recycler plugin found for the volume!')
    }
    if (policy === 'Delete' && !volume.metadata.annotations?.[provisionedByKey]) {
      const message =
        'error getting deleter volume plugin for volume: no deletable volume plugin matched'
      this.#note(released, 'VolumeFailedDelete', message)
      await this.#binding.setVolumePhase(released, 'Failed')
    }
  }

  /** The claim took another volume. */
  async #unbind(volume: Stored<PersistentVolume>): Promise<void> {
    const { annotations = {} } = volume.metadata
    if (annotations[provisionedByKey] && volume.spec?.persistentVolumeReclaimPolicy === 'Delete') {
      await this.#release(volume)
      return
    }
    const { [boundByControllerKey]: ours, ...others } = annotations
    const { claimRef, ...spec } = volume.spec ?? {}
    const { uid: _, resourceVersion: __, ...reference } = claimRef ?? {}
    await this.#context.client.update(persistentVolumes, {
      ...volume,
      metadata: { ...volume.metadata, annotations: others },
      spec: ours ? spec : { ...spec, claimRef: reference },
    })
  }

  #wakePending(): void {
    const { informer, queue } = this.#context
    for (const { metadata, status } of informer.list()) {
      if (status?.phase !== 'Bound') queue.add(`${metadata.namespace}/${metadata.name}`)
    }
  }

  #note(volume: Stored<PersistentVolume>, reason: string, message: string): void {
    this.#context.recorder.record(volume, { type: 'Warning', reason, message }, volumeKind)
  }
}
