import type { Mutation } from './mutation.ts'

const scheduler = 'src-main/control-plane/scheduler'
const plugins = `${scheduler}/plugins`
const extenders = 'test/integration/scheduler/extenders.test.ts'
const queue = `${scheduler}/scheduling-queue.test.ts`
const properties = 'test/integration/scheduler/properties.test.ts'
const simulatedNodes = 'test/integration/simulated-nodes.test.ts'

/** Faults of the scheduler and of simulated nodes. */
export const schedulerMutations: readonly Mutation[] = [
  {
    name: 'an extender’s score counts for as little as it is',
    file: `${scheduler}/extenders/extender.ts`,
    find: 'this.settings.weight * scoreScale',
    replace: 'this.settings.weight * 0',
    caughtBy: { file: extenders, test: 'an extender filters and ranks' },
  },
  {
    name: 'an extender that may fail holds pods up',
    file: `${scheduler}/extenders/extenders.ts`,
    find: 'if (!extender.settings.ignorable) throw error',
    replace: 'if (extender.settings.ignorable) throw error',
    caughtBy: { file: extenders, test: 'one that may fail is done without' },
  },
  {
    name: 'an extender is asked about every pod',
    file: `${scheduler}/extenders/extender.ts`,
    find: 'if (managedResources.size === 0) return true',
    replace: 'if (managedResources.size >= 0) return true',
    caughtBy: { file: extenders, test: 'an extender filters and ranks' },
  },
  {
    name: 'extenders have no say in where pods are displaced',
    file: `${scheduler}/scheduling-cycle.ts`,
    find: 'extenders.preempt(info, places)',
    replace: 'Promise.resolve(places.slice(0, extenders.concern(info) ? 1 : 0))',
    caughtBy: { file: extenders, test: 'an extender chooses among' },
  },
  {
    name: 'a driver’s capacity counts wherever it is',
    file: `${plugins}/volume-binding.ts`,
    find: 'matchesLabelSelector(one.nodeTopology, node.labels)',
    replace: 'one.nodeTopology !== null',
    caughtBy: { file: `${plugins}/volumes.test.ts`, test: 'a driver that tells its capacity' },
  },
  {
    name: 'capacities of drivers are not watched',
    file: `${scheduler}/scheduler.ts`,
    find: "this.#view.storageCapacities.watch(() => this.#changed({ change: 'storage' }))",
    replace: 'this.#view.storageCapacities.watch(() => {})',
    caughtBy: {
      file: 'test/integration/scheduler/scheduling.test.ts',
      test: 'a pod waits until a driver',
    },
  },
  {
    name: 'a pod on its way to a node takes no room there',
    file: `${scheduler}/scheduling-cycle.ts`,
    find: 'cache.assume(info, choice.name)',
    replace: 'cache.isAssumed(info.uid)',
    caughtBy: { file: properties },
  },
  {
    name: 'a node takes one unit more than it has',
    file: `${plugins}/node-resources-fit.ts`,
    find: 'if (amount <= allocatable - (node.requested[name] ?? 0)) continue',
    replace: 'if (amount < allocatable - (node.requested[name] ?? 0) + amount) continue',
    caughtBy: { file: `${scheduler}/choose-node.test.ts` },
  },
  {
    name: 'what frees resources wakes nobody',
    file: `${plugins}/node-resources-fit.ts`,
    find: 'return pod.metadata.uid === info.uid || wanted.some(([name]) => (freed[name] ?? 0) > 0)',
    replace: 'return pod.metadata.uid === info.uid && freed[info.uid] === 0',
    caughtBy: { file: `${plugins}/node-resources-fit.test.ts` },
  },
  {
    name: 'too few zones do not count as an empty one',
    file: `${plugins}/pod-topology-spread.ts`,
    find: 'if (!counts || counts.size < (constraint.minDomains ?? 1)) return 0',
    replace: 'if (!counts || counts.size < 1) return Number(constraint.minDomains === 0)',
    caughtBy: { file: `${plugins}/pod-topology-spread.test.ts`, test: 'minDomains' },
  },
  {
    name: 'anti-affinity of pods that are there is not heeded',
    file: `${plugins}/inter-pod-affinity.ts`,
    find: 'return isIn(repelled, node) ? unwelcome : undefined',
    replace: 'return repelled.size < 0 ? unwelcome : undefined',
    caughtBy: { file: `${plugins}/inter-pod-affinity.test.ts`, test: 'anti-affinity of those' },
  },
  {
    name: 'the back-off does not grow',
    file: `${scheduler}/scheduling-queue.ts`,
    find: 'entry.at = since + Math.min(firstMs * 2 ** (entry.attempts - 1), maxMs)',
    replace: 'entry.at = since + Math.min(firstMs, maxMs)',
    caughtBy: { file: queue, test: 'SchedulingQueue backs a pod' },
  },
  {
    name: 'a gate that opens lets no pod through',
    file: `${scheduler}/scheduling-queue.ts`,
    find: 'if (this.#mayOpen(entry.info, event) && !this.#isGated(entry.info)) this.#activate(entry)',
    replace: 'this.#mayOpen(entry.info, event)',
    caughtBy: { file: queue, test: 'SchedulingQueue holds a pod up' },
  },
  {
    name: 'budgets do not matter for who is displaced',
    file: `${scheduler}/find-victims.ts`,
    find: 'a.violations - b.violations ||',
    replace: '',
    caughtBy: { file: `${scheduler}/find-victims.test.ts`, test: 'budgets come before' },
  },
  {
    name: 'a node of several does not get its own pods',
    file: 'src-main/node/kubelet/node-pods.ts',
    find: 'added: pod => kubeletOf(pod)?.added?.(pod),',
    replace: '',
    caughtBy: { file: simulatedNodes, test: 'pods spread over the nodes' },
  },
  {
    name: 'a node that is back says nothing of itself',
    file: 'src-main/node/kubelet/kubelet.ts',
    find: 'await this.#registration?.rewrite()',
    replace: 'await this.#registration?.refresh()',
    caughtBy: { file: simulatedNodes, test: 'nothing is heard of a node' },
  },
]
