import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import type { StorageClass } from '#kubernetes/api/storage-v1.ts'
import { type AdmissionServices, type AdmissionStep, isAbout } from './admission-step.ts'

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
    const named = spec?.storageClassName !== undefined || metadata.annotations?.[betaClassKey]
    const name = named ? undefined : findDefault(services)?.metadata.name
    if (spec && name) spec.storageClassName = name
  },
}

function findDefault({ catalog, caches }: AdmissionServices): StorageClass | undefined {
  const definition = catalog.get('storage.k8s.io', 'v1', 'storageclasses')
  const ageOf = ({ metadata }: StorageClass) => metadata.creationTimestamp ?? ''
  const nameOf = ({ metadata }: StorageClass) => metadata.name ?? ''
  return [...caches.of(definition).values()]
    .map(item => item.object as unknown as StorageClass)
    .filter(({ metadata }) => defaultKeys.some(key => metadata.annotations?.[key] === 'true'))
    .sort((a, b) => ageOf(b).localeCompare(ageOf(a)) || nameOf(a).localeCompare(nameOf(b)))[0]
}
