import { persistentVolumeClaims, pods } from '#client/resource-types.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { claimNames } from '#kubernetes/storage-binding.ts'
import { defineController } from './define-controller.ts'

const finalizer = 'kubernetes.io/pvc-protection'
const claimIndex = 'claim'

/** Lets a deleted claim go once no pod uses it. */
export const persistentVolumeClaimProtection = defineController({
  name: 'persistentvolumeclaim-protection-controller',
  serviceAccount: 'pvc-protection-controller',
  for: persistentVolumeClaims,
  reads: { pods },
  start: ({ client, informer, informers, queue, on }) => {
    informers.pods.addIndex(claimIndex, pod =>
      claimNames(pod).map(name => `${pod.metadata.namespace}/${name}`),
    )
    const wake = (pod: Parameters<typeof claimNames>[0]) => {
      for (const name of claimNames(pod)) queue.add(`${pod.metadata.namespace}/${name}`)
    }
    on(informers.pods, {
      updated: pod => {
        if (isPodTerminal(pod)) wake(pod)
      },
      deleted: wake,
    })
    return async key => {
      const claim = informer.get(key)
      const { finalizers = [], deletionTimestamp } = claim?.metadata ?? {}
      if (!claim || !deletionTimestamp || !finalizers.includes(finalizer)) return undefined
      // A pod without a node can't have the volume mounted; an ended one has it mounted no more.
      const isUsed = informers.pods
        .byIndex(claimIndex, key)
        .some(pod => pod.spec?.nodeName && !isPodTerminal(pod))
      if (isUsed) return undefined
      await client.update(persistentVolumeClaims, {
        ...claim,
        metadata: { ...claim.metadata, finalizers: finalizers.filter(name => name !== finalizer) },
      })
      return undefined
    }
  },
})
