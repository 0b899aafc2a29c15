import type { Mutation } from './mutation.ts'

const deployment = 'src-main/control-plane/controllers/deployment'
const replicaSet = 'src-main/control-plane/controllers/shared/replicas/replica-reconciler.ts'
const rollouts = 'test/integration/controllers/rollouts.test.ts'
const arithmetic = `${deployment}/rollout-arithmetic.test.ts`

/** Faults of Deployments and ReplicaSets. */
export const deploymentMutations: readonly Mutation[] = [
  {
    name: 'a rolling update takes down one pod too many',
    file: `${deployment}/rollout-arithmetic.ts`,
    find: 'const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment)',
    replace: 'const minAvailable = wantedReplicas(deployment) - maxUnavailable(deployment) - 1',
    caughtBy: { file: arithmetic },
  },
  {
    name: 'a rolling update starts one pod too many',
    file: `${deployment}/rollout-arithmetic.ts`,
    find: 'const room = wanted + maxSurge(deployment) - sumReplicas(all)',
    replace: 'const room = wanted + maxSurge(deployment) - sumReplicas(all) + 1',
    caughtBy: { file: arithmetic, test: 'newReplicaSetSize fills the surge' },
  },
  {
    name: 'a percentage of surge rounds down',
    file: `${deployment}/rollout-arithmetic.ts`,
    find: "const surge = shareOf(rolling?.maxSurge ?? '25%', wanted, Math.ceil)",
    replace: "const surge = shareOf(rolling?.maxSurge ?? '25%', wanted, Math.floor)",
    caughtBy: { file: arithmetic },
  },
  {
    name: 'the rest of proportional scaling is dropped',
    file: `${deployment}/rollout-arithmetic.ts`,
    find: 'largest.size = Math.max(0, largest.size + toAdd - added)',
    replace: 'largest.size = Math.max(0, largest.size)',
    caughtBy: { file: arithmetic },
  },
  {
    name: 'Recreate starts new pods while old ones run',
    file: `${deployment}/recreate.ts`,
    find: 'if (!scaledDown && !oldPodsRun(sync, pods)) {',
    replace: 'if (pods) {',
    caughtBy: { file: rollouts, test: 'Recreate stops every old pod' },
  },
  {
    name: 'a paused deployment does not scale',
    file: `${deployment}/resize.ts`,
    find: '  await scaleAll(sync)\n',
    replace: '',
    caughtBy: { file: rollouts, test: 'a paused deployment scales' },
  },
  {
    name: 'a stuck rollout is never reported',
    file: `${deployment}/deployment-status.ts`,
    find: 'if (left !== undefined && left <= 0) {',
    replace: 'if (left !== undefined && left < Number.NEGATIVE_INFINITY) {',
    caughtBy: { file: rollouts, test: 'a rollout without progress' },
  },
  {
    name: 'an undo keeps the old revision',
    file: `${deployment}/revisions.ts`,
    find: 'annotations[revisionAnnotation] = String(revision)',
    replace: 'annotations[revisionAnnotation] = String(old || revision)',
    caughtBy: { file: rollouts, test: 'a rollout gets a revision' },
  },
  {
    name: 'a replica set keeps a pod whose labels match no more',
    file: 'src-main/control-plane/controllers/shared/claim.ts',
    find: 'else if (!owner.metadata.deletionTimestamp) await release(client, type, object, owner)',
    replace: 'else claimed.push(object)',
    caughtBy: { file: rollouts, test: 'orphans that match are adopted' },
  },
  {
    name: 'a replica set counts pods on their way out',
    file: replicaSet,
    about: ['replicaset', 'replicationcontroller'],
    find: 'const active = owned.filter(isPodActive)',
    replace: 'const active = owned.filter(pod => pod.metadata.uid !== "")',
    caughtBy: {
      file: 'test/integration/controllers/replication-controllers.test.ts',
      test: 'a pod on its way out is replaced',
    },
  },
  {
    name: 'a replica set forgets what it just created',
    file: replicaSet,
    about: ['replicaset', 'replicationcontroller'],
    find: 'this.#expectations.expectCreations(key, count)',
    replace: 'this.#expectations.expectCreations(key, 0)',
    caughtBy: { file: 'test/integration/controllers/lagging-informers.test.ts' },
  },
  {
    name: 'a failure to create pods is not shown',
    file: 'src-main/control-plane/controllers/shared/replicas/replica-status.ts',
    about: ['replicaset', 'replicationcontroller'],
    find: 'if (failure === undefined) return old.filter(condition => condition !== known)',
    replace: 'if (failure !== 0) return old.filter(condition => condition !== known)',
    caughtBy: {
      file: 'test/integration/controllers/replication-controllers.test.ts',
      test: 'it says when a quota',
    },
  },
  {
    name: 'a replication controller selects every pod',
    file: 'src-main/control-plane/controllers/replicationcontroller.ts',
    find: '({ matchLabels: spec.selector ?? {} })',
    replace: '({ matchLabels: spec.template ? {} : {} })',
    caughtBy: {
      file: 'test/integration/controllers/replication-controllers.test.ts',
      test: 'it takes in orphans',
    },
  },
  {
    name: 'scaling down ignores what a pod costs',
    file: 'src-main/control-plane/controllers/shared/pods-to-delete.ts',
    find: 'pod => Number(pod.metadata.annotations?.[deletionCost] ?? 0) || 0,',
    replace: '() => 0,',
    caughtBy: { file: 'src-main/control-plane/controllers/shared/pods-to-delete.test.ts' },
  },
]
