import type { Pod } from '#kubernetes/api/core-v1.ts'
import {
  type AffinityTerm,
  type NamespaceLister,
  queryOf,
  selectsPod,
  type TermKind,
} from '../affinity-terms.ts'
import { type ClusterEvent, maxNodeScore, type Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'

const notNear = { reasons: ["node(s) didn't match pod affinity rules"], final: true }
const tooNear = { reasons: ["node(s) didn't match pod anti-affinity rules"], final: false }
const unwelcome = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  final: false,
}

export interface InterPodAffinityArgs {
  /** What a required term of a pod that is there already weighs for those that it wants near. */
  hardPodAffinityWeight: number
  ignorePreferredTermsOfExistingPods: boolean
}

/** Something by domain (the value of a label of nodes), by label. */
type Domains = Map<string, Map<string, number>>

/** Keeps pods near to, or away from, other pods, by topology. */
export function interPodAffinity(args: InterPodAffinityArgs): Plugin {
  return {
    name: 'InterPodAffinity',
    wakesOn: [
      'node added',
      'node labels',
      'pod added',
      'pod labels',
      'pod removed',
      'namespace labels',
    ],
    mayHelp,
    filter(info, nodes, { namespaces }) {
      const near = termsOf(info, 'required affinity')
      const away = termsOf(info, 'required anti-affinity')
      const repelled = repelledDomains(info.pod, nodes, namespaces)
      if (near.length === 0 && away.length === 0 && repelled.size === 0) return undefined
      const nearDomains = near.map(term => domainsWith(term, near, nodes, namespaces))
      const awayDomains = away.map(term => domainsWith(term, [term], nodes, namespaces))
      // The first of a group whose members want to be together has no one to be near to.
      const mayBeFirst =
        nearDomains.every(domains => domains.size === 0) &&
        near.every(term => selectsPod(term, info.pod, namespaces))
      return node => {
        for (const [index, { topologyKey }] of near.entries()) {
          const domain = node.labels?.[topologyKey]
          if (domain === undefined) return notNear
          if (!mayBeFirst && !nearDomains[index]?.has(domain)) return notNear
        }
        for (const [index, { topologyKey }] of away.entries()) {
          const domain = node.labels?.[topologyKey]
          if (domain !== undefined && awayDomains[index]?.has(domain)) return tooNear
        }
        return isIn(repelled, node) ? unwelcome : undefined
      }
    },
    score(info, nodes, { namespaces }) {
      const weights = weightsByDomain(info, nodes, namespaces, args)
      if (weights.size === 0) return undefined
      return { score: node => sumIn(weights, node), normalize: normalizeRange }
    },
  }
}

const termsOf = ({ affinityTerms }: PodInfo, kind: TermKind): AffinityTerm[] =>
  affinityTerms.filter(term => term.kind === kind)

/** How many pods that all of `terms` select each domain of one's topology holds. */
function domainsWith(
  { topologyKey }: AffinityTerm,
  terms: AffinityTerm[],
  nodes: readonly NodeState[],
  namespaces: NamespaceLister,
): Map<string, number> {
  const queries = terms.map(term => queryOf(term, namespaces))
  const [first] = queries
  const domains = new Map<string, number>()
  if (!first) return domains
  for (const node of nodes) {
    const domain = node.labels?.[topologyKey]
    if (domain === undefined) continue
    const count =
      queries.length === 1
        ? node.count(first)
        : countAll(node, pod => queries.every(query => query.matches(pod)))
    if (count > 0) domains.set(domain, (domains.get(domain) ?? 0) + count)
  }
  return domains
}

function countAll({ pods }: NodeState, matches: (pod: Pod) => boolean): number {
  let count = 0
  for (const { pod } of pods.values()) if (matches(pod)) count++
  return count
}

/** The domains whose pods refuse the newcomer. */
function repelledDomains(
  pod: Pod,
  nodes: readonly NodeState[],
  namespaces: NamespaceLister,
): Domains {
  const repelled: Domains = new Map()
  const selected = once((term: AffinityTerm) => selectsPod(term, pod, namespaces))
  for (const node of nodes) {
    for (const [term] of node.affinityTerms) {
      if (term.kind === 'required anti-affinity' && selected(term)) addIn(repelled, term, node, 1)
    }
  }
  return repelled
}

/** What the pod's wishes, and those of the pods that are there, weigh in each domain. */
function weightsByDomain(
  info: PodInfo,
  nodes: readonly NodeState[],
  namespaces: NamespaceLister,
  args: InterPodAffinityArgs,
): Domains {
  const weights: Domains = new Map()
  const wishes = info.affinityTerms.filter(({ kind }) => kind.startsWith('preferred'))
  for (const term of wishes) {
    const query = queryOf(term, namespaces)
    for (const node of nodes) addIn(weights, term, node, signedWeight(term) * node.count(query))
  }
  const weightOf = once((term: AffinityTerm) =>
    selectsPod(term, info.pod, namespaces) ? weightOfExisting(term, args) : 0,
  )
  for (const node of nodes) {
    for (const [term, count] of node.affinityTerms) {
      const weight = weightOf(term)
      if (weight !== 0) addIn(weights, term, node, weight * count)
    }
  }
  return weights
}

function weightOfExisting(term: AffinityTerm, args: InterPodAffinityArgs): number {
  if (term.kind === 'required affinity') return args.hardPodAffinityWeight
  if (term.kind === 'required anti-affinity') return 0
  return args.ignorePreferredTermsOfExistingPods ? 0 : signedWeight(term)
}

const signedWeight = ({ kind, weight }: AffinityTerm): number =>
  kind === 'preferred anti-affinity' ? -weight : weight

function addIn(domains: Domains, { topologyKey }: AffinityTerm, node: NodeState, amount: number) {
  const domain = node.labels?.[topologyKey]
  if (domain === undefined || amount === 0) return
  let amounts = domains.get(topologyKey)
  if (!amounts) {
    amounts = new Map()
    domains.set(topologyKey, amounts)
  }
  amounts.set(domain, (amounts.get(domain) ?? 0) + amount)
}

function sumIn(domains: Domains, { labels }: NodeState): number {
  let sum = 0
  for (const [key, amounts] of domains) sum += amounts.get(labels?.[key] ?? '') ?? 0
  return sum
}

function isIn(domains: Domains, { labels }: NodeState): boolean {
  for (const [key, amounts] of domains) {
    const domain = labels?.[key]
    if (domain !== undefined && amounts.has(domain)) return true
  }
  return false
}

/** Remembers what a function said of each value. */
function once<K, V>(ask: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>()
  return key => {
    const before = known.get(key)
    if (before !== undefined) return before
    const answer = ask(key)
    known.set(key, answer)
    return answer
  }
}

/** A pod that comes helps those that want to be near it, one that goes those that it kept away or that kept away from it. */
function mayHelp(info: PodInfo, { change, pod }: ClusterEvent): boolean {
  if (!pod || change === 'pod labels') return true
  const wants: TermKind = change === 'pod added' ? 'required affinity' : 'required anti-affinity'
  const speaksOf = (owner: PodInfo['affinityTerms'], other: Pod) =>
    owner.some(
      term =>
        term.kind === wants &&
        (term.namespaceSelector !== undefined ||
          selectsPod(term, other, { get: () => undefined, list: () => [] })),
    )
  if (speaksOf(info.affinityTerms, pod)) return true
  return change === 'pod removed' && pod.spec?.affinity?.podAntiAffinity !== undefined
}

function normalizeRange(scores: number[]): void {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const score of scores) {
    if (score < least) least = score
    if (score > most) most = score
  }
  const range = most - least
  for (const [index, score] of scores.entries()) {
    scores[index] = range === 0 ? 0 : Math.floor((maxNodeScore * (score - least)) / range)
  }
}
