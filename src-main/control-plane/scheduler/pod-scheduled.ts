import { formatTime } from '#base/clock.ts'
import { pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podCondition } from '#kubernetes/pod-state.ts'

/**
 * Says in the pod's `PodScheduled` condition why it has no node, unless it says so already, and which node it is to
 * have: an empty one takes back what was said, none leaves it.
 */
export async function writePodScheduled(
  client: Client,
  pod: Stored<Pod>,
  {
    reason,
    message,
    nominatedNode,
    now,
  }: { reason: string; message: string; nominatedNode: string | undefined; now: number },
): Promise<void> {
  const known = podCondition(pod, 'PodScheduled')
  const isPromised = (pod.status?.nominatedNodeName ?? '') === (nominatedNode ?? '')
  const isSaid = known?.status === 'False' && known.reason === reason && known.message === message
  if (isSaid && (nominatedNode === undefined || isPromised)) return
  const lastTransitionTime =
    known?.status === 'False' && known.lastTransitionTime
      ? known.lastTransitionTime
      : formatTime(now)
  const condition = { type: 'PodScheduled', status: 'False', reason, message, lastTransitionTime }
  await client.patch(
    pods,
    pod.metadata,
    {
      metadata: { uid: pod.metadata.uid },
      status: {
        conditions: [condition],
        ...(nominatedNode === undefined ? {} : { nominatedNodeName: nominatedNode || null }),
      },
    },
    { type: 'strategic', subresource: 'status' },
  )
}
