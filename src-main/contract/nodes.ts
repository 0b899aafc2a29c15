import * as z from 'zod/mini'
import { call, stream } from './define.ts'

const podOnNode = {
  uid: z.string(),
  namespace: z.string(),
  name: z.string(),
}

/** What draining a node would do with one pod of it. */
export const drainPod = z.object({
  ...podOnNode,
  /** `daemonset`, `mirror` and `ended` pods stay; `unmanaged` ones come back nowhere; of `local-data` ones data is lost. */
  fate: z.enum(['evict', 'unmanaged', 'local-data', 'daemonset', 'mirror', 'ended']),
})
export type DrainPod = z.infer<typeof drainPod>

/** How far a drain has come. */
export const drainProgress = z.object({
  pods: z.array(
    z.object({
      ...podOnNode,
      state: z.enum(['waiting', 'leaving', 'blocked', 'gone', 'failed']),
      /** What the server answered, when it doesn't let the pod go now or at all. */
      message: z.optional(z.string()),
    }),
  ),
  /** How pods are made to leave; a server without evictions has them deleted. */
  by: z.enum(['eviction', 'deletion']),
})
export type DrainProgress = z.infer<typeof drainProgress>

const node = { cluster: z.string(), name: z.string() }

export const nodeEntries = {
  /** The pods of a node and what draining it would do with them. */
  'nodes.drainPlan': call(z.object(node), z.array(drainPod)),
  /**
   * Cordons a node and has its pods leave, as `kubectl drain --ignore-daemonsets` does; ends when the last one is gone or
   * can't go. Cancelling it evicts no more pods; the node stays cordoned.
   */
  'nodes.drain': stream(
    z.object({
      ...node,
      /** Also pods that nothing makes anew. */
      unmanaged: z.boolean(),
      /** Also pods whose emptyDir volumes are lost with them. */
      localData: z.boolean(),
      gracePeriodSeconds: z.optional(z.number()),
    }),
    drainProgress,
  ),
}
