import { type AdmissionStep, isAbout } from './admission-step.ts'

const finalizers = {
  persistentvolumeclaims: 'kubernetes.io/pvc-protection',
  persistentvolumes: 'kubernetes.io/pv-protection',
}

/** Keeps claims and volumes from vanishing while they are in use. */
export const storageObjectInUseProtection: AdmissionStep = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    for (const [plural, finalizer] of Object.entries(finalizers)) {
      if (!isAbout(request, plural, ['CREATE']) || !request.object) continue
      const { metadata } = request.object
      if (metadata.finalizers?.includes(finalizer)) continue
      metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
    }
  },
}
