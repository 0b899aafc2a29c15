import type { Volume } from '#kubernetes/api/core-v1.ts'
import type { Plugin } from '../framework.ts'
import type { PodInfo } from '../pod-info.ts'

const noDisk = { reasons: ['node(s) had no available disk'], final: false }
const inUse = {
  reasons: [
    'node(s) unavailable due to PersistentVolumeClaim with ReadWriteOncePod access mode already in-use by another pod',
  ],
  final: false,
}

/** Disks that only one can write are not given to two pods of a node, and claims for one pod only to none else. */
export const volumeRestrictions: Plugin = {
  name: 'VolumeRestrictions',
  wakesOn: ['node added', 'pod removed', 'storage'],
  mayHelp: (info, { pod }) =>
    !pod || (pod.spec?.volumes ?? []).some(one => isRestricted(one) || hasClaim(info, one)),
  filter(info, nodes, { claims }) {
    const disks = (info.pod.spec?.volumes ?? []).filter(isRestricted)
    const exclusive = info.claims.filter(key =>
      claims.get(key)?.spec?.accessModes?.includes('ReadWriteOncePod'),
    )
    if (disks.length === 0 && exclusive.length === 0) return undefined
    const isInUse = nodes.some(node => exclusive.some(key => node.claims.has(key)))
    return node => {
      const others = disks.length ? [...node.pods.values()] : []
      const taken = others.flatMap(({ pod }) => pod.spec?.volumes ?? [])
      if (disks.some(disk => taken.some(other => collide(disk, other)))) return noDisk
      return isInUse ? inUse : undefined
    }
  },
}

const hasClaim = ({ pod }: PodInfo, { persistentVolumeClaim: other }: Volume): boolean =>
  (pod.spec?.volumes ?? []).some(
    ({ persistentVolumeClaim }) =>
      persistentVolumeClaim !== undefined && persistentVolumeClaim.claimName === other?.claimName,
  )

const isRestricted = ({ gcePersistentDisk, awsElasticBlockStore, rbd, iscsi }: Volume): boolean =>
  Boolean(gcePersistentDisk ?? awsElasticBlockStore ?? rbd ?? iscsi)

function collide(a: Volume, b: Volume): boolean {
  if (a.gcePersistentDisk?.pdName && a.gcePersistentDisk.pdName === b.gcePersistentDisk?.pdName) {
    return !(a.gcePersistentDisk.readOnly && b.gcePersistentDisk.readOnly)
  }
  const ebs = a.awsElasticBlockStore?.volumeID
  if (ebs && ebs === b.awsElasticBlockStore?.volumeID) return true
  if (a.iscsi && b.iscsi && a.iscsi.iqn === b.iscsi.iqn) {
    return !(a.iscsi.readOnly && b.iscsi.readOnly)
  }
  if (!a.rbd || !b.rbd) return false
  const { monitors, image, pool = 'rbd' } = a.rbd
  const same = image === b.rbd.image && pool === (b.rbd.pool ?? 'rbd')
  const shares = monitors.some(monitor => b.rbd?.monitors.includes(monitor))
  return same && shares && !(a.rbd.readOnly && b.rbd.readOnly)
}
