import { persistentVolumeClaims } from '#client/resource-types.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { defaultStorageClassKeys, findDefaultClass } from '#kubernetes/default-class.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  betaClassKey,
  betaProvisionerKey,
  bindCompletedKey,
  bindsLate,
  claimNames,
  classOf,
  isCandidate,
  isClaimedBy,
  noProvisioner,
  provisionerKey,
  reaches,
  selectedNodeKey,
  smallest,
  suits,
} from '#kubernetes/storage-binding.ts'
import type { BinderContext } from './binder-context.ts'
import { Binding } from './binding.ts'

const claimKind = { apiVersion: 'v1', kind: 'PersistentVolumeClaim' }

/** Finds or asks for the volume of a claim, and watches over what is bound. */
export class ClaimSync {
  readonly #context: BinderContext
  readonly #binding: Binding

  constructor(context: BinderContext) {
    this.#context = context
    this.#binding = new Binding(context)
  }

  async sync(key: string): Promise<void> {
    const claim = this.#context.informer.get(key)
    if (!claim) return
    if (claim.metadata.annotations?.[bindCompletedKey]) await this.#syncBound(claim)
    else if (claim.spec?.volumeName) await this.#syncNamed(claim, claim.spec.volumeName)
    else await this.#findVolume(claim)
  }

  async #syncBound(claim: Stored<PersistentVolumeClaim>): Promise<void> {
    const { volumeName } = claim.spec ?? {}
    if (!volumeName) {
      await this.#lose(
        claim,
        'ClaimLost',
        'Bound claim has lost reference to PersistentVolume. Data on the volume is lost!',
      )
      return
    }
    const volume = this.#context.informers.persistentVolumes.get(volumeName)
    if (!volume) {
      await this.#lose(
        claim,
        'ClaimLost',
        'Bound claim has lost its PersistentVolume. Data on the volume is lost!',
      )
      return
    }
    if (!volume.spec?.claimRef || isClaimedBy(volume, claim)) {
      await this.#binding.bind(volume, claim)
      return
    }
    await this.#lose(
      claim,
      'ClaimMisbound',
      'Two claims are bound to the same volume, this one is bound incorrectly',
    )
  }

  /** A user chose the volume. */
  async #syncNamed(claim: Stored<PersistentVolumeClaim>, name: string): Promise<void> {
    const volume = this.#context.informers.persistentVolumes.get(name)
    if (!volume) return this.#binding.setPhase(claim, 'Pending')
    if (volume.spec?.claimRef && !isClaimedBy(volume, claim)) {
      const message = `volume ${JSON.stringify(name)} already bound to a different claim.`
      this.#note(claim, 'Warning', 'FailedBinding', message)
      return this.#binding.setPhase(claim, 'Pending')
    }
    if (!volume.spec?.claimRef && (!suits(volume, claim) || classOf(volume) !== classOf(claim))) {
      const message = `Cannot bind to requested volume ${JSON.stringify(name)}: ${mismatch(volume, claim)}`
      this.#note(claim, 'Warning', 'VolumeMismatch', message)
      return this.#binding.setPhase(claim, 'Pending')
    }
    await this.#binding.bind(volume, claim)
  }

  async #findVolume(claim: Stored<PersistentVolumeClaim>): Promise<void> {
    const { informers } = this.#context
    const className = classOf(claim)
    const storageClass = informers.storageClasses.get(className)
    const node = claim.metadata.annotations?.[selectedNodeKey]
    const isEarly = bindsLate(storageClass) && node === undefined
    const all = informers.persistentVolumes.list()
    const preBound = all.find(volume => volume.spec?.claimRef && isClaimedBy(volume, claim))
    if (preBound && suits(preBound, claim)) return this.#binding.bind(preBound, claim)
    const free = isEarly
      ? undefined
      : smallest(all.filter(volume => isCandidate(volume, claim) && this.#reaches(volume, node)))
    if (free) return this.#binding.bind(free, claim)
    if (isEarly) this.#noteWait(claim)
    else if (className) await this.#provision(claim, className, storageClass)
    else if (await this.#takeDefaultClass(claim)) return
    else {
      const message = 'no persistent volumes available for this claim and no storage class is set'
      this.#note(claim, 'Normal', 'FailedBinding', message)
    }
    await this.#binding.setPhase(claim, 'Pending')
  }

  /** A claim that never named a class takes the default one as soon as there is one; an empty name is a choice. */
  async #takeDefaultClass(claim: Stored<PersistentVolumeClaim>): Promise<boolean> {
    const { metadata, spec } = claim
    if (
      spec?.storageClassName !== undefined ||
      metadata.annotations?.[betaClassKey] !== undefined
    ) {
      return false
    }
    const classes = this.#context.informers.storageClasses.list()
    const storageClassName = findDefaultClass(classes, defaultStorageClassKeys)
    if (storageClassName === undefined) return false
    await this.#context.client.update(persistentVolumeClaims, {
      ...claim,
      spec: { ...spec, storageClassName },
    })
    return true
  }

  #reaches(volume: PersistentVolume, nodeName: string | undefined): boolean {
    if (nodeName === undefined) return true
    const labels = this.#context.informers.nodes.get(nodeName)?.metadata.labels
    return reaches(volume, { name: nodeName, labels })
  }

  #noteWait(claim: Stored<PersistentVolumeClaim>): void {
    const { namespace, name } = claim.metadata
    const pod = this.#context.informers.pods
      .list(namespace)
      .find(pod => !pod.spec?.nodeName && claimNames(pod).includes(name))
    const message = 'waiting for first consumer to be created before binding'
    if (!pod) this.#note(claim, 'Normal', 'WaitForFirstConsumer', message)
    else {
      const waiting = `waiting for pod ${pod.metadata.name} to be scheduled`
      this.#note(claim, 'Normal', 'WaitForPodScheduled', waiting)
    }
  }

  /** Asks the class' provisioner for a volume. */
  async #provision(
    claim: Stored<PersistentVolumeClaim>,
    className: string,
    storageClass: StorageClass | undefined,
  ): Promise<void> {
    if (!storageClass) {
      const message = `storageclass.storage.k8s.io ${JSON.stringify(className)} not found`
      this.#note(claim, 'Warning', 'ProvisioningFailed', message)
      return
    }
    const { provisioner } = storageClass
    if (provisioner === noProvisioner) {
      const message = `no volume plugin matched name: ${noProvisioner}`
      this.#note(claim, 'Warning', 'ProvisioningFailed', message)
      return
    }
    if (claim.metadata.annotations?.[provisionerKey] !== provisioner) {
      const annotations = {
        ...claim.metadata.annotations,
        [provisionerKey]: provisioner,
        [betaProvisionerKey]: provisioner,
      }
      await this.#context.client.update(persistentVolumeClaims, {
        ...claim,
        metadata: { ...claim.metadata, annotations },
      })
    }
    const message = `Waiting for a volume to be created either by the external provisioner '${provisioner}' or manually by the system administrator. If volume creation is delayed, please verify that the provisioner is running and correctly registered.`
    this.#note(claim, 'Normal', 'ExternalProvisioning', message)
  }

  async #lose(claim: Stored<PersistentVolumeClaim>, reason: string, message: string) {
    if (claim.status?.phase === 'Lost') return
    this.#note(claim, 'Warning', reason, message)
    await this.#binding.setPhase(claim, 'Lost')
  }

  #note(
    claim: Stored<PersistentVolumeClaim>,
    type: 'Normal' | 'Warning',
    reason: string,
    message: string,
  ): void {
    this.#context.recorder.record(claim, { type, reason, message }, claimKind)
  }
}

function mismatch(volume: PersistentVolume, claim: PersistentVolumeClaim): string {
  if (classOf(volume) !== classOf(claim)) return 'storageClassName does not match'
  if ((volume.spec?.volumeMode ?? 'Filesystem') !== (claim.spec?.volumeMode ?? 'Filesystem')) {
    return 'incompatible volumeMode'
  }
  const hasModes = (claim.spec?.accessModes ?? []).every(mode =>
    volume.spec?.accessModes?.includes(mode),
  )
  return hasModes ? 'requested PV is too small' : 'incompatible accessMode'
}
