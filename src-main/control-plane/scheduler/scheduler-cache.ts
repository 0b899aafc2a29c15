import type { Node } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { NodeState } from './node-state.ts'
import type { PodInfo } from './pod-info.ts'
import { PodTallies } from './pod-tallies.ts'

/**
 * The nodes and what runs on them, with pods that were given a node but whose binding the informer hasn't shown yet
 * (assumed): the next pod must not be given the same place.
 */
export class SchedulerCache {
  readonly #nodes = new Map<string, NodeState>()
  /** By the pod's uid, the node that its place is counted on. */
  readonly #places = new Map<string, string>()
  readonly #assumed = new Set<string>()
  readonly #tallies = new PodTallies()
  #list: NodeState[] | undefined

  /** The nodes that exist. */
  get nodes(): readonly NodeState[] {
    this.#list ??= [...this.#nodes.values()].filter(({ node }) => node !== undefined)
    return this.#list
  }

  node(name: string): NodeState | undefined {
    return this.#nodes.get(name)
  }

  putNode(node: Stored<Node>): NodeState {
    const state = this.#state(node.metadata.name)
    if (!state.node) this.#list = undefined
    state.node = node
    return state
  }

  removeNode(name: string): void {
    const state = this.#nodes.get(name)
    if (!state) return
    state.node = undefined
    if (state.pods.size === 0) this.#nodes.delete(name)
    this.#list = undefined
  }

  /** Counts a pod on a node before its binding is seen. */
  assume(pod: PodInfo, node: string): void {
    this.#place(pod, node)
    this.#assumed.add(pod.uid)
  }

  /** The binding failed: the place is free again. */
  forget(uid: string): void {
    if (this.#assumed.delete(uid)) this.#displace(uid)
  }

  isAssumed(uid: string): boolean {
    return this.#assumed.has(uid)
  }

  /** A pod was seen bound to a node. */
  putPod(pod: PodInfo, node: string): void {
    this.#assumed.delete(pod.uid)
    this.#place(pod, node)
  }

  removePod(uid: string): void {
    this.#assumed.delete(uid)
    this.#displace(uid)
  }

  #place(pod: PodInfo, node: string): void {
    if (this.#places.get(pod.uid) !== node) this.#displace(pod.uid)
    this.#places.set(pod.uid, node)
    this.#state(node).add(pod)
  }

  #displace(uid: string): void {
    const name = this.#places.get(uid)
    if (name === undefined) return
    this.#places.delete(uid)
    const state = this.#nodes.get(name)
    state?.remove(uid)
    if (state && !state.node && state.pods.size === 0) this.#nodes.delete(name)
  }

  #state(name: string): NodeState {
    let state = this.#nodes.get(name)
    if (!state) {
      state = new NodeState(name, this.#tallies)
      this.#nodes.set(name, state)
    }
    return state
  }
}
