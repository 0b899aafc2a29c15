import type { Namespace, Pod, PodAffinityTerm } from '#kubernetes/api/core-v1.ts'
import type { LabelSelector } from '#kubernetes/api/meta-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import {
  isEmptySelector,
  matchesLabelSelector,
} from '#kubernetes/selectors/match-label-selector.ts'
import { type PodQuery, podQuery } from './pod-query.ts'

export type TermKind =
  | 'required affinity'
  | 'required anti-affinity'
  | 'preferred affinity'
  | 'preferred anti-affinity'

/** One term of a pod's affinity to, or from, other pods. Equal ones are one object. */
export interface AffinityTerm {
  readonly kind: TermKind
  readonly topologyKey: string
  /** Of preferred ones. */
  readonly weight: number
  readonly namespaces: readonly string[]
  /** Namespaces with such labels count, too. */
  readonly namespaceSelector: LabelSelector | undefined
  readonly selector: LabelSelector | undefined
}

/** The labels of namespaces. */
export interface NamespaceLister {
  get(name: string): Stored<Namespace> | undefined
  list(): Stored<Namespace>[]
}

const maxKnown = 2000
const known = new Map<string, AffinityTerm>()
const none: readonly AffinityTerm[] = []

/** The terms of a pod, in the order of its spec. */
export function affinityTerms(pod: Pod): readonly AffinityTerm[] {
  const { podAffinity, podAntiAffinity } = pod.spec?.affinity ?? {}
  if (!podAffinity && !podAntiAffinity) return none
  const required = (kind: TermKind, terms: PodAffinityTerm[] | undefined) =>
    (terms ?? []).map(term => intern(pod, kind, term, 0))
  const preferred = (
    kind: TermKind,
    terms: { weight: number; podAffinityTerm: PodAffinityTerm }[] | undefined,
  ) =>
    (terms ?? []).map(({ podAffinityTerm, weight }) => intern(pod, kind, podAffinityTerm, weight))
  return [
    ...required('required affinity', podAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    ...required(
      'required anti-affinity',
      podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution,
    ),
    ...preferred(
      'preferred affinity',
      podAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
    ),
    ...preferred(
      'preferred anti-affinity',
      podAntiAffinity?.preferredDuringSchedulingIgnoredDuringExecution,
    ),
  ]
}

/** Whether a pod is one of those that a term speaks of. */
export function selectsPod(term: AffinityTerm, pod: Pod, namespaces: NamespaceLister): boolean {
  const namespace = pod.metadata.namespace ?? ''
  return (
    (term.namespaces.includes(namespace) || selectsNamespace(term, namespace, namespaces)) &&
    matchesLabelSelector(term.selector, pod.metadata.labels)
  )
}

/** The pods that a term speaks of, as a question that answers can be kept for. */
export function queryOf(term: AffinityTerm, namespaces: NamespaceLister): PodQuery {
  const { namespaceSelector, selector } = term
  if (!namespaceSelector) return podQuery(term.namespaces, selector, { leaving: true })
  if (isEmptySelector(namespaceSelector)) return podQuery(undefined, selector, { leaving: true })
  const selected = namespaces
    .list()
    .filter(({ metadata }) => matchesLabelSelector(namespaceSelector, metadata.labels))
    .map(({ metadata }) => metadata.name)
  const all = [...new Set([...term.namespaces, ...selected])].sort()
  return podQuery(all, selector, { leaving: true })
}

function selectsNamespace(
  { namespaceSelector }: AffinityTerm,
  namespace: string,
  namespaces: NamespaceLister,
): boolean {
  if (!namespaceSelector) return false
  if (isEmptySelector(namespaceSelector)) return true
  return matchesLabelSelector(namespaceSelector, namespaces.get(namespace)?.metadata.labels)
}

function intern(owner: Pod, kind: TermKind, term: PodAffinityTerm, weight: number): AffinityTerm {
  const { namespaces = [], namespaceSelector, topologyKey } = term
  const isOwn = namespaces.length === 0 && !namespaceSelector
  const value: AffinityTerm = {
    kind,
    topologyKey,
    weight,
    namespaces: isOwn ? [owner.metadata.namespace ?? ''] : namespaces,
    namespaceSelector,
    selector: withLabelKeys(term.labelSelector, owner, term),
  }
  const id = JSON.stringify(value)
  const same = known.get(id)
  if (same) return same
  if (known.size >= maxKnown) known.clear()
  known.set(id, value)
  return value
}

/** A selector that also wants, or refuses, the owner's own values of some labels. */
export function withLabelKeys(
  selector: LabelSelector | undefined,
  owner: Pod,
  keys: { matchLabelKeys?: string[]; mismatchLabelKeys?: string[] },
): LabelSelector | undefined {
  const requirements = (['In', 'NotIn'] as const).flatMap(operator => {
    const wanted = operator === 'In' ? keys.matchLabelKeys : keys.mismatchLabelKeys
    return (wanted ?? []).flatMap(key => {
      const value = owner.metadata.labels?.[key]
      return value === undefined ? [] : [{ key, operator, values: [value] }]
    })
  })
  if (!selector || requirements.length === 0) return selector
  const matchExpressions = [...(selector.matchExpressions ?? []), ...requirements]
  return { ...selector, matchExpressions }
}
