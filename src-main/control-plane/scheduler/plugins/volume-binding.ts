import type { PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
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
import type { ClusterListers, Plugin } from '../framework.ts'
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
    const unbound = claims.filter(claim => !isBound(claim))
    return node => {
      if (known.length < volumes.length) return lost
      const isElsewhere = known.some(volume => !reaches(volume, node))
      const cannotBind = unbound.some(claim => !canBind(claim, node, listers))
      if (isElsewhere && cannotBind)
        return { reasons: [...elsewhere.reasons, ...noVolumes.reasons], final: true }
      return isElsewhere ? elsewhere : cannotBind ? noVolumes : undefined
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

function canBind(
  claim: Stored<PersistentVolumeClaim>,
  node: NodeState,
  { volumes, classes }: ClusterListers,
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
