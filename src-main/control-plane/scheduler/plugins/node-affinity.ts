import {
  hasNodeRules,
  matchesNodeRules,
  matchesNodeTerm,
} from '#kubernetes/selectors/node-selector.ts'
import { normalizeByMax, type Plugin } from '../framework.ts'

const rejection = { reasons: ["node(s) didn't match Pod's node affinity/selector"], final: true }

/** `nodeSelector` and node affinity. */
export const nodeAffinity: Plugin = {
  name: 'NodeAffinity',
  weight: 2,
  wakesOn: ['node added', 'node labels'],
  filter({ pod }) {
    return hasNodeRules(pod.spec)
      ? node => (matchesNodeRules(pod.spec, node) ? undefined : rejection)
      : undefined
  },
  score({ pod }) {
    const preferred =
      pod.spec?.affinity?.nodeAffinity?.preferredDuringSchedulingIgnoredDuringExecution ?? []
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
