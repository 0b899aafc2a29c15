import type { Pod } from '#kubernetes/api/core-v1.ts'
import { type AdmissionStep, isAbout } from './admission-step.ts'

const keys = ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']
const seconds = 300

/** Lets pods stay five minutes on a node that is not ready or unreachable, unless they say otherwise. */
export const defaultTolerationSeconds: AdmissionStep = {
  name: 'DefaultTolerationSeconds',
  mutate(request) {
    if (!isAbout(request, 'pods', ['CREATE', 'UPDATE'])) return
    const { spec } = request.object as Pod
    const tolerations = spec.tolerations ?? []
    const tolerates = (key: string) =>
      tolerations.some(
        one => (!one.key || one.key === key) && (!one.effect || one.effect === 'NoExecute'),
      )
    const missing = keys.filter(key => !tolerates(key))
    if (!missing.length) return
    spec.tolerations = [
      ...tolerations,
      ...missing.map(key => ({
        key,
        operator: 'Exists' as const,
        effect: 'NoExecute' as const,
        tolerationSeconds: seconds,
      })),
    ]
  },
}
