import type { Taint, Toleration } from '#kubernetes/api/core-v1.ts'
import { findToleration } from '#kubernetes/taints.ts'
import { normalizeByMax, type Plugin } from '../framework.ts'

const rejection = { reasons: ['node(s) had untolerated taint(s)'], final: true }

/** Pods stay off nodes with taints that they don't tolerate, and prefer nodes without `PreferNoSchedule` ones. */
export const taintToleration: Plugin = {
  name: 'TaintToleration',
  wakesOn: ['node added', 'node taints'],
  mayHelp: ({ pod }, { node }) =>
    !node || !(node.node?.spec?.taints ?? []).some(taint => repels(taint, pod.spec?.tolerations)),
  filter({ pod }) {
    const tolerations = pod.spec?.tolerations
    return ({ node }) => {
      for (const taint of node?.spec?.taints ?? []) {
        if (repels(taint, tolerations)) return rejection
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

const repels = (taint: Taint, tolerations: Toleration[] | undefined): boolean =>
  (taint.effect === 'NoSchedule' || taint.effect === 'NoExecute') &&
  !findToleration(tolerations, taint)
