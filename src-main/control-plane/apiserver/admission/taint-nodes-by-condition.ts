import type { Node } from '#kubernetes/api/core-v1.ts'
import { type AdmissionStep, isAbout } from './admission-step.ts'

const key = 'node.kubernetes.io/not-ready'

/** A new node takes no pods until the node life-cycle controller finds it ready. */
export const taintNodesByCondition: AdmissionStep = {
  name: 'TaintNodesByCondition',
  mutate(request) {
    if (!isAbout(request, 'nodes', ['CREATE'])) return
    const node = request.object as Node
    node.spec ??= {}
    const taints = node.spec.taints ?? []
    if (taints.some(taint => taint.key === key && taint.effect === 'NoSchedule')) return
    node.spec.taints = [...taints, { key, effect: 'NoSchedule' }]
  },
}
