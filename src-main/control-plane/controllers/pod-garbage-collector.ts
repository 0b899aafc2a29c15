import { formatTime } from '#base/clock.ts'
import { nodes, pods } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Node, Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isPodTerminal } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { defineController } from './define-controller.ts'

/** A node that just vanished from the informer may be about to register again. */
const missingNodeQuarantineMs = 40_000
/** Ended pods that may stay beside their owners' reach; upstream's `--terminated-pod-gc-threshold`. */
const maxTerminatedPods = 12_500

/** Set by who made sure that a node is off: its pods' volumes may be attached elsewhere. */
const outOfService = 'node.kubernetes.io/out-of-service'

/**
 * Removes pods that nothing else removes: those bound to a node that is gone, deleted ones that were never scheduled
 * or whose node is out of service, and the oldest ended ones when there are too many.
 */
export const podGarbageCollectorController = defineController({
  name: 'pod-garbage-collector-controller',
  serviceAccount: 'pod-garbage-collector',
  for: pods,
  reads: { nodes },
  start: ({ client, clock, informer, informers, queue, on }) => {
    informer.addIndex('node', pod => [pod.spec?.nodeName ?? ''])
    const missingSince = new Map<string, number>()
    let terminated = 0
    on(informers.nodes, {
      added: ({ metadata }) => missingSince.delete(metadata.name),
      updated: node => {
        if (!isOutOfService(node)) return
        for (const pod of informer.byIndex('node', node.metadata.name)) queue.add(keyOf(pod))
      },
      deleted: ({ metadata }) => {
        for (const pod of informer.byIndex('node', metadata.name)) queue.add(keyOf(pod))
      },
    })
    on(informer, {
      added: pod => {
        if (isPodTerminal(pod)) terminated++
      },
      updated: (pod, old) => {
        terminated += Number(isPodTerminal(pod)) - Number(isPodTerminal(old))
      },
      deleted: pod => {
        if (isPodTerminal(pod)) terminated--
      },
    })
    return async key => {
      const pod = informer.get(key)
      if (!pod) return undefined
      const node = pod.spec?.nodeName
      if (!node) {
        if (pod.metadata.deletionTimestamp) await remove(client, pod, undefined, clock.now())
        return undefined
      }
      const known = informers.nodes.get(node)
      if (!known) {
        const since = missingSince.get(node) ?? clock.monotonic()
        missingSince.set(node, since)
        const left = since + missingNodeQuarantineMs - clock.monotonic()
        if (left > 0) return left
        if (await nodeExists(client, node)) return undefined
        await remove(client, pod, 'PodGC: node no longer exists', clock.now())
        return undefined
      }
      if (pod.metadata.deletionTimestamp && isOutOfService(known)) {
        await remove(client, pod, undefined, clock.now())
        return undefined
      }
      if (terminated > maxTerminatedPods && isPodTerminal(pod)) {
        const oldest = informer
          .list()
          .filter(isPodTerminal)
          .sort((a, b) => (a.metadata.creationTimestamp < b.metadata.creationTimestamp ? -1 : 1))
          .slice(0, terminated - maxTerminatedPods)
        for (const ended of oldest) await remove(client, ended, undefined, clock.now())
      }
      return undefined
    }
  },
})

const isOutOfService = ({ spec, status }: Node): boolean =>
  (spec?.taints ?? []).some(({ key }) => key === outOfService) &&
  !status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')

/** Asks the API server itself: an informer that lags must not cost a pod. */
async function nodeExists(client: Client, name: string): Promise<boolean> {
  try {
    await client.get(nodes, { name })
    return true
  } catch (error) {
    if (isNotFound(error)) return false
    throw error
  }
}

async function remove(
  client: Client,
  pod: Stored<Pod>,
  disruption: string | undefined,
  now: number,
): Promise<void> {
  try {
    if (!isPodTerminal(pod)) await markFailed(client, pod, disruption, now)
    await client.delete(pods, pod.metadata, { gracePeriodSeconds: 0 })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
}

async function markFailed(
  client: Client,
  pod: Stored<Pod>,
  disruption: string | undefined,
  now: number,
): Promise<void> {
  const condition = {
    type: 'DisruptionTarget',
    status: 'True',
    reason: 'DeletionByPodGC',
    message: disruption,
    lastTransitionTime: formatTime(now),
  }
  const status = { phase: 'Failed', ...(disruption ? { conditions: [condition] } : {}) }
  const options = { type: 'strategic', subresource: 'status' } as const
  await client.patch(pods, pod.metadata, { metadata: { uid: pod.metadata.uid }, status }, options)
}
