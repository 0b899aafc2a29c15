import type { Pod, PodAffinityTerm, WeightedPodAffinityTerm } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { maxNodeScore, type Plugin } from '../framework.ts'
import type { NodeState } from '../node-state.ts'
import type { PodInfo } from '../pod-info.ts'

const notNear = { reasons: ["node(s) didn't match pod affinity rules"], final: true }
const tooNear = { reasons: ["node(s) didn't match pod anti-affinity rules"], final: false }
const unwelcome = {
  reasons: ["node(s) didn't satisfy existing pods anti-affinity rules"],
  final: false,
}

/** Keeps pods near to, or away from, other pods, by topology. */
export const interPodAffinity: Plugin = {
  name: 'InterPodAffinity',
  weight: 2,
  wakesOn: ['node added', 'node labels', 'pod added', 'pod labels', 'pod removed'],
  filter(info, nodes) {
    const near = requiredTerms(info.pod, 'podAffinity')
    const away = requiredTerms(info.pod, 'podAntiAffinity')
    const repelled = repelledDomains(info, nodes)
    if (near.length === 0 && away.length === 0 && repelled.size === 0) return undefined
    const nearDomains = near.map(term => domainsWith(term, info.pod, nodes))
    const awayDomains = away.map(term => domainsWith(term, info.pod, nodes))
    // The first of a group whose members want to be together has no one to be near to.
    const mayBeFirst =
      nearDomains.every(domains => domains.size === 0) &&
      near.every(term => selects(term, info.pod, info.pod))
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
      for (const [key, domains] of repelled) {
        const domain = node.labels?.[key]
        if (domain !== undefined && domains.has(domain)) return unwelcome
      }
      return undefined
    }
  },
  score({ pod }, nodes) {
    const affinity = pod.spec?.affinity
    const wishes = [
      ...weighted(affinity?.podAffinity?.preferredDuringSchedulingIgnoredDuringExecution, 1),
      ...weighted(affinity?.podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution, -1),
    ]
    if (wishes.length === 0) return undefined
    const counted = wishes.map(wish => ({ ...wish, domains: domainsWith(wish.term, pod, nodes) }))
    return {
      score: node =>
        counted.reduce((sum, { term, weight, domains }) => {
          const domain = node.labels?.[term.topologyKey]
          return domain === undefined ? sum : sum + weight * (domains.get(domain) ?? 0)
        }, 0),
      normalize: normalizeRange,
    }
  },
}

const requiredTerms = ({ spec }: Pod, kind: 'podAffinity' | 'podAntiAffinity'): PodAffinityTerm[] =>
  spec?.affinity?.[kind]?.requiredDuringSchedulingIgnoredDuringExecution ?? []

const weighted = (terms: WeightedPodAffinityTerm[] | undefined, sign: 1 | -1) =>
  (terms ?? []).map(({ weight, podAffinityTerm }) => ({
    term: podAffinityTerm,
    weight: sign * weight,
  }))

/** How many pods that a term selects each domain of its topology holds. */
function domainsWith(
  term: PodAffinityTerm,
  owner: Stored<Pod>,
  nodes: readonly NodeState[],
): Map<string, number> {
  const domains = new Map<string, number>()
  for (const node of nodes) {
    const domain = node.labels?.[term.topologyKey]
    if (domain === undefined) continue
    for (const { pod } of node.pods.values()) {
      if (selects(term, owner, pod)) domains.set(domain, (domains.get(domain) ?? 0) + 1)
    }
  }
  return domains
}

/** The domains, by topology key, whose pods refuse the newcomer. */
function repelledDomains({ pod }: PodInfo, nodes: readonly NodeState[]): Map<string, Set<string>> {
  const repelled = new Map<string, Set<string>>()
  for (const node of nodes) {
    for (const { pod: existing } of node.podsWithAntiAffinity.values()) {
      for (const term of requiredTerms(existing, 'podAntiAffinity')) {
        const domain = node.labels?.[term.topologyKey]
        if (domain === undefined || !selects(term, existing, pod)) continue
        const domains = repelled.get(term.topologyKey) ?? new Set()
        repelled.set(term.topologyKey, domains.add(domain))
      }
    }
  }
  return repelled
}

/** Whether a term of `owner` selects `pod`. An empty namespace selector means every namespace. */
function selects(term: PodAffinityTerm, owner: Pod, pod: Pod): boolean {
  const { namespaces = [], namespaceSelector, labelSelector } = term
  const { namespace = '' } = pod.metadata
  const inNamespace =
    namespaceSelector !== undefined ||
    (namespaces.length ? namespaces.includes(namespace) : namespace === owner.metadata.namespace)
  return (
    inNamespace &&
    matchesLabelSelector(labelSelector, pod.metadata.labels) &&
    (term.matchLabelKeys ?? []).every(
      key => owner.metadata.labels?.[key] === pod.metadata.labels?.[key],
    ) &&
    (term.mismatchLabelKeys ?? []).every(
      key => owner.metadata.labels?.[key] !== pod.metadata.labels?.[key],
    )
  )
}

function normalizeRange(scores: number[]): void {
  const least = Math.min(...scores)
  const range = Math.max(...scores) - least
  for (const [index, score] of scores.entries()) {
    scores[index] = range === 0 ? 0 : Math.floor((maxNodeScore * (score - least)) / range)
  }
}
