import { persistentVolumeClaims } from '#client/resource-types.ts'
import { keyOf } from '#kubernetes/objects.ts'
import { claimNames } from '#kubernetes/storage-binding.ts'
import { defineController } from '../define-controller.ts'
import { binderReads } from './binder-context.ts'
import { ClaimSync } from './claim-sync.ts'
import { VolumeSync } from './volume-sync.ts'

/**
 * Brings claims and volumes together. Keys with a slash are claims, those without are volumes: both change each
 * other, hence one queue.
 */
export const persistentVolumeBinderController = defineController({
  name: 'persistentvolume-binder-controller',
  serviceAccount: 'persistent-volume-binder',
  component: 'persistentvolume-controller',
  for: persistentVolumeClaims,
  reads: binderReads,
  start: context => {
    const { informer, informers, queue, on } = context
    const claims = new ClaimSync(context)
    const volumes = new VolumeSync(context)
    on(informers.persistentVolumes, {
      added: volume => queue.add(keyOf(volume)),
      updated: volume => queue.add(keyOf(volume)),
      deleted: volume => {
        const { namespace, name } = volume.spec?.claimRef ?? {}
        if (namespace && name) queue.add(`${namespace}/${name}`)
      },
    })
    const wakePending = () => {
      for (const claim of informer.list()) {
        if (claim.status?.phase === 'Pending') queue.add(keyOf(claim))
      }
    }
    on(informers.storageClasses, { added: wakePending, updated: wakePending })
    on(informers.pods, {
      added: pod => {
        for (const name of claimNames(pod)) queue.add(`${pod.metadata.namespace}/${name}`)
      },
    })
    on(informer, {
      updated: claim => {
        if (claim.spec?.volumeName) queue.add(claim.spec.volumeName)
      },
      deleted: claim => {
        if (claim.spec?.volumeName) queue.add(claim.spec.volumeName)
      },
    })
    return async key => {
      if (key.includes('/')) await claims.sync(key)
      else await volumes.sync(key)
      return undefined
    }
  },
})
