import { leases, nodes, pods } from '#client/resource-types.ts'
import type { Node, Pod, Taint } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { Disruption } from './disruption.ts'
import { Heartbeats } from './heartbeats.ts'
import { notReadyPodStatus, readyStatus, unknownConditions } from './node-conditions.ts'
import { withTaints } from './node-taints.ts'

const nodeIndex = 'node'

/**
 * Watches over nodes: one whose kubelet fell silent becomes `Unknown`, its pods not ready; conditions show as taints,
 * which keep pods away (`NoSchedule`) or have them evicted (`NoExecute`).
 */
export const nodeLifecycleController = defineController({
  name: 'node-lifecycle-controller',
  serviceAccount: 'node-controller',
  component: 'node-controller',
  for: nodes,
  reads: { pods, leases: { type: leases, select: { namespace: 'kube-node-lease' } } },
  start: context => {
    const lifecycle = new NodeLifecycle(context)
    return name => lifecycle.reconcile(name)
  },
})

type Context = ControllerContext<
  Node,
  { pods: typeof pods; leases: { type: typeof leases; select: { namespace: string } } }
>

class NodeLifecycle {
  readonly #context: Context
  readonly #heartbeats: Heartbeats
  readonly #disruption: Disruption
  readonly #known = new Map<string, { uid: string; ready: string | undefined }>()

  constructor(context: Context) {
    this.#context = context
    this.#heartbeats = new Heartbeats(context.clock)
    this.#disruption = new Disruption(context.clock)
    const { informer, informers, queue, on } = context
    informers.pods.addIndex(nodeIndex, pod => [pod.spec?.nodeName ?? ''])
    on(informer, {
      added: node => this.#heartbeats.seen(node.metadata.name),
      updated: (node, old) => {
        // Taints and labels are written by others; only the kubelet moves conditions.
        if (!semanticEqual(node.status?.conditions, old.status?.conditions)) {
          if (readyStatus(node) !== 'Unknown') this.#heartbeats.seen(node.metadata.name)
        }
      },
      deleted: node => this.#heartbeats.forget(node.metadata.name),
    })
    const renewed = ({ metadata }: { metadata: { name?: string } }) => {
      if (metadata.name) this.#heartbeats.seen(metadata.name)
    }
    on(informers.leases, { added: renewed, updated: renewed })
    on(informers.pods, {
      added: pod => this.#wakeForPod(pod),
      updated: (pod, old) => {
        // Not when one becomes ready again: its kubelet is there and knows better, and they would write against each other.
        if (pod.spec?.nodeName !== old.spec?.nodeName) this.#wakeForPod(pod)
      },
    })
    this.#wakeAll = () => {
      for (const { metadata } of informer.list()) queue.add(metadata.name)
    }
  }

  readonly #wakeAll: () => void

  async reconcile(name: string): Promise<number | undefined> {
    const node = this.#context.informer.get(name)
    if (!node) {
      this.#removed(name)
      return undefined
    }
    this.#registered(node)
    const hasReported = readyStatus(node) !== undefined
    const leftMs = this.#heartbeats.leftMs(name, hasReported)
    let current = node
    if (leftMs <= 0) current = await this.#markUnknown(node)
    const changed = this.#noteReadiness(current)
    if (readyStatus(current) !== 'True') await this.#markPodsNotReady(current)
    const waitMs = await this.#writeTaints(current)
    if (changed) this.#wakeAll()
    if (waitMs !== undefined) return waitMs
    return leftMs > 0 ? leftMs : undefined
  }

  #registered(node: Stored<Node>): void {
    const { name, uid } = node.metadata
    if (this.#known.get(name)?.uid === uid) return
    this.#known.set(name, { uid, ready: readyStatus(node) })
    this.#disruption.put(node)
    this.#note(name, uid, 'RegisteredNode', `Registered Node ${name} in Controller`)
    this.#wakeAll()
  }

  #removed(name: string): void {
    const known = this.#known.get(name)
    if (!known) return
    this.#known.delete(name)
    this.#disruption.remove(name)
    this.#note(name, known.uid, 'RemovingNode', `Removing Node ${name} from Controller`)
    this.#wakeAll()
  }

  /** True when the node's readiness changed, which may change what happens to others in its zone. */
  #noteReadiness(node: Stored<Node>): boolean {
    const { name, uid } = node.metadata
    const known = this.#known.get(name)
    const ready = readyStatus(node)
    this.#disruption.put(node)
    if (!known || known.ready === ready) return false
    if (known.ready === 'True') {
      this.#note(name, uid, 'NodeNotReady', `Node ${name} status is now: NodeNotReady`)
    }
    known.ready = ready
    return true
  }

  async #markUnknown(node: Stored<Node>): Promise<Stored<Node>> {
    const conditions = unknownConditions(node, this.#context.clock.now())
    if (!conditions) return node
    return this.#context.client.updateStatus(nodes, {
      ...node,
      status: { ...node.status, conditions },
    })
  }

  /** So that services stop sending requests to pods that no one vouches for. */
  async #markPodsNotReady(node: Stored<Node>): Promise<void> {
    const { client, clock, informers, recorder } = this.#context
    for (const pod of informers.pods.byIndex(nodeIndex, node.metadata.name)) {
      if (!isPodReady(pod)) continue
      try {
        const status = notReadyPodStatus(pod, clock.now())
        await client.updateStatus(pods, { ...pod, status })
        recorder.record(
          pod,
          { type: 'Warning', reason: 'NodeNotReady', message: 'Node is not ready' },
          { apiVersion: 'v1', kind: 'Pod' },
        )
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }

  /** Milliseconds to wait when an eviction taint has to wait its turn. */
  async #writeTaints(node: Stored<Node>): Promise<number | undefined> {
    const now = this.#context.clock.now()
    const evictIn = this.#disruption.evictInMs(node)
    const taints = withTaints(node, { evict: evictIn === 0, now })
    if (taints) await this.#patchTaints(node, taints)
    if (evictIn === 0) this.#disruption.evicted(node)
    return evictIn === undefined || evictIn === 0 ? undefined : evictIn
  }

  async #patchTaints({ metadata }: Stored<Node>, taints: Taint[]): Promise<void> {
    const patch = { metadata: { resourceVersion: metadata.resourceVersion }, spec: { taints } }
    try {
      await this.#context.client.patch(nodes, metadata, patch, { type: 'merge' })
    } catch (error) {
      if (!isNotFound(error)) throw error
    }
  }

  #wakeForPod(pod: Stored<Pod>): void {
    const node = pod.spec?.nodeName
    const known = node ? this.#context.informer.get(node) : undefined
    if (node && known && readyStatus(known) !== 'True') this.#context.queue.add(node)
  }

  #note(name: string, uid: string, reason: string, message: string): void {
    this.#context.recorder.record(
      { kind: 'Node', apiVersion: 'v1', name, uid },
      { type: 'Normal', reason, message },
    )
  }
}
