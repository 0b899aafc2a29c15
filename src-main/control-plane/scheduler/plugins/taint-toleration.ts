import { findToleration } from '#kubernetes/taints.ts'
import { normalizeByMax, type Plugin } from '../framework.ts'

const rejection = { reasons: ['node(s) had untolerated taint(s)'], final: true }

/** Pods stay off nodes with taints that they don't tolerate, and prefer nodes without `PreferNoSchedule` ones. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  weight: 3,
  wakesOn: ['node added', 'node taints'],
  filter({ pod }) {
    const tolerations = pod.spec?.tolerations
    return ({ node }) => {
      for (const taint of node?.spec?.taints ?? []) {
        const repels = taint.effect === 'NoSchedule' || taint.effect === 'NoExecute'
        if (repels && !findToleration(tolerations, taint)) return rejection
      }
      return undefined
    }
  },
  score({ pod }) {
    const tolerations = (pod.spec?.tolerations ?? []).filter(
      ({ effect }) => !effect || effect === 'PreferNoSchedule',
    )
    return {
      score: ({ node }) =>
        (node?.spec?.taints ?? []).filter(
          taint => taint.effect === 'PreferNoSchedule' && !findToleration(tolerations, taint),
        ).length,
      normalize: scores => normalizeByMax(scores, true),
    }
  },
}
