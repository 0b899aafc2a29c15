import { persistentVolumes } from '#client/resource-types.ts'
import { defineController } from './define-controller.ts'

const finalizer = 'kubernetes.io/pv-protection'

/** Lets a deleted volume go once it is bound no more. */
export const persistentVolumeProtection = defineController({
  name: 'persistentvolume-protection-controller',
  serviceAccount: 'pv-protection-controller',
  for: persistentVolumes,
  start: ({ client, informer }) => {
    return async key => {
      const volume = informer.get(key)
      const { finalizers = [], deletionTimestamp } = volume?.metadata ?? {}
      if (!volume || !deletionTimestamp || !finalizers.includes(finalizer)) return undefined
      if (volume.status?.phase === 'Bound') return undefined
      await client.update(persistentVolumes, {
        ...volume,
        metadata: { ...volume.metadata, finalizers: finalizers.filter(name => name !== finalizer) },
      })
      return undefined
    }
  },
})
