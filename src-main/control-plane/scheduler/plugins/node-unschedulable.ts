import { findToleration } from '#kubernetes/taints.ts'
import type { Plugin } from '../framework.ts'

const rejection = { reasons: ['node(s) were unschedulable'], final: true }
const taint = { key: 'node.kubernetes.io/unschedulable', effect: 'NoSchedule' } as const

/** Cordoned nodes take only pods that tolerate it. */
export const nodeUnschedulable: Plugin = {
  name: 'NodeUnschedulable',
  wakesOn: ['node added', 'node taints'],
  filter({ pod }) {
    const tolerated = findToleration(pod.spec?.tolerations, taint) !== undefined
    return tolerated ? undefined : ({ node }) => (node?.spec?.unschedulable ? rejection : undefined)
  },
}
