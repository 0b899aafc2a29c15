import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { AffinityTerm } from './affinity-terms.ts'
import type { PodInfo } from './pod-info.ts'
import type { PodQuery } from './pod-query.ts'
import { countIn, PodTallies } from './pod-tallies.ts'
import { parseResources, type Resources } from './resources.ts'

/** What a scheduler without a limit of its own lets a node run. */
const defaultMaxPods = 110

/** A node, the pods on it or on their way to it, and what they leave. */
export class NodeState {
  readonly name: string
  readonly pods = new Map<string, PodInfo>()
  /** Of the pods here, by term: how many of them have it. */
  readonly affinityTerms = new Map<AffinityTerm, number>()
  /** By `namespace/name`: how many of the pods here use a claim. */
  readonly claims = new Map<string, number>()
  readonly requested: Record<string, number> = {}
  assumedMilliCpu = 0
  assumedMemory = 0
  readonly #tallies: PodTallies
  #node: Stored<Node> | undefined
  #allocatable: Resources = {}
  #images: ReadonlyMap<string, number> | undefined

  /** Nodes of one cluster share their tallies. */
  constructor(name: string, tallies = new PodTallies()) {
    this.name = name
    this.#tallies = tallies
  }

  /** Undefined while pods are bound to a node that isn't there (yet, or any more). */
  get node(): Stored<Node> | undefined {
    return this.#node
  }

  set node(node: Stored<Node> | undefined) {
    this.#node = node
    this.#allocatable = parseResources(node?.status?.allocatable)
    this.#images = undefined
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

  /** Sizes in bytes of the images that are here, by each of their names. */
  get images(): ReadonlyMap<string, number> {
    this.#images ??= new Map(
      (this.#node?.status?.images ?? []).flatMap(({ names = [], sizeBytes = 0 }) =>
        names.map(name => [name, sizeBytes] as const),
      ),
    )
    return this.#images
  }

  /** How many of the pods here a query matches. */
  count(query: PodQuery): number {
    return this.#tallies.count(query, this)
  }

  add(pod: PodInfo): void {
    if (this.pods.has(pod.uid)) this.remove(pod.uid)
    this.pods.set(pod.uid, pod)
    this.#changed(pod, 1)
  }

  remove(uid: string): void {
    const pod = this.pods.get(uid)
    if (!pod) return
    this.pods.delete(uid)
    this.#changed(pod, -1)
  }

  #changed(info: PodInfo, sign: 1 | -1): void {
    const { pod, requests, assumedMilliCpu, assumedMemory } = info
    for (const name in requests) {
      this.requested[name] = (this.requested[name] ?? 0) + sign * (requests[name] ?? 0)
    }
    this.assumedMilliCpu += sign * assumedMilliCpu
    this.assumedMemory += sign * assumedMemory
    this.#tallies.changed(this, pod, sign)
    for (const term of info.affinityTerms) countIn(this.affinityTerms, term, sign)
    for (const claim of info.claims) countIn(this.claims, claim, sign)
  }
}
