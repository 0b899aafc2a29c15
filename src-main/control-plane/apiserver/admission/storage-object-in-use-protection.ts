import { type AdmissionStep, isAbout } from './admission-step.ts'

const protectedKinds = [
  { plural: 'persistentvolumeclaims', group: '', finalizer: 'kubernetes.io/pvc-protection' },
  { plural: 'persistentvolumes', group: '', finalizer: 'kubernetes.io/pv-protection' },
  {
    plural: 'volumeattributesclasses',
    group: 'storage.k8s.io',
    finalizer: 'kubernetes.io/vac-protection',
  },
]

/** Keeps claims, volumes and their attributes' classes from vanishing while they are in use. */
export const storageObjectInUseProtection: AdmissionStep = {
  name: 'StorageObjectInUseProtection',
  mutate(request) {
    for (const { plural, group, finalizer } of protectedKinds) {
      if (!isAbout(request, plural, ['CREATE'], group) || !request.object) continue
      const { metadata } = request.object
      if (metadata.finalizers?.includes(finalizer)) continue
      metadata.finalizers = [...(metadata.finalizers ?? []), finalizer]
    }
  },
}
