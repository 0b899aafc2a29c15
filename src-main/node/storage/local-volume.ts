import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { provisionedByKey } from '#kubernetes/storage-binding.ts'

/** The provisioner of the class `standard`, and the driver of its volumes. */
export const localProvisionerName = 'local.slipway.dev'
/** Keeps a PersistentVolume until its data is removed. */
export const finalizer = 'external-provisioner.volume.kubernetes.io/finalizer'
const hostnameLabel = 'kubernetes.io/hostname'

/** The volume for a claim; its name makes sure there is only one. */
export function volumeFor(
  claim: Stored<PersistentVolumeClaim>,
  storageClass: Stored<StorageClass>,
  node: string,
): PersistentVolume {
  const { name, namespace = '', uid, resourceVersion } = claim.metadata
  const volumeName = `pvc-${uid}`
  const { reclaimPolicy, mountOptions } = storageClass
  return {
    metadata: {
      name: volumeName,
      annotations: { [provisionedByKey]: localProvisionerName },
      finalizers: [finalizer],
    },
    spec: {
      capacity: { storage: claim.spec?.resources?.requests?.['storage'] ?? '0' },
      accessModes: claim.spec?.accessModes ?? [],
      claimRef: {
        apiVersion: 'v1',
        kind: 'PersistentVolumeClaim',
        namespace,
        name,
        uid,
        resourceVersion,
      },
      persistentVolumeReclaimPolicy: reclaimPolicy === 'Retain' ? 'Retain' : 'Delete',
      storageClassName: storageClass.metadata.name,
      volumeMode: 'Filesystem',
      ...(mountOptions ? { mountOptions } : {}),
      csi: { driver: localProvisionerName, volumeHandle: volumeName },
      nodeAffinity: {
        required: {
          nodeSelectorTerms: [
            { matchExpressions: [{ key: hostnameLabel, operator: 'In', values: [node] }] },
          ],
        },
      },
    },
  }
}

/** The node that keeps a volume. */
export const nodeOfVolume = ({ spec }: PersistentVolume): string | undefined =>
  spec?.nodeAffinity?.required?.nodeSelectorTerms[0]?.matchExpressions?.find(
    ({ key }) => key === hostnameLabel,
  )?.values?.[0]
