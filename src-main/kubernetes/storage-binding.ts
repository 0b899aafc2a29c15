import type { PersistentVolume, PersistentVolumeClaim, Pod } from './api/core-v1.ts'
import type { StorageClass } from './api/storage-v1.ts'
import { compareQuantities } from './quantity.ts'
import { matchesLabelSelector } from './selectors/match-label-selector.ts'
import { matchesNodeTerm, type NamedNode } from './selectors/node-selector.ts'

/** How claims and volumes named their class before they had a field for it. */
export const betaClassKey = 'volume.beta.kubernetes.io/storage-class'
/** Set once a claim and its volume know each other. */
export const bindCompletedKey = 'pv.kubernetes.io/bind-completed'
/** Set where the binder chose, not a user. */
export const boundByControllerKey = 'pv.kubernetes.io/bound-by-controller'
/** The node that the scheduler wants the volume on. */
export const selectedNodeKey = 'volume.kubernetes.io/selected-node'
/** Asks a provisioner for a volume. */
export const provisionerKey = 'volume.kubernetes.io/storage-provisioner'
export const betaProvisionerKey = 'volume.beta.kubernetes.io/storage-provisioner'
/** Says which provisioner made a volume. */
export const provisionedByKey = 'pv.kubernetes.io/provisioned-by'

/** The provisioner of classes whose volumes someone makes by hand. */
export const noProvisioner = 'kubernetes.io/no-provisioner'

type Classed = PersistentVolume | PersistentVolumeClaim

/** The class of a claim or a volume; empty for none. */
export const classOf = ({ metadata, spec }: Classed): string =>
  metadata.annotations?.[betaClassKey] ?? spec?.storageClassName ?? ''

/** Whether a claim of this class waits for a pod that uses it. */
export const bindsLate = (storageClass: StorageClass | undefined): boolean =>
  storageClass?.volumeBindingMode === 'WaitForFirstConsumer'

/** Whether a volume names this claim, by its uid or, before it was ever bound, by its name alone. */
export function isClaimedBy(
  { spec }: PersistentVolume,
  { metadata }: PersistentVolumeClaim,
): boolean {
  const reference = spec?.claimRef
  return (
    reference?.name === metadata.name &&
    reference?.namespace === metadata.namespace &&
    (!reference?.uid || reference.uid === metadata.uid)
  )
}

/** Whether a volume could serve a claim, were it free. */
export function suits(volume: PersistentVolume, { spec }: PersistentVolumeClaim): boolean {
  const wanted = spec?.resources?.requests?.['storage'] ?? '0'
  return (
    compareQuantities(volume.spec?.capacity?.['storage'] ?? '0', wanted) >= 0 &&
    (volume.spec?.volumeMode ?? 'Filesystem') === (spec?.volumeMode ?? 'Filesystem') &&
    (spec?.accessModes ?? []).every(mode => volume.spec?.accessModes?.includes(mode))
  )
}

/** Whether a free volume may be chosen for a claim. */
export function isCandidate(volume: PersistentVolume, claim: PersistentVolumeClaim): boolean {
  return (
    !volume.spec?.claimRef &&
    !volume.metadata.deletionTimestamp &&
    volume.status?.phase === 'Available' &&
    classOf(volume) === classOf(claim) &&
    (!claim.spec?.selector || matchesLabelSelector(claim.spec.selector, volume.metadata.labels)) &&
    suits(volume, claim)
  )
}

/** Whether a volume can be reached from a node. */
export const reaches = ({ spec }: PersistentVolume, node: NamedNode): boolean =>
  spec?.nodeAffinity?.required?.nodeSelectorTerms.some(term => matchesNodeTerm(term, node)) ?? true

/** The smallest of some volumes. */
export const smallest = <V extends PersistentVolume>(volumes: V[]): V | undefined =>
  volumes.toSorted((a, b) =>
    compareQuantities(a.spec?.capacity?.['storage'] ?? '0', b.spec?.capacity?.['storage'] ?? '0'),
  )[0]

/** The names of the claims that a pod uses, its own ephemeral ones among them. */
export const claimNames = ({ metadata, spec }: Pod): string[] =>
  (spec?.volumes ?? []).flatMap(({ name, persistentVolumeClaim, ephemeral }) => {
    if (persistentVolumeClaim) return [persistentVolumeClaim.claimName]
    return ephemeral ? [`${metadata.name}-${name}`] : []
  })
