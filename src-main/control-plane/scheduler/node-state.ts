import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { PodInfo } from './pod-info.ts'
import { parseResources, type Resources } from './resources.ts'

/** What a scheduler without a limit of its own lets a node run. */
const defaultMaxPods = 110

/** A node, the pods on it or on their way to it, and what they leave. */
export class NodeState {
  readonly name: string
  readonly pods = new Map<string, PodInfo>()
  /** Pods that may repel newcomers: a short list saves looking at every pod. */
  readonly podsWithAntiAffinity = new Map<string, PodInfo>()
  readonly requested: Record<string, number> = {}
  assumedMilliCpu = 0
  assumedMemory = 0
  #node: Stored<Node> | undefined
  #allocatable: Resources = {}

  constructor(name: string) {
    this.name = name
  }

  /** Undefined while pods are bound to a node that isn't there (yet, or any more). */
  get node(): Stored<Node> | undefined {
    return this.#node
  }

  set node(node: Stored<Node> | undefined) {
    this.#node = node
    this.#allocatable = parseResources(node?.status?.allocatable)
  }

  get allocatable(): Resources {
    return this.#allocatable
  }

  get maxPods(): number {
    return this.#allocatable['pods'] ?? defaultMaxPods
  }

  get labels(): Record<string, string> | undefined {
    return this.#node?.metadata.labels
  }

  add(pod: PodInfo): void {
    if (this.pods.has(pod.uid)) this.remove(pod.uid)
    this.pods.set(pod.uid, pod)
    if (pod.pod.spec?.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution) {
      this.podsWithAntiAffinity.set(pod.uid, pod)
    }
    this.#count(pod, 1)
  }

  remove(uid: string): void {
    const pod = this.pods.get(uid)
    if (!pod) return
    this.pods.delete(uid)
    this.podsWithAntiAffinity.delete(uid)
    this.#count(pod, -1)
  }

  #count({ requests, assumedMilliCpu, assumedMemory }: PodInfo, sign: 1 | -1): void {
    for (const name in requests) {
      this.requested[name] = (this.requested[name] ?? 0) + sign * (requests[name] ?? 0)
    }
    this.assumedMilliCpu += sign * assumedMilliCpu
    this.assumedMemory += sign * assumedMemory
  }
}
