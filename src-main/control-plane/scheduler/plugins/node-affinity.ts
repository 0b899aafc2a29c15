import type { NodeAffinity, PodSpec } from '#kubernetes/api/core-v1.ts'
import {
  hasNodeRules,
  matchesNodeRules,
  matchesNodeTerm,
} from '#kubernetes/selectors/node-selector.ts'
import { normalizeByMax, type Plugin } from '../framework.ts'

const rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true }
const enforced = {
  reasons: ["node(s) didn't match scheduler-enforced node affinity"],
  final: true,
}
const nameField = 'metadata.name'

export interface NodeAffinityArgs {
  /** Applies to every pod of the profile. */
  addedAffinity: NodeAffinity | undefined
}

/** `nodeSelector` and node affinity. */
export function nodeAffinity({ addedAffinity }: NodeAffinityArgs): Plugin {
  const added = addedAffinity && ({ affinity: { nodeAffinity: addedAffinity } } as PodSpec)
  const preferredByAll = addedAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
  return {
    name: 'NodeAffinity',
    wakesOn: ['node added', 'node labels'],
    mayHelp: ({ pod }, { node }) =>
      !node || (matchesNodeRules(pod.spec, node) && (!added || matchesNodeRules(added, node))),
    nodeNames: ({ pod }) => namedNodes(pod.spec),
    filter({ pod }) {
      const isBound = hasNodeRules(pod.spec)
      if (!isBound && !added) return undefined
      if (namedNodes(pod.spec)?.size === 0) return 'pod affinity terms conflict'
      return node => {
        if (added && !matchesNodeRules(added, node)) return enforced
        return matchesNodeRules(pod.spec, node) ? undefined : rejection
      }
    },
    score({ pod }) {
      const { preferredDuringSchedulingIgnoredDuringExecution: own = [] } =
        pod.spec?.affinity?.nodeAffinity ?? {}
      const preferred = [...preferredByAll, ...own]
      if (preferred.length === 0) return undefined
      return {
        score: node =>
          preferred.reduce(
            (sum, { weight, preference }) => sum + (matchesNodeTerm(preference, node) ? weight : 0),
            0,
          ),
        normalize: normalizeByMax,
      }
    },
  }
}

/** The nodes that required terms name, if each of them names some. */
function namedNodes(spec: PodSpec | undefined): ReadonlySet<string> | undefined {
  const required = spec?.affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution
  const terms = required?.nodeSelectorTerms ?? []
  if (terms.length === 0) return undefined
  const names = new Set<string>()
  for (const { matchFields = [] } of terms) {
    const lists = matchFields
      .filter(({ key, operator }) => key === nameField && operator === 'In')
      .map(({ values = [] }) => values)
    const [first, ...others] = lists
    if (!first) return undefined
    for (const name of first) if (others.every(list => list.includes(name))) names.add(name)
  }
  return names
}
