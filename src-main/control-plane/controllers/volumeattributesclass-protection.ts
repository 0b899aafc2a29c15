import {
  persistentVolumeClaims,
  persistentVolumes,
  volumeAttributesClasses,
} from '#client/resource-types.ts'
import type { PersistentVolume, PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import { defineController } from './define-controller.ts'

const finalizer = 'kubernetes.io/vac-protection'

/** Lets a deleted VolumeAttributesClass go once no claim and no volume names it. */
export const volumeAttributesClassProtection = defineController({
  name: 'volumeattributesclass-protection-controller',
  for: volumeAttributesClasses,
  reads: { persistentVolumeClaims, persistentVolumes },
  start: ({ client, informer, informers, queue, on }) => {
    const wake = (names: (string | undefined)[]) => {
      for (const name of new Set(names)) if (name) queue.add(name)
    }
    on(informers.persistentVolumeClaims, {
      updated: (_, old) => wake(classesOfClaim(old)),
      deleted: claim => wake(classesOfClaim(claim)),
    })
    on(informers.persistentVolumes, {
      updated: (_, old) => wake(classesOfVolume(old)),
      deleted: volume => wake(classesOfVolume(volume)),
    })
    return async name => {
      const known = informer.get(name)
      const { finalizers = [], deletionTimestamp } = known?.metadata ?? {}
      if (!known || !deletionTimestamp || !finalizers.includes(finalizer)) return undefined
      const isUsed =
        informers.persistentVolumeClaims.list().some(one => classesOfClaim(one).includes(name)) ||
        informers.persistentVolumes.list().some(one => classesOfVolume(one).includes(name))
      if (isUsed) return undefined
      await client.update(volumeAttributesClasses, {
        ...known,
        metadata: { ...known.metadata, finalizers: finalizers.filter(one => one !== finalizer) },
      })
      return undefined
    }
  },
})

/** The classes that a claim has, had until now, or is to get. */
const classesOfClaim = ({ spec, status }: PersistentVolumeClaim): (string | undefined)[] => [
  spec?.volumeAttributesClassName,
  status?.currentVolumeAttributesClassName,
  status?.modifyVolumeStatus?.targetVolumeAttributesClassName,
]

const classesOfVolume = ({ spec }: PersistentVolume): (string | undefined)[] => [
  spec?.volumeAttributesClassName,
]
