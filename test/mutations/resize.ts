import type { Mutation } from './mutation.ts'

const kubelet = 'src-main/node/kubelet'
const room = { file: `${kubelet}/resize/node-room.test.ts` }
const simulated = 'test/integration/kubelet/resizes.test.ts'

/** Faults of the resize of running pods. */
export const resizeMutations: readonly Mutation[] = [
  {
    name: 'room that a pod leaves is offered to nobody',
    file: `${kubelet}/resize/node-room.ts`,
    find: 'if (this.#tenants.delete(tenant)) this.#judge()',
    replace: 'this.#tenants.delete(tenant)',
    caughtBy: room,
  },
  {
    name: 'resizes are judged in the order in which they came',
    file: `${kubelet}/resize/node-room.ts`,
    find: '[...this.#waiting].sort(byUrgency)',
    replace: '[...this.#waiting]',
    caughtBy: room,
  },
  {
    name: 'a resize is granted what others use',
    file: `${kubelet}/resize/refuse-resize.ts`,
    find: 'one.requested + one.used > one.capacity',
    replace: 'one.requested > one.capacity',
    caughtBy: { file: `${kubelet}/resize/refuse-resize.test.ts` },
  },
  {
    name: 'a resize gives before it takes',
    file: `${kubelet}/resize/resize-steps.ts`,
    find: 'direction(a) - direction(b)',
    replace: 'direction(b) - direction(a)',
    caughtBy: { file: `${kubelet}/resize/resize-steps.test.ts` },
  },
  {
    name: 'a resize takes memory away that is in use',
    file: `${kubelet}/resize/carry-out-resize.ts`,
    find: 'if (used < limit) return []',
    replace: 'if (used >= 0) return []',
    caughtBy: { file: simulated, test: 'memory that is in use' },
  },
  {
    name: 'a container that was ended for its resize is done',
    file: `${kubelet}/sync/pod-actions.ts`,
    find: 'input.isToRunAgain(latest) || ',
    replace: '',
    caughtBy: { file: `${kubelet}/sync/pod-actions.test.ts` },
  },
  {
    name: 'a restart of the kubelet grants what waited',
    file: `${kubelet}/resize/pod-resize.ts`,
    find: 'this.#given = rememberedResources(pod)',
    replace: 'this.#given = desiredResources(pod)',
    caughtBy: { file: simulated, test: 'a resize waits for room' },
  },
  {
    name: 'a pod frees room before it has less',
    file: 'src-main/kubernetes/pod-resources.ts',
    find: 'had.reduce(maxAmounts, isInfeasible ? {} : asked)',
    replace: 'asked',
    caughtBy: { file: 'src-main/kubernetes/pod-resources.test.ts' },
  },
]
