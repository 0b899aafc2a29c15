import type { Mutation } from './mutation.ts'

const statefulSet = 'src-main/control-plane/controllers/statefulset'
const daemonSet = 'src-main/control-plane/controllers/daemonset'
const statefulSets = 'test/integration/controllers/statefulsets.test.ts'
const daemonSets = 'test/integration/controllers/daemonsets.test.ts'

/** Faults of StatefulSets and DaemonSets. */
export const statefulMutations: readonly Mutation[] = [
  {
    name: 'the next pod of a set does not wait for the one before',
    file: `${statefulSet}/stateful-sync.ts`,
    find: 'for (const step of steps) if (!(await step())) return false',
    replace: 'for (const step of steps) await step()',
    caughtBy: { file: statefulSets, test: 'pods come one after the other' },
  },
  {
    name: 'pods below a partition come back as new ones',
    file: `${statefulSet}/stateful-sync.ts`,
    find: 'return ordinal < currentUpTo ? current : update',
    replace: 'return ordinal < -currentUpTo ? current : update',
    caughtBy: { file: statefulSets, test: 'a partition keeps the pods' },
  },
  {
    name: 'an update takes down every pod at once',
    file: `${statefulSet}/stateful-sync.ts`,
    find: '        await this.#control.delete(this.#set, pod)\n        return\n',
    replace: '        await this.#control.delete(this.#set, pod)\n',
    caughtBy: { file: statefulSets, test: 'an update goes from the end' },
  },
  {
    name: 'claims outlive a set that is to take them along',
    file: `${statefulSet}/claim-owners.ts`,
    find: "return whenDeleted === 'Delete' ?",
    replace: "return whenDeleted === 'Retain' ?",
    caughtBy: { file: statefulSets, test: 'claims belong to the set' },
  },
  {
    name: 'a set takes a claim that another controller manages',
    file: `${statefulSet}/claim-owners.ts`,
    find: 'wanted && !isForeign ?',
    replace: 'wanted ?',
    caughtBy: { file: statefulSets, test: 'a claim that another controller manages' },
  },
  {
    name: 'scaling down takes no heed of unhealthy pods',
    file: `${statefulSet}/stateful-sync.ts`,
    find: 'const waits = this.#inOrder && ordinal !== sick && !this.#isWell(pod)',
    replace: 'const waits = this.#inOrder && ordinal !== ordinal',
    caughtBy: { file: statefulSets, test: 'scaling down halts' },
  },
  {
    name: 'a claim on its way out holds the whole set up',
    file: `${statefulSet}/stateful-control.ts`,
    find: "if (pod.status?.phase === 'Pending') await",
    replace: 'await',
    caughtBy: { file: statefulSets, test: 'a claim that goes once its pod does' },
  },
  {
    name: 'ordinals always start at zero',
    file: `${statefulSet}/stateful-pods.ts`,
    find: 'spec.ordinals?.start ?? 0',
    replace: 'spec.ordinals?.start && 0 || 0',
    caughtBy: { file: statefulSets, test: 'scaling down goes from the end' },
  },
  {
    name: 'a daemon comes to nodes whose taint it does not tolerate',
    file: `${daemonSet}/daemon-pods.ts`,
    find: "runs: !untolerated.some(({ effect }) => effect === 'NoSchedule' || effect === 'NoExecute'),",
    replace: "runs: !untolerated.some(({ effect }) => effect === 'NoExecute'),",
    caughtBy: { file: daemonSets, test: 'a tainted node gets none' },
  },
  {
    name: 'a daemon that ended keeps its node for as long as a finalizer holds it',
    file: `${daemonSet}/daemonset.ts`,
    find: 'groupByNode(owned.filter(pod => !hasLeft(pod)))',
    replace: 'groupByNode(owned.filter(pod => !hasLeft(pod) || pod))',
    caughtBy: { file: daemonSets, test: 'a daemon that ended is replaced though' },
  },
  {
    name: 'a daemon set replaces one pod more than it may',
    file: `${daemonSet}/plan-daemons.ts`,
    find: 'maxUnavailable(view.daemonSet, wanted.length) - unavailable',
    replace: 'maxUnavailable(view.daemonSet, wanted.length) + 1 - unavailable',
    caughtBy: { file: daemonSets, test: 'an update replaces pods' },
  },
  {
    name: 'a surging daemon set ends the old pod at once',
    file: `${daemonSet}/plan-daemons.ts`,
    find: 'if (old && newest && isAvailable(view, newest)) plan.delete.push(old)',
    replace: 'if (old && newest) plan.delete.push(old)',
    caughtBy: { file: daemonSets, test: 'a surge brings the new pod' },
  },
  {
    name: 'OnDelete replaces pods by itself',
    file: `${daemonSet}/daemonset.ts`,
    find: "const rolls = daemonSet.spec.updateStrategy?.type !== 'OnDelete'",
    replace: 'const rolls = daemonSet.spec.updateStrategy?.type !== undefined',
    caughtBy: { file: daemonSets, test: 'OnDelete waits' },
  },
]
