import { formatTime } from '#base/clock.ts'
import { nodes, pods } from '#client/resource-types.ts'
import type { Node, Pod, Taint, Toleration } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { findToleration } from '#kubernetes/taints.ts'
import { type ControllerContext, defineController } from './define-controller.ts'

const nodeIndex = 'node'
/** A timer that comes this late means that we slept; nodes get as long again to show that they live. */
const latenessMs = 10_000
const afterSleepMs = 60_000

/** Evicts pods from nodes with `NoExecute` taints that they don't tolerate, or no longer do. */
export const taintEvictionController = defineController({
  name: 'taint-eviction-controller',
  serviceAccount: 'node-controller',
  for: pods,
  reads: { nodes },
  workers: 8,
  start: context => {
    const eviction = new TaintEviction(context)
    return key => eviction.reconcile(key)
  },
})

class TaintEviction {
  readonly #context: ControllerContext<Pod, { nodes: typeof nodes }>
  /** When each pod is to go, by the monotonic clock. */
  readonly #scheduled = new Map<string, { uid: string; since: number; at: number }>()

  constructor(context: ControllerContext<Pod, { nodes: typeof nodes }>) {
    this.#context = context
    const { informer, informers, queue, on } = context
    informer.addIndex(nodeIndex, pod => [pod.spec?.nodeName ?? ''])
    const wake = ({ metadata }: Stored<Node>) => {
      for (const pod of informer.byIndex(nodeIndex, metadata.name)) queue.add(keyOf(pod))
    }
    on(informers.nodes, {
      added: node => noExecute(node).length > 0 && wake(node),
      updated: (node, old) => {
        if (!semanticEqual(noExecute(node), noExecute(old))) wake(node)
      },
    })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const { informer, informers, clock } = this.#context
    const pod = informer.get(key)
    const node = informers.nodes.get(pod?.spec?.nodeName ?? '')
    const taints = node ? noExecute(node) : []
    if (!pod || taints.length === 0 || pod.metadata.deletionTimestamp) {
      this.#cancel(key, pod)
      return undefined
    }
    const tolerateMs = tolerationMs(taints, pod.spec?.tolerations ?? [])
    if (tolerateMs === undefined) {
      this.#cancel(key, pod)
      return undefined
    }
    const now = clock.monotonic()
    const known = this.#scheduled.get(key)
    const since = known?.uid === pod.metadata.uid ? known.since : now
    let at = since + tolerateMs
    if (known && known.uid === pod.metadata.uid && now - known.at > latenessMs) {
      at = now + afterSleepMs
    }
    if (at > now) {
      this.#scheduled.set(key, { uid: pod.metadata.uid, since: at - tolerateMs, at })
      return at - now
    }
    this.#scheduled.delete(key)
    await this.#evict(pod)
    return undefined
  }

  #cancel(key: string, pod: Stored<Pod> | undefined): void {
    if (!this.#scheduled.delete(key) || !pod || pod.metadata.deletionTimestamp) return
    this.#note(pod, `Cancelling deletion of Pod ${key}`)
  }

  async #evict(pod: Stored<Pod>): Promise<void> {
    const { client, clock } = this.#context
    this.#note(pod, `Marking for deletion Pod ${keyOf(pod)}`)
    const condition = {
      type: 'DisruptionTarget',
      status: 'True',
      reason: 'DeletionByTaintManager',
      message: 'Taint manager: deleting due to NoExecute taint',
      lastTransitionTime: formatTime(clock.now()),
    }
    const { uid } = pod.metadata
    const patch = { metadata: { uid }, status: { conditions: [condition] } }
    try {
      await client.patch(pods, pod.metadata, patch, { type: 'strategic', subresource: 'status' })
      await client.delete(pods, pod.metadata, { preconditions: { uid } })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #note(pod: Stored<Pod>, message: string): void {
    const note = { type: 'Normal', reason: 'TaintManagerEviction', message } as const
    this.#context.recorder.record(pod, note, { apiVersion: 'v1', kind: 'Pod' })
  }
}

const noExecute = ({ spec }: Node): Taint[] =>
  (spec?.taints ?? []).filter(({ effect }) => effect === 'NoExecute')

/** How long a pod tolerates all the taints together; 0 not at all, undefined for ever. */
function tolerationMs(taints: Taint[], tolerations: Toleration[]): number | undefined {
  let shortest: number | undefined
  for (const taint of taints) {
    const toleration = findToleration(tolerations, taint)
    if (!toleration) return 0
    const { tolerationSeconds } = toleration
    if (tolerationSeconds === undefined) continue
    shortest = Math.min(shortest ?? Number.POSITIVE_INFINITY, Math.max(0, tolerationSeconds) * 1000)
  }
  return shortest
}
