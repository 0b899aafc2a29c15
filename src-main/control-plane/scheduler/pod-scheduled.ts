import { formatTime } from '#base/clock.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'

/** Says in the pod's `PodScheduled` condition why it has no node, unless it says so already. */
export async function writePodScheduled(
  client: Client,
  pod: Stored<Pod>,
  { reason, message, now }: { reason: string; message: string; now: number },
): Promise<void> {
  const known = podCondition(pod, 'PodScheduled')
  if (known?.status === 'False' && known.reason === reason && known.message === message) return
  const lastTransitionTime =
    known?.status === 'False' && known.lastTransitionTime
      ? known.lastTransitionTime
      : formatTime(now)
  const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime }
  await client.patch(
    pods,
    pod.metadata,
    { metadata: { uid: pod.metadata.uid }, status: { conditions: [condition] } },
    { type: 'strategic', subresource: 'status' },
  )
}
