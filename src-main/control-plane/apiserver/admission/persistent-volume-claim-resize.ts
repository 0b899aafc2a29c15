import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import { classOf } from '#kubernetes/storage-binding.ts'
import { storeKey } from '../catalog.ts'
import { forbidden } from '../failures.ts'
import { type AdmissionServices, type AdmissionStep, isAbout } from './admission-step.ts'

/** A claim grows only once it is bound, and only when the class that its volume came of allows it. */
export const persistentVolumeClaimResize: AdmissionStep = {
  name: 'PersistentVolumeClaimResize',
  validate(request, services) {
    if (!isAbout(request, 'persistentvolumeclaims', ['UPDATE'])) return
    const claim = request.object as PersistentVolumeClaim
    const old = request.old as PersistentVolumeClaim
    if (compareQuantities(sizeOf(claim), sizeOf(old)) <= 0) return
    const refuse = (reason: string) => forbidden(request.definition, request.name, reason)
    if (old.status?.phase !== 'Bound') {
      throw refuse('Only bound persistent volume claims can be expanded')
    }
    if (!mayGrow(claim, old, services)) {
      throw refuse(
        'only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
      )
    }
  },
}

const sizeOf = ({ spec }: PersistentVolumeClaim): string =>
  spec?.resources?.requests?.['storage'] ?? '0'

function mayGrow(
  claim: PersistentVolumeClaim,
  old: PersistentVolumeClaim,
  { catalog, caches }: AdmissionServices,
): boolean {
  const name = classOf(claim)
  if (!name || name !== classOf(old)) return false
  const definition = catalog.get('storage.k8s.io', 'v1', 'storageclasses')
  const item = caches.of(definition).get(storeKey(definition, '', name))
  return (item?.object as StorageClass | undefined)?.allowVolumeExpansion ?? false
}
