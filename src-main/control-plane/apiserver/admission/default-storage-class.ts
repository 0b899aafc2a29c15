import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import { defaultStorageClassKeys } from '#kubernetes/default-class.ts'
import { betaClassKey } from '#kubernetes/storage-binding.ts'
import { type AdmissionStep, isAbout } from './admission-step.ts'
import { storedDefaultClass } from './stored-default-class.ts'

/** Gives claims that name no class the newest class that is marked as default. */
export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',
  mutate(request, services) {
    if (!isAbout(request, 'persistentvolumeclaims', ['CREATE'])) return
    const { metadata, spec } = request.object as PersistentVolumeClaim
    if (!spec || spec.storageClassName !== undefined) return
    if (metadata.annotations?.[betaClassKey]) return
    const name = storedDefaultClass(
      services,
      { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
      defaultStorageClassKeys,
    )
    if (name) spec.storageClassName = name
  },
}
