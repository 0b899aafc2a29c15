import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
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
import type { Plugin, StorageListers } from '../framework.ts'
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

/** Pods go where their volumes are or can be made. */
export const volumeBinding: Plugin = {
  name: 'VolumeBinding',
  wakesOn: ['node added', 'node labels', 'storage'],
  filter({ pod }, _nodes, storage) {
    const names = claimNames(pod)
    if (names.length === 0) return undefined
    const claims: Stored<PersistentVolumeClaim>[] = []
    for (const name of names) {
      const claim = storage.claims.get(`${pod.metadata.namespace}/${name}`)
      if (!claim) return `persistentvolumeclaim ${JSON.stringify(name)} not found`
      if (claim.metadata.deletionTimestamp) {
        return `persistentvolumeclaim ${JSON.stringify(name)} is being deleted`
      }
      if (!isBound(claim) && !bindsLate(storage.classes.get(classOf(claim)))) {
        return 'pod has unbound immediate PersistentVolumeClaims'
      }
      claims.push(claim)
    }
    return node => {
      for (const claim of claims) {
        const fits = isBound(claim)
          ? isReached(claim, node, storage)
          : canBind(claim, node, storage)
        if (!fits) return isBound(claim) ? elsewhere : noVolumes
      }
      return undefined
    }
  },
}

const isBound = ({ metadata, spec }: PersistentVolumeClaim): boolean =>
  Boolean(spec?.volumeName && metadata.annotations?.[bindCompletedKey])

/** The claims of a pod that wait for its node. */
export const unboundClaims = (
  { pod }: PodInfo,
  { claims }: Pick<StorageListers, 'claims'>,
): Stored<PersistentVolumeClaim>[] =>
  claimNames(pod)
    .map(name => claims.get(`${pod.metadata.namespace}/${name}`))
    .filter(claim => claim !== undefined)
    .filter(claim => !isBound(claim))

/** A volume that isn't known yet holds up no pod. */
function isReached({ spec }: PersistentVolumeClaim, node: NodeState, { volumes }: StorageListers) {
  const volume = volumes.get(spec?.volumeName ?? '')
  return !volume || reaches(volume, node)
}

function canBind(
  claim: Stored<PersistentVolumeClaim>,
  node: NodeState,
  { volumes, classes }: StorageListers,
): boolean {
  const { provisioner, allowedTopologies } = classes.get(classOf(claim)) ?? {}
  const isAllowed =
    !allowedTopologies?.length ||
    allowedTopologies.some(({ matchLabelExpressions = [] }) =>
      matchLabelExpressions.every(({ key, values }) => values.includes(node.labels?.[key] ?? '')),
    )
  if (provisioner && provisioner !== noProvisioner) return isAllowed
  return volumes
    .list()
    .some(
      volume => (isCandidate(volume, claim) || isClaimedBy(volume, claim)) && reaches(volume, node),
    )
}
