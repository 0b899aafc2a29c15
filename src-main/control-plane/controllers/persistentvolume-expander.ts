import { persistentVolumeClaims, persistentVolumes } from '#client/resource-types.ts'
import type { PersistentVolumeClaim } from '#kubernetes/api/core-v1.ts'
import { compareQuantities } from '#kubernetes/quantity.ts'
import { defineController } from './define-controller.ts'

const message =
  "Ignoring the PVC: didn't find a plugin capable of expanding the volume; waiting for an external controller to process this PVC."

/** Says of a bound claim that asks for more than it has that whoever provisioned its volume has to make it grow. */
export const persistentVolumeExpanderController = defineController({
  name: 'persistentvolume-expander-controller',
  serviceAccount: 'expand-controller',
  component: 'volume_expand',
  for: persistentVolumeClaims,
  reads: { persistentVolumes },
  start: ({ informer, informers, recorder }) => {
    return async key => {
      const claim = informer.get(key)
      if (claim?.status?.phase !== 'Bound' || !asksForMore(claim)) return undefined
      const volume = informers.persistentVolumes.get(claim.spec?.volumeName ?? '')
      if (volume?.spec?.claimRef?.uid !== claim.metadata.uid) return undefined
      const note = { type: 'Normal', reason: 'ExternalExpanding', message } as const
      recorder.record(claim, note, { apiVersion: 'v1', kind: 'PersistentVolumeClaim' })
      return undefined
    }
  },
})

function asksForMore({ spec, status }: PersistentVolumeClaim): boolean {
  const wanted = spec?.resources?.requests?.['storage'] ?? '0'
  return compareQuantities(wanted, status?.capacity?.['storage'] ?? '0') > 0
}
