import type { FitFailure } from './fit-error.ts'
import type { NodeFilter, NodeScorer, Plugin, Rejection, StorageListers } from './framework.ts'
import type { NodeState } from './node-state.ts'
import { Nominations } from './nominations.ts'
import type { PodInfo } from './pod-info.ts'

const minFeasible = 100
const minPercent = 5

const noStorage: StorageListers = {
  claims: { get: () => undefined },
  volumes: { get: () => undefined, list: () => [] },
  classes: { get: () => undefined },
}

/** Finds the best node for a pod among the nodes of a cluster. */
export class NodeChooser {
  readonly #plugins: readonly Plugin[]
  readonly #random: () => number
  readonly #storage: StorageListers
  readonly #nominations: Nominations
  #start = 0

  constructor(
    plugins: readonly Plugin[],
    random: () => number = Math.random,
    storage: StorageListers = noStorage,
    nominations = new Nominations(),
  ) {
    this.#plugins = plugins
    this.#random = random
    this.#storage = storage
    this.#nominations = nominations
  }

  /**
   * A node that passes every filter, of those the one with the highest score, of several any one of them.
   * In a large cluster it stops looking when enough nodes passed, and starts the next pod where it stopped.
   */
  choose(pod: PodInfo, nodes: readonly NodeState[]): NodeState | FitFailure {
    const filters = this.#filtersFor(pod, nodes)
    if (!Array.isArray(filters))
      return { nodeCount: nodes.length, rejections: new Map(), ...filters }
    const promised = nodes.find(({ name }) => name === this.#nominations.get(pod.uid)?.node)
    if (promised && !this.#reject(pod, promised, nodes, filters)) return promised
    const { feasible, rejections, rejecting } = this.#filter(pod, filters, nodes)
    if (feasible.length === 0) {
      return { nodeCount: nodes.length, rejections, plugins: rejecting }
    }
    return this.#best(pod, feasible, nodes)
  }

  /** Why a node, with what is on it right now, can't take a pod; undefined when it can. */
  check(pod: PodInfo, node: NodeState, nodes: readonly NodeState[]): Rejection | undefined {
    const filters = this.#filtersFor(pod, nodes)
    if (!Array.isArray(filters)) return { reasons: [filters.message], final: true }
    return this.#reject(pod, node, nodes, filters)
  }

  #filtersFor(
    pod: PodInfo,
    nodes: readonly NodeState[],
  ): Filters | { message: string; plugins: ReadonlySet<string> } {
    const filters: Filters = []
    for (const plugin of this.#plugins) {
      const filter = plugin.filter?.(pod, nodes, this.#storage)
      if (typeof filter === 'string') return { message: filter, plugins: new Set([plugin.name]) }
      if (filter) filters.push({ plugin: plugin.name, filter })
    }
    return filters
  }

  /** A node must have room for the pod also when those that were promised a place on it have come. */
  #reject(
    pod: PodInfo,
    node: NodeState,
    nodes: readonly NodeState[],
    filters: Filters,
    rejecting = new Set<string>(),
  ): Rejection | undefined {
    const rejection = firstRejection(filters, node, rejecting)
    const promised = rejection ? [] : this.#nominations.before(pod, node.name)
    const coming = promised.filter(({ uid }) => !node.pods.has(uid))
    if (rejection || coming.length === 0) return rejection
    for (const info of coming) node.add(info)
    try {
      const then = this.#filtersFor(pod, nodes)
      if (!Array.isArray(then)) return { reasons: [then.message], final: true }
      return firstRejection(then, node, rejecting)
    } finally {
      for (const { uid } of coming) node.remove(uid)
    }
  }

  #filter(pod: PodInfo, filters: Filters, nodes: readonly NodeState[]) {
    const wanted = feasibleNodesToFind(nodes.length)
    const feasible: NodeState[] = []
    const rejections = new Map<NodeState, Rejection>()
    const rejecting = new Set<string>()
    let looked = 0
    while (looked < nodes.length && feasible.length < wanted) {
      const node = nodes[(this.#start + looked++) % nodes.length]
      if (!node) continue
      const rejection = this.#reject(pod, node, nodes, filters, rejecting)
      if (rejection) rejections.set(node, rejection)
      else feasible.push(node)
    }
    this.#start = nodes.length ? (this.#start + looked) % nodes.length : 0
    return { feasible, rejections, rejecting }
  }

  #best(pod: PodInfo, feasible: NodeState[], nodes: readonly NodeState[]): NodeState {
    const [only] = feasible
    if (feasible.length === 1 && only) return only
    const totals = new Array<number>(feasible.length).fill(0)
    for (const plugin of this.#plugins) {
      const scorer = plugin.score?.(pod, nodes)
      if (scorer) addScores(totals, scorer, feasible, plugin.weight ?? 1)
    }
    let best = 0
    let ties = 1
    for (let index = 1; index < totals.length; index++) {
      const difference = (totals[index] ?? 0) - (totals[best] ?? 0)
      if (difference > 0) {
        best = index
        ties = 1
      } else if (difference === 0 && this.#random() * ++ties < 1) {
        best = index
      }
    }
    return feasible[best] as NodeState
  }
}

type Filters = { plugin: string; filter: NodeFilter }[]

function firstRejection(
  filters: Filters,
  node: NodeState,
  rejecting: Set<string>,
): Rejection | undefined {
  for (const { plugin, filter } of filters) {
    const rejection = filter(node)
    if (!rejection) continue
    rejecting.add(plugin)
    return rejection
  }
  return undefined
}

function addScores(
  totals: number[],
  scorer: NodeScorer,
  feasible: readonly NodeState[],
  weight: number,
): void {
  const scores = feasible.map(node => scorer.score(node))
  scorer.normalize?.(scores)
  for (const [index, score] of scores.entries()) {
    totals[index] = (totals[index] ?? 0) + score * weight
  }
}

/** All nodes up to 100; then a share that falls from 50 % by one for each 125 nodes, at least 5 %. */
function feasibleNodesToFind(nodes: number): number {
  if (nodes <= minFeasible) return nodes
  const percent = Math.max(minPercent, Math.floor(50 - nodes / 125))
  return Math.max(minFeasible, Math.floor((nodes * percent) / 100))
}
