import type { PersistentVolume, PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
import type { CSIStorageCapacity, StorageClass } from '#kubernetes/api/storage-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import {
  bindCompletedKey,
  bindsLate,
  claimNames,
  classOf,
  isCandidate,
  isClaimedBy,
  noProvisioner,
  reaches,
} from '#kubernetes/storage-binding.ts'
import type { ClusterListers, Plugin, Rejection } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'

const elsewhere = {
  reasons: ["node(s) didn't match PersistentVolume's node affinity"],
  final: true,
}
const noVolumes = {
  reasons: ["node(s) didn't find available persistent volumes to bind"],
  final: true,
}

const noRoom = {
  reasons: ['node(s) did not have enough free storage'],
  final: true,
}
const lost = {
  reasons: ['node(s) unavailable due to one or more pvc(s) bound to non-existent pv(s)'],
  final: true,
}

/** Pods go where their volumes are or can be made. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  wakesOn: ['node added', 'node labels', 'storage'],
  mayHelp: ({ claims }, { change }) => change !== 'storage' || claims.length > 0,
  filter({ pod }, _nodes, listers) {
    const names = claimNames(pod)
    if (names.length === 0) return undefined
    const claims: Stored<PersistentVolumeClaim>[] = []
    for (const name of names) {
      const claim = listers.claims.get(`${pod.metadata.namespace}/${name}`)
      const problem = claimProblem(pod, name, claim)
      if (!claim || problem) return problem
      claims.push(claim)
    }
    const isUnbound = (claim: PersistentVolumeClaim) =>
      !isBound(claim) && !bindsLate(listers.classes.get(classOf(claim)))
    if (claims.some(isUnbound)) return 'pod has unbound immediate PersistentVolumeClaims'
    const bound = claims.filter(isBound)
    const volumes = bound.map(({ spec }) => listers.volumes.get(spec?.volumeName ?? ''))
    const known = volumes.filter(volume => volume !== undefined)
    const unbound = claims
      .filter(claim => !isBound(claim))
      .map(claim => ({ claim, candidates: candidatesFor(claim, listers) }))
    return node => {
      if (known.length < volumes.length) return lost
      const isElsewhere = known.some(volume => !reaches(volume, node))
      const objections = [
        ...(isElsewhere ? [elsewhere] : []),
        ...unbound.flatMap(one => objectionTo(one, node, listers) ?? []),
      ]
      const [only] = objections
      if (objections.length < 2) return only
      const reasons = new Set(objections.flatMap(({ reasons }) => reasons))
      return { reasons: [...reasons], final: true }
    }
  },
}

/** What makes a claim unusable whatever the node. */
function claimProblem(
  pod: Pod,
  name: string,
  claim: PersistentVolumeClaim | undefined,
): string | undefined {
  const quoted = JSON.stringify(name)
  if (!claim) {
    const isEphemeral = (pod.spec?.volumes ?? []).some(
      ({ ephemeral, name: volume }) => ephemeral && `${pod.metadata.name}-${volume}` === name,
    )
    return isEphemeral
      ? `waiting for ephemeral volume controller to create the persistentvolumeclaim ${quoted}`
      : `persistentvolumeclaim ${quoted} not found`
  }
  if (claim.status?.phase === 'Lost') {
    return `persistentvolumeclaim ${quoted} bound to non-existent persistentvolume ${JSON.stringify(claim.spec?.volumeName ?? '')}`
  }
  return claim.metadata.deletionTimestamp
    ? `persistentvolumeclaim ${quoted} is being deleted`
    : undefined
}

const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec?.volumeName && metadata.annotations?.[bindCompletedKey])

/** The claims of a pod that wait for its node. */
export const unboundClaims = (
  { pod }: PodInfo,
  { claims }: Pick<ClusterListers, 'claims'>,
): Stored<PersistentVolumeClaim>[] =>
  claimNames(pod)
    .map(name => claims.get(`${pod.metadata.namespace}/${name}`))
    .filter(claim => claim !== undefined)
    .filter(claim => !isBound(claim))

interface UnboundClaim {
  claim: Stored<PersistentVolumeClaim>
  /** The volumes that would do, wherever they are. */
  candidates: PersistentVolume[]
}

const candidatesFor = (
  claim: Stored<PersistentVolumeClaim>,
  { volumes }: ClusterListers,
): PersistentVolume[] =>
  volumes.list().filter(volume => isCandidate(volume, claim) || isClaimedBy(volume, claim))

/** Why a claim can get its volume neither from those that are there nor from its provisioner on this node. */
function objectionTo(
  { claim, candidates }: UnboundClaim,
  node: NodeState,
  listers: ClusterListers,
): Rejection | undefined {
  if (candidates.some(volume => reaches(volume, node))) return undefined
  const storageClass = listers.classes.get(classOf(claim))
  if (!storageClass || !provisionsOn(storageClass, node)) return noVolumes
  return hasRoom(claim, { storageClass, node, listers }) ? undefined : noRoom
}

function provisionsOn(
  { provisioner, allowedTopologies = [] }: StorageClass,
  { labels }: NodeState,
): boolean {
  if (!provisioner || provisioner === noProvisioner) return false
  return (
    allowedTopologies.length === 0 ||
    allowedTopologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(labels?.[key] ?? '')),
    )
  )
}

/** Whether the driver, if it tells its capacities, has one for a volume of this size that the node can reach. */
function hasRoom(
  { spec }: PersistentVolumeClaim,
  by: { storageClass: Stored<StorageClass>; node: NodeState; listers: ClusterListers },
): boolean {
  const { storageClass, node, listers } = by
  if (!listers.csiDrivers.get(storageClass.provisioner)?.spec.storageCapacity) return true
  const wanted = spec?.resources?.requests?.['storage'] ?? '0'
  const suffices = ({ maximumVolumeSize, capacity }: CSIStorageCapacity) => {
    const limit = maximumVolumeSize ?? capacity
    return limit !== undefined && compareQuantities(limit, wanted) >= 0
  }
  return listers.csiStorageCapacities
    .list()
    .some(
      one =>
        one.storageClassName === storageClass.metadata.name &&
        one.nodeTopology !== undefined &&
        suffices(one) &&
        matchesLabelSelector(one.nodeTopology, node.labels),
    )
}
