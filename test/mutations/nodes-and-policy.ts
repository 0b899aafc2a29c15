import type { Mutation } from './mutation.ts'

const controllers = 'src-main/control-plane/controllers'
const nodes = 'test/integration/controllers/nodes.test.ts'
const disruption = 'test/integration/controllers/disruption.test.ts'
const stale = { file: 'test/integration/controllers/stale-disruption.test.ts' }
const counting = 'test/integration/controllers/quota-counting.test.ts'
const scaler = `${controllers}/horizontal-pod-autoscaler`
const calculator = { file: `${scaler}/replica-calculator.test.ts` }
const scaling = { file: `${scaler}/scaling-rules.test.ts` }
const policyTypes = 'test/integration/controllers/policy-types.test.ts'
const heartbeats = { file: `${controllers}/node-lifecycle/heartbeats.test.ts` }

/** Faults of those who judge nodes, disruptions, quotas and sizes. */
export const nodeAndPolicyMutations: readonly Mutation[] = [
  {
    name: 'a node is given ten seconds less',
    file: `${controllers}/node-lifecycle/heartbeats.ts`,
    find: 'const graceMs = 50_000',
    replace: 'const graceMs = 40_000',
    caughtBy: heartbeats,
  },
  {
    name: 'a computer that slept blames its nodes',
    file: `${controllers}/node-lifecycle/heartbeats.ts`,
    find: 'if (due !== undefined && now - due > latenessMs) this.#wokeUp(now)',
    replace: '',
    caughtBy: heartbeats,
  },
  {
    name: 'when every node is silent they lose their pods',
    file: `${controllers}/node-lifecycle/disruption.ts`,
    find: 'if (!all.some(({ ready }) => ready)) return undefined',
    replace: '',
    caughtBy: { file: nodes, test: 'when every node falls silent' },
  },
  {
    name: 'pods of a silent node stay ready',
    file: `${controllers}/node-lifecycle/node-lifecycle.ts`,
    find: "if (readyStatus(current) !== 'True') await this.#markPodsNotReady(current)",
    replace: '',
    caughtBy: { file: nodes, test: 'a silent node becomes Unknown' },
  },
  {
    name: 'a pod is evicted before its toleration ends',
    file: `${controllers}/taint-eviction.ts`,
    find: 'let at = since + tolerateMs',
    replace: 'let at = since + tolerateMs / 2',
    caughtBy: { file: nodes, test: 'a silent node becomes Unknown' },
  },
  {
    name: 'an evicted pod does not say why',
    file: `${controllers}/taint-eviction.ts`,
    find: "reason: 'DeletionByTaintManager',",
    replace: "reason: 'Deletion',",
    caughtBy: { file: nodes, test: 'a silent node becomes Unknown' },
  },
  {
    name: 'pods are never evicted',
    file: `${controllers}/taint-eviction.ts`,
    find: 'await client.delete(pods, pod.metadata, { preconditions: { uid } })',
    replace: '',
    caughtBy: { file: nodes, test: 'a silent node becomes Unknown' },
  },
  {
    name: 'pods of a node that is gone stay for ever',
    file: `${controllers}/pod-garbage-collector.ts`,
    find: "await remove(client, pod, 'PodGC: node no longer exists', clock.now())",
    replace: '',
    caughtBy: { file: nodes, test: 'pods of a node that is gone' },
  },
  {
    name: 'a budget allows one disruption too many',
    file: `${controllers}/disruption/disruption.ts`,
    find: 'Math.max(0, currentHealthy - desiredHealthy)',
    replace: 'Math.max(0, currentHealthy - desiredHealthy + 1)',
    caughtBy: { file: disruption, test: 'a disruption budget > counts its pods' },
  },
  {
    name: 'a share of pods rounds the wrong way',
    file: `${controllers}/disruption/expected-pods.ts`,
    find: 'Math.max(0, expected - shareOf(maxUnavailable, expected))',
    replace: 'Math.max(0, expected - shareOf(maxUnavailable, expected, Math.floor))',
    caughtBy: { file: disruption, test: 'a disruption budget > takes percentages' },
  },
  {
    name: 'a pod that is not ready counts as healthy',
    file: `${controllers}/disruption/disrupted-pods.ts`,
    find: '      pending[pod.metadata.name] === undefined &&\n      isPodReady(pod),',
    replace: '      (pending[pod.metadata.name] === undefined || isPodReady(pod)),',
    caughtBy: { file: disruption, test: 'a disruption budget > follows the scale' },
  },
  {
    name: 'an evicted pod counts again at once',
    file: `${controllers}/disruption/disrupted-pods.ts`,
    find: 'const deletionTimeoutMs = 2 * 60_000',
    replace: 'const deletionTimeoutMs = 0',
    caughtBy: { file: `${controllers}/disruption/disrupted-pods.test.ts` },
  },
  {
    name: 'a disruption that did not come is told for ever',
    file: `${controllers}/stale-disruption.ts`,
    find: 'const staleAfterMs = 2 * 60_000',
    replace: 'const staleAfterMs = 20 * 60_000',
    caughtBy: stale,
  },
  {
    name: 'what a kubelet says of its own pods is taken back',
    file: `${controllers}/stale-disruption.ts`,
    find: "if (condition?.status !== 'True' || condition.reason === 'TerminationByKubelet') return undefined",
    replace: "if (condition?.status !== 'True') return undefined",
    caughtBy: stale,
  },
  {
    name: 'a disruption is taken back too soon',
    file: `${controllers}/stale-disruption.ts`,
    find: 'const leftMs = since + staleAfterMs - clock.now()',
    replace: 'const leftMs = since + staleAfterMs / 2 - clock.now()',
    caughtBy: stale,
  },
  {
    name: 'counting again forgets what is there',
    file: `${controllers}/resourcequota.ts`,
    find: 'used = addAmounts(used, pickAmounts(quotaUsage(resource, object, now), hard))',
    replace: 'used = addAmounts(used, pickAmounts({}, hard))',
    caughtBy: { file: counting, test: 'what a quota counted is given back > when it is deleted' },
  },
  {
    name: 'what is deleted is counted on',
    file: `${controllers}/resourcequota.ts`,
    find: 'deleted: object => this.#wakeAll(object),',
    replace: '',
    caughtBy: { file: counting, test: 'what a quota counted is given back > when it is deleted' },
  },
  {
    name: 'a pod that ended is counted on',
    file: `${controllers}/resourcequota.ts`,
    find: 'if (!semanticEqual(quotaUsage(resource, object, now), before)) this.#wakeAll(object)',
    replace: '',
    caughtBy: { file: counting, test: 'what a quota counted is given back > when a pod has ended' },
  },
  {
    name: 'a workload grows to three times its size at once',
    file: `${scaler}/scaling-rules.ts`,
    find: 'const scaleUpLimit = Math.max(2 * current, 4)',
    replace: 'const scaleUpLimit = Math.max(3 * current, 4)',
    caughtBy: scaling,
  },
  {
    name: 'a disabled direction is taken',
    file: `${scaler}/scaling-rules.ts`,
    find: "if (selectPolicy === 'Disabled') return current",
    replace: '',
    caughtBy: scaling,
  },
  {
    name: 'pods without measurement count as busy when a workload grows',
    file: `${scaler}/replica-calculator.ts`,
    find: 'left.set(name, ratio < 1 ? yardstick.assumedHigh(name) : 0)',
    replace: 'left.set(name, yardstick.assumedHigh(name))',
    caughtBy: calculator,
  },
  {
    name: 'a small deviation changes the size',
    file: `${scaler}/replica-calculator.ts`,
    find: '1 - down <= ratio && ratio <= 1 + up',
    replace: 'ratio === 1',
    caughtBy: calculator,
  },
  {
    name: 'a policy is said to fit whatever it says',
    file: `${controllers}/validatingadmissionpolicy-status/validatingadmissionpolicy-status.ts`,
    find: 'typeChecking: expressionWarnings.length ? { expressionWarnings } : {},',
    replace: 'typeChecking: {},',
    caughtBy: { file: policyTypes, test: 'what does not fit' },
  },
  {
    name: 'a policy is never marked as looked at',
    file: `${controllers}/validatingadmissionpolicy-status/validatingadmissionpolicy-status.ts`,
    find: 'observedGeneration: generation,',
    replace: 'observedGeneration: 0,',
    caughtBy: { file: policyTypes, test: 'a policy that fits its kinds' },
  },
  {
    name: 'the kind of a policy’s parameters is passed over',
    file: `${controllers}/validatingadmissionpolicy-status/check-policy.ts`,
    find: 'const paramsType = ofParams && (await typeOf(client, ofParams, signal))',
    replace: 'const paramsType = undefined',
    caughtBy: { file: policyTypes, test: 'custom kinds are checked' },
  },
]
