import type { Mutation } from './mutation.ts'

const collector = 'src-main/control-plane/controllers/garbage-collector'
const collection = 'test/integration/controllers/garbage-collection.test.ts'
const namespaces = 'test/integration/controllers/namespaces.test.ts'
const nodes = 'test/integration/controllers/nodes.test.ts'

/** Faults of those who delete what nobody needs: garbage collector, namespaces, pods without a node. */
export const ownershipMutations: readonly Mutation[] = [
  {
    name: 'one dead owner of two is enough to go',
    file: `${collector}/collector.ts`,
    find: 'if (solid.length > 0) {',
    replace: 'if (solid.length > 0 && dangling.length === 0) {',
    caughtBy: { file: collection, test: 'a dependent with one living owner' },
  },
  {
    name: 'an owner goes before the dependents that block it',
    file: `${collector}/collector.ts`,
    find: 'if (this.#graph.blockingDependents(node).length === 0) {',
    replace: 'if (this.#graph) {',
    caughtBy: { file: collection, test: 'foreground: the owner goes only after' },
  },
  {
    name: 'orphans keep the reference to their owner',
    file: `${collector}/collector.ts`,
    find: 'if (live && references?.length) await this.#dropOwners(dependent.type, live, references)',
    replace:
      'if (live && references?.length === -1) await this.#dropOwners(dependent.type, live, references)',
    caughtBy: { file: collection, test: 'orphan: dependents stay' },
  },
  {
    name: 'an owner of another uid counts as the owner',
    file: `${collector}/collector.ts`,
    find: 'return live.metadata.uid === uid ? live : undefined',
    replace: 'return live.metadata.uid === uid || live ? live : undefined',
    caughtBy: { file: collection, test: 'a reference to an owner that never was' },
  },
  {
    name: 'a namespace goes before what is in it',
    file: 'src-main/control-plane/controllers/namespace/namespace.ts',
    find: 'if (left.objects.size > 0 || left.failures.length > 0 || left.discovery.length > 0) {',
    replace: 'if (left.failures.length > 0 || left.discovery.length > 0) {',
    caughtBy: { file: namespaces },
  },
  {
    name: 'a namespace does not say which finalizer holds it up',
    file: 'src-main/control-plane/controllers/namespace/namespace-content.ts',
    find: 'left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1)',
    replace: 'left.finalizers.delete(finalizer)',
    caughtBy: { file: namespaces },
  },
  {
    name: 'pods of a node that is gone go at once',
    file: 'src-main/control-plane/controllers/pod-garbage-collector.ts',
    find: 'if (left > 0) return left',
    replace: 'if (left > missingNodeQuarantineMs) return left',
    caughtBy: { file: nodes, test: 'pods of a node that is gone' },
  },
  {
    name: 'pods of a node out of service stay',
    file: 'src-main/control-plane/controllers/pod-garbage-collector.ts',
    find: 'if (pod.metadata.deletionTimestamp && isOutOfService(known)) {',
    replace: 'if (!pod.metadata.deletionTimestamp && isOutOfService(known)) {',
    caughtBy: {
      file: 'test/integration/controllers/pod-volumes.test.ts',
      test: 'a pod on its way out goes',
    },
  },
]
