import type { Profile } from './configuration/profile.ts'
import type { FitFailure, NodeRejection } from './fit-error.ts'
import type { ClusterListers, NodeFilter, NodeScorer } from './framework.ts'
import type { NodeState } from './node-state.ts'
import type { Nominations } from './nominations.ts'
import type { PodInfo } from './pod-info.ts'

const minFeasible = 100
const minPercent = 5

/** Where a pod could go. */
export interface FeasibleNodes {
  readonly feasible: readonly NodeState[]
  /** Whether it is the place that the pod was promised, and no other was looked at. */
  readonly isPromised: boolean
  /** Why all the other nodes are none. */
  failure(): FitFailure
}

type Filters = { plugin: string; filter: NodeFilter }[]
/** A plugin rejects the pod whatever the node. */
type Refusal = { message: string; plugins: ReadonlySet<string> }

/** Finds the best node for a pod among the nodes of a cluster. */
export class NodeChooser {
  readonly #random: () => number
  readonly #listers: ClusterListers
  readonly #nominations: Nominations
  #start = 0

  constructor(options: {
    listers: ClusterListers
    nominations: Nominations
    /** For choosing among equals. */
    random?: (() => number) | undefined
  }) {
    this.#listers = options.listers
    this.#nominations = options.nominations
    this.#random = options.random ?? Math.random
  }

  /**
   * A node that passes every filter, of those the one with the highest score, of several any one of them.
   * In a large cluster it stops looking when enough nodes passed, and starts the next pod where it stopped.
   */
  choose(pod: PodInfo, nodes: readonly NodeState[], profile: Profile): NodeState | FitFailure {
    const found = this.find(pod, nodes, profile)
    return 'feasible' in found ? this.best(pod, found.feasible, { nodes, profile }) : found
  }

  /** The nodes that pass every filter, or only the one that the pod was promised, unless that is to be forgotten. */
  find(
    pod: PodInfo,
    nodes: readonly NodeState[],
    profile: Profile,
    { heedsPromise = true } = {},
  ): FeasibleNodes | FitFailure {
    const filters = this.#filtersFor(pod, nodes, profile)
    if (!Array.isArray(filters)) return refused(nodes.length, filters)
    const named = namedNodes(pod, nodes, profile)
    if ('message' in named) return refused(nodes.length, named)
    const nomination = heedsPromise ? this.#nominations.get(pod.uid) : undefined
    const promised = nomination && named.nodes.find(({ name }) => name === nomination.node)
    if (promised && !this.#reject(pod, promised, nodes, profile, filters)) {
      return {
        feasible: [promised],
        isPromised: true,
        failure: () => failureOf([], new Map(), { named, feasible: [] }),
      }
    }
    const { feasible, rejections } = this.#filter(pod, named.nodes, nodes, profile, filters)
    const failure = () => failureOf(nodes, rejections, { named, feasible })
    return feasible.length > 0 ? { feasible, isPromised: false, failure } : failure()
  }

  /** Why a node, with what is on it right now, can't take a pod; undefined when it can. */
  check(
    pod: PodInfo,
    node: NodeState,
    nodes: readonly NodeState[],
    profile: Profile,
  ): NodeRejection | undefined {
    const filters = this.#filtersFor(pod, nodes, profile)
    if (!Array.isArray(filters)) return finalRejection(filters)
    return this.#reject(pod, node, nodes, profile, filters)
  }

  /** What every node says of a pod now; undefined of those that would take it. A text is a refusal whatever the node. */
  explain(
    pod: PodInfo,
    nodes: readonly NodeState[],
    profile: Profile,
  ): string | Map<NodeState, NodeRejection | undefined> {
    const filters = this.#filtersFor(pod, nodes, profile)
    if (!Array.isArray(filters)) return filters.message
    const named = namedNodes(pod, nodes, profile)
    if ('message' in named) return named.message
    const candidates = new Set(named.nodes)
    const say = (node: NodeState) =>
      candidates.has(node) ? this.#reject(pod, node, nodes, profile, filters) : named.rejection
    return new Map(nodes.map(node => [node, say(node)]))
  }

  #filtersFor(pod: PodInfo, nodes: readonly NodeState[], { filters }: Profile): Filters | Refusal {
    const found: Filters = []
    for (const plugin of filters) {
      const filter = plugin.filter?.(pod, nodes, this.#listers)
      if (typeof filter === 'string') return { message: filter, plugins: new Set([plugin.name]) }
      if (filter) found.push({ plugin: plugin.name, filter })
    }
    return found
  }

  /** A node must have room for the pod also when those that were promised a place on it have come. */
  #reject(
    pod: PodInfo,
    node: NodeState,
    nodes: readonly NodeState[],
    profile: Profile,
    filters: Filters,
  ): NodeRejection | undefined {
    const rejection = firstRejection(filters, node)
    const promised = rejection ? [] : this.#nominations.before(pod, node.name)
    const coming = promised.filter(({ uid }) => !node.pods.has(uid))
    if (rejection || coming.length === 0) return rejection
    for (const info of coming) node.add(info)
    try {
      const then = this.#filtersFor(pod, nodes, profile)
      return Array.isArray(then) ? firstRejection(then, node) : finalRejection(then)
    } finally {
      for (const { uid } of coming) node.remove(uid)
    }
  }

  #filter(
    pod: PodInfo,
    candidates: readonly NodeState[],
    nodes: readonly NodeState[],
    profile: Profile,
    filters: Filters,
  ) {
    const wanted = feasibleNodesToFind(candidates.length, profile.percentageOfNodesToScore)
    const feasible: NodeState[] = []
    const rejections = new Map<NodeState, NodeRejection>()
    const start = candidates === nodes ? this.#start : 0
    let looked = 0
    while (looked < candidates.length && feasible.length < wanted) {
      const node = candidates[(start + looked++) % candidates.length]
      if (!node) continue
      const rejection = this.#reject(pod, node, nodes, profile, filters)
      if (rejection) rejections.set(node, rejection)
      else feasible.push(node)
    }
    if (candidates === nodes) this.#start = nodes.length ? (start + looked) % nodes.length : 0
    return { feasible, rejections }
  }

  /** The one with the highest score of some nodes, of several any one of them. `more` has what is added to scores, by name. */
  best(
    pod: PodInfo,
    feasible: readonly NodeState[],
    among: {
      nodes: readonly NodeState[]
      profile: Profile
      more?: ReadonlyMap<string, number>
    },
  ): NodeState {
    const { nodes, profile, more } = among
    const [only] = feasible
    if (feasible.length === 1 && only) return only
    const totals = new Float64Array(feasible.length)
    for (const { plugin, weight } of profile.scores) {
      const scorer = plugin.score?.(pod, nodes, this.#listers, feasible)
      if (scorer) addScores(totals, scorer, feasible, weight)
    }
    if (more) {
      for (const [index, { name }] of feasible.entries()) {
        totals[index] = (totals[index] ?? 0) + (more.get(name) ?? 0)
      }
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

/** What nodes said that aren't feasible, and of those beyond that plugins name. */
function failureOf(
  nodes: readonly NodeState[],
  rejections: Map<NodeState, NodeRejection>,
  { named, feasible }: { named: NamedNodes; feasible: readonly NodeState[] },
): FitFailure {
  const plugins = new Set([...rejections.values()].map(({ plugin }) => plugin))
  for (const plugin of named.plugins) plugins.add(plugin)
  const rest = named.rejection
  if (rest) {
    const isOpen = new Set(feasible)
    for (const node of nodes) {
      if (!rejections.has(node) && !isOpen.has(node)) rejections.set(node, rest)
    }
  }
  return { nodeCount: nodes.length, rejections, plugins }
}

const refused = (nodeCount: number, { message, plugins }: Refusal): FitFailure => ({
  nodeCount,
  rejections: new Map(),
  message,
  plugins,
})

const finalRejection = ({ message, plugins }: Refusal): NodeRejection => ({
  reasons: [message],
  final: true,
  plugin: [...plugins][0] ?? '',
})

/** The nodes that come into question, who named them, and what is to be said of the others. */
interface NamedNodes {
  nodes: readonly NodeState[]
  plugins: string[]
  rejection?: NodeRejection
}

/** The nodes that come into question when plugins name them, and what is to be said of the others. */
function namedNodes(
  pod: PodInfo,
  nodes: readonly NodeState[],
  { filters }: Profile,
): Refusal | NamedNodes {
  const naming = filters.flatMap(plugin => {
    const names = plugin.nodeNames?.(pod)
    return names ? [{ plugin: plugin.name, names }] : []
  })
  const [first] = naming
  if (!first) return { nodes, plugins: [] }
  const plugins = naming.map(({ plugin }) => plugin).sort()
  const named = nodes.filter(({ name }) => naming.every(({ names }) => names.has(name)))
  const reasons = [`node(s) didn't satisfy plugin(s) [${plugins.join(' ')}]`]
  return { nodes: named, plugins, rejection: { reasons, final: true, plugin: first.plugin } }
}

function firstRejection(filters: Filters, node: NodeState): NodeRejection | undefined {
  for (const { plugin, filter } of filters) {
    const rejection = filter(node)
    if (rejection) return { ...rejection, plugin }
  }
  return undefined
}

function addScores(
  totals: Float64Array,
  scorer: NodeScorer,
  feasible: readonly NodeState[],
  weight: number,
): void {
  // Plain loops: this runs for every pod, plugin and node.
  const scores: number[] = new Array(feasible.length)
  for (let index = 0; index < feasible.length; index++) {
    scores[index] = scorer.score(feasible[index] as NodeState)
  }
  scorer.normalize?.(scores)
  for (let index = 0; index < scores.length; index++) {
    totals[index] = (totals[index] ?? 0) + (scores[index] ?? 0) * weight
  }
}

/** All nodes up to 100; then a share, by default one that falls from 50 % by one for each 125 nodes, at least 5 %. */
function feasibleNodesToFind(nodes: number, percentage: number): number {
  if (nodes <= minFeasible || percentage >= 100) return nodes
  const percent = percentage || Math.max(minPercent, Math.floor(50 - nodes / 125))
  return Math.max(minFeasible, Math.floor((nodes * percent) / 100))
}
