import { formatTime } from '#base/clock.ts'
import { pods } from '#client/resource-types.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodTerminal, podCondition } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'

const staleAfterMs = 2 * 60_000

/** Takes back that a pod is about to be disrupted when it wasn't deleted after all. */
export const staleDisruptionController = defineController({
  name: 'stale-disruption-controller',
  serviceAccount: 'disruption-controller',
  for: pods,
  start: ({ client, clock, informer }) => {
    return async key => {
      const pod = informer.get(key)
      const since = pod && markedSince(pod)
      if (!pod || since === undefined) return undefined
      const leftMs = since + staleAfterMs - clock.now()
      if (leftMs > 0) return leftMs
      const condition = {
        type: 'DisruptionTarget',
        status: 'False',
        reason: null,
        message: null,
        lastTransitionTime: formatTime(clock.now()),
      }
      const patch = { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } }
      try {
        await client.patch(pods, pod.metadata, patch, { type: 'strategic', subresource: 'status' })
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
      return undefined
    }
  },
})

/** Since when a pod that still runs is said to be disrupted; what a kubelet says of its own pods stays. */
function markedSince(pod: Stored<Pod>): number | undefined {
  const condition = podCondition(pod, 'DisruptionTarget')
  if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined
  if (pod.metadata.deletionTimestamp || isPodTerminal(pod)) return undefined
  return Date.parse(condition.lastTransitionTime ?? '') || 0
}
