import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import { type AdmissionStep, isAbout } from './admission-step.ts'
import { findDefaultClass } from './find-default-class.ts'

const defaultKeys = [
  'storageclass.kubernetes.io/is-default-class',
  'storageclass.beta.kubernetes.io/is-default-class',
]
const betaClassKey = 'volume.beta.kubernetes.io/storage-class'

/** Gives claims that name no class the newest class that is marked as default. */
export const defaultStorageClass: AdmissionStep = {
  name: 'DefaultStorageClass',
  mutate(request, services) {
    if (!isAbout(request, 'persistentvolumeclaims', ['CREATE'])) return
    const { metadata, spec } = request.object as PersistentVolumeClaim
    if (!spec || spec.storageClassName !== undefined) return
    if (metadata.annotations?.[betaClassKey]) return
    const name = findDefaultClass(
      services,
      { group: 'storage.k8s.io', version: 'v1', plural: 'storageclasses' },
      defaultKeys,
    )
    if (name) spec.storageClassName = name
  },
}
