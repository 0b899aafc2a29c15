import type { Plugin } from '../framework.ts'

/** A pod with gates isn't even tried until all of them are taken away. */
export const schedulingGates: Plugin = {
  name: 'SchedulingGates',
  preEnqueue({ pod }) {
    const gates = (pod.spec?.schedulingGates ?? []).map(({ name }) => name)
    return gates.length ? `waiting for scheduling gates: [${gates.join(' ')}]` : undefined
  },
}
