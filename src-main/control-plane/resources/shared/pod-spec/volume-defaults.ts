import type {
  DownwardAPIVolumeFile,
  PersistentVolumeSpec,
  Volume,
} from '#kubernetes/api/core-v1.ts'
import { defaultPullPolicy } from './container-defaults.ts'

const readableByAll = 0o644

/** Fills a pod's volume as upstream does; a volume without a source is an empty directory. */
export function defaultVolume(volume: Volume): void {
  if (!Object.entries(volume).some(([key, value]) => key !== 'name' && value != null))
    volume.emptyDir = {}
  const { configMap, downwardAPI, ephemeral, image, projected, secret } = volume
  for (const source of [configMap, downwardAPI, projected, secret])
    if (source) source.defaultMode ??= readableByAll
  if (image) image.pullPolicy ||= defaultPullPolicy(image.reference)
  defaultFieldRefs(downwardAPI?.items)
  for (const { downwardAPI, serviceAccountToken } of projected?.sources ?? []) {
    defaultFieldRefs(downwardAPI?.items)
    if (serviceAccountToken) serviceAccountToken.expirationSeconds ??= 3600
  }
  if (ephemeral?.volumeClaimTemplate?.spec)
    ephemeral.volumeClaimTemplate.spec.volumeMode ??= 'Filesystem'
  defaultVolumeSource(volume)
}

function defaultFieldRefs(files: DownwardAPIVolumeFile[] = []): void {
  for (const { fieldRef, resourceFieldRef } of files) {
    if (fieldRef) fieldRef.apiVersion ||= 'v1'
    if (resourceFieldRef) resourceFieldRef.divisor ??= '0'
  }
}

/** Fills what a pod's volume and a PersistentVolume may both be made of. */
export function defaultVolumeSource(source: Volume | PersistentVolumeSpec): void {
  const { azureDisk, hostPath, iscsi, rbd, scaleIO } = source
  if (hostPath) hostPath.type ??= ''
  if (iscsi) iscsi.iscsiInterface ||= 'default'
  if (rbd) {
    rbd.pool ||= 'rbd'
    rbd.user ||= 'admin'
    rbd.keyring ||= '/etc/ceph/keyring'
  }
  if (scaleIO) {
    scaleIO.storageMode ||= 'ThinProvisioned'
    scaleIO.fsType ||= 'xfs'
  }
  if (azureDisk) {
    azureDisk.cachingMode ??= 'ReadWrite'
    azureDisk.kind ??= 'Shared'
    azureDisk.fsType ??= 'ext4'
    azureDisk.readOnly ??= false
  }
}
