import { errorMessage } from '#base/errors.ts'
import { persistentVolumeClaims, pods } from '#client/resource-types.ts'
import type { Pod, Volume } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { controllerReference, isControlledBy } from '#kubernetes/owners.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from './define-controller.ts'
import { isNamespaceTerminating } from './shared/pod-control.ts'

const podKind = { apiVersion: 'v1', kind: 'Pod' }
const reads = { persistentVolumeClaims }

type Context = ControllerContext<Pod, typeof reads>

/** Makes the claims of pods' ephemeral volumes, which belong to their pods and go with them. */
export const ephemeralVolumeController = defineController({
  name: 'ephemeral-volume-controller',
  component: 'ephemeral_volume',
  for: pods,
  reads,
  start: context => {
    const { informer, informers, queue, on } = context
    on(informers.persistentVolumeClaims, {
      deleted: claim => {
        const owner = claim.metadata.ownerReferences?.find(({ kind }) => kind === 'Pod')
        if (owner) queue.add(`${claim.metadata.namespace}/${owner.name}`)
      },
    })
    return async key => {
      const pod = informer.get(key)
      if (!pod || pod.metadata.deletionTimestamp || isPodTerminal(pod)) return undefined
      for (const volume of pod.spec?.volumes ?? []) {
        if (volume.ephemeral) await ensureClaim(context, pod, volume)
      }
      return undefined
    }
  },
})

async function ensureClaim(context: Context, pod: Stored<Pod>, volume: Volume): Promise<void> {
  const { client, informers, recorder } = context
  const { namespace = '', name: podName } = pod.metadata
  const name = `${podName}-${volume.name}`
  const { metadata, spec = {} } = volume.ephemeral?.volumeClaimTemplate ?? {}
  const there = informers.persistentVolumeClaims.get(`${namespace}/${name}`)
  if (there && isControlledBy(there, pod)) return
  try {
    if (there) {
      throw new Error(
        `PVC ${keyOf(there)} was not created for pod ${keyOf(pod)} (pod is not owner)`,
      )
    }
    await client.create(persistentVolumeClaims, {
      metadata: {
        name,
        namespace,
        ...(metadata?.labels ? { labels: metadata.labels } : {}),
        ...(metadata?.annotations ? { annotations: metadata.annotations } : {}),
        ownerReferences: [controllerReference(pod, podKind)],
      },
      spec,
    })
  } catch (error) {
    // One that the informer doesn't show yet: it wakes us when it does.
    if (isNamespaceTerminating(error) || isAlreadyExists(error)) return
    const message = `ephemeral volume ${volume.name}: ${there ? '' : `create PVC ${name}: `}${errorMessage(error)}`
    recorder.record(pod, { type: 'Warning', reason: 'FailedBinding', message }, podKind)
    throw error
  }
}
