import { formatTime } from '#base/clock.ts'
import { persistentVolumeClaims, persistentVolumes } from '#client/resource-types.ts'
import type {
  PersistentVolume,
  PersistentVolumeClaim,
  PersistentVolumeClaimStatus,
  PersistentVolumeStatus,
} from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { bindCompletedKey, boundByControllerKey } from '#kubernetes/storage-binding.ts'
import type { BinderContext } from './binder-context.ts'

/** Writes the binding of a volume and a claim, in upstream's order: volume, its phase, claim, its phase. */
export class Binding {
  readonly #context: Pick<BinderContext, 'client' | 'clock'>

  constructor(context: Pick<BinderContext, 'client' | 'clock'>) {
    this.#context = context
  }

  /** Each step is left out where it is done already, so that a broken-off binding is completed. */
  async bind(
    volume: Stored<PersistentVolume>,
    claim: Stored<PersistentVolumeClaim>,
  ): Promise<void> {
    const claimed = await this.#claimVolume(volume, claim)
    await this.setVolumePhase(claimed, 'Bound')
    const named = await this.#nameVolume(claim, claimed)
    // A claim that is bound already may be growing: who makes it grow says when it has.
    const { phase, capacity } = named.status ?? {}
    const known = phase === 'Bound' ? capacity : undefined
    await this.#writeClaimStatus(named, {
      ...named.status,
      phase: 'Bound',
      accessModes: claimed.spec?.accessModes ?? [],
      capacity: known ?? claimed.spec?.capacity ?? {},
    })
  }

  async #claimVolume(
    volume: Stored<PersistentVolume>,
    claim: Stored<PersistentVolumeClaim>,
  ): Promise<Stored<PersistentVolume>> {
    const { name, namespace = '', uid, resourceVersion } = claim.metadata
    if (volume.spec?.claimRef?.uid === uid) return volume
    const isOurs = !volume.spec?.claimRef
    return this.#context.client.update(persistentVolumes, {
      ...volume,
      metadata: isOurs
        ? {
            ...volume.metadata,
            annotations: { ...volume.metadata.annotations, [boundByControllerKey]: 'yes' },
          }
        : volume.metadata,
      spec: {
        ...volume.spec,
        claimRef: {
          kind: 'PersistentVolumeClaim',
          apiVersion: 'v1',
          namespace,
          name,
          uid,
          resourceVersion,
        },
      },
    })
  }

  async #nameVolume(
    claim: Stored<PersistentVolumeClaim>,
    volume: Stored<PersistentVolume>,
  ): Promise<Stored<PersistentVolumeClaim>> {
    const isNamed = claim.spec?.volumeName === volume.metadata.name
    const isComplete = claim.metadata.annotations?.[bindCompletedKey] !== undefined
    if (isNamed && isComplete) return claim
    const annotations = {
      ...claim.metadata.annotations,
      [bindCompletedKey]: 'yes',
      ...(isNamed ? {} : { [boundByControllerKey]: 'yes' }),
    }
    return this.#context.client.update(persistentVolumeClaims, {
      ...claim,
      metadata: { ...claim.metadata, annotations },
      spec: { ...claim.spec, volumeName: volume.metadata.name },
    })
  }

  async setPhase(
    claim: Stored<PersistentVolumeClaim>,
    phase: NonNullable<PersistentVolumeClaimStatus['phase']>,
  ): Promise<void> {
    await this.#writeClaimStatus(claim, { ...claim.status, phase })
  }

  async #writeClaimStatus(
    claim: Stored<PersistentVolumeClaim>,
    status: PersistentVolumeClaimStatus,
  ): Promise<void> {
    if (semanticEqual(claim.status, status)) return
    await this.#context.client.updateStatus(persistentVolumeClaims, { ...claim, status })
  }

  async setVolumePhase(
    volume: Stored<PersistentVolume>,
    phase: NonNullable<PersistentVolumeStatus['phase']>,
  ): Promise<Stored<PersistentVolume>> {
    if (volume.status?.phase === phase) return volume
    const lastPhaseTransitionTime = formatTime(this.#context.clock.now())
    const status = { phase, lastPhaseTransitionTime }
    return this.#context.client.updateStatus(persistentVolumes, { ...volume, status })
  }
}
