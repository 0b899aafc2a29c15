import type { StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'
import { endOrdinal, firstOrdinal, statefulSetKind } from './stateful-pods.ts'

const podKind = { apiVersion: 'v1', kind: 'Pod' }

/** Who is to own a claim by its set's retention policy. */
export interface ClaimOwners {
  owners: OwnerReference[]
  /** Someone else manages the claim, so that the policy doesn't hold for it. */
  isForeign: boolean
}

/** The owners of an ordinal's claim; `pod` is the ordinal's, if there is one. Owners that are none of ours stay. */
export function ownersOfClaim(
  { metadata }: PersistentVolumeClaim,
  set: Stored<StatefulSet>,
  ordinal: number,
  pod: Stored<Pod> | undefined,
): ClaimOwners {
  const known = metadata.ownerReferences ?? []
  const ours = [
    { ...statefulSetKind, ...set.metadata },
    ...(pod ? [{ ...podKind, ...pod.metadata }] : []),
  ]
  const isNamedLike = (reference: OwnerReference, own: (typeof ours)[number]) =>
    reference.apiVersion === own.apiVersion &&
    reference.kind === own.kind &&
    reference.name === own.name
  // What is left of an earlier set or pod of that name is for the garbage collector to judge.
  const isStale = (reference: OwnerReference) =>
    ours.some(own => isNamedLike(reference, own) && reference.uid !== own.uid)
  if (known.some(isStale)) return { owners: known, isForeign: false }
  const others = known.filter(({ uid }) => !ours.some(own => own.uid === uid))
  const wanted = wantedOwner(set, ordinal, pod)
  const isForeign = hasPolicy(set) && others.some(({ controller }) => controller)
  return { owners: wanted && !isForeign ? [...others, wanted] : others, isForeign }
}

const policyOf = ({ spec }: StatefulSet) => spec.persistentVolumeClaimRetentionPolicy ?? {}

const hasPolicy = (set: StatefulSet): boolean => Object.values(policyOf(set)).includes('Delete')

/** Whose end is the end of an ordinal's claims: the set's, or, scaled away, the pod's. */
function wantedOwner(
  set: Stored<StatefulSet>,
  ordinal: number,
  pod: Stored<Pod> | undefined,
): OwnerReference | undefined {
  const { whenDeleted, whenScaled } = policyOf(set)
  const isCondemned = ordinal < firstOrdinal(set) || ordinal >= endOrdinal(set)
  if (isCondemned && whenScaled === 'Delete') return pod && controllerReference(pod, podKind)
  return whenDeleted === 'Delete' ? controllerReference(set, statefulSetKind) : undefined
}
