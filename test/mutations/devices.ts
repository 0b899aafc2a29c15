import type { Mutation } from './mutation.ts'

const devices = 'src-main/control-plane/scheduler/devices'
const allocation = `${devices}/allocate-devices.test.ts`
const plugin = 'src-main/control-plane/scheduler/plugins/dynamic-resources'
const selectors = 'src-main/kubernetes/cel/devices'
const controller = 'src-main/control-plane/controllers/resourceclaim'
const claims = 'test/integration/controllers/resource-claims.test.ts'
const scheduled = 'test/integration/scheduler/devices.test.ts'

/** Faults of who gives devices to claims, and takes them back. */
export const deviceMutations: readonly Mutation[] = [
  {
    name: 'a device is given to two claims',
    file: `${devices}/allocate-devices.ts`,
    find: 'return !given?.size && !this.#question.isInUse(id)',
    replace: 'return !given?.size || !this.#question.isInUse(id)',
    caughtBy: { file: allocation, test: 'a claim gets' },
  },
  {
    name: 'what a search took back still counts for its rules',
    file: `${devices}/allocate-devices.ts`,
    find: 'for (const constraint of of.constraints) constraint.remove(plan)',
    replace: '',
    caughtBy: { file: `${devices}/match-attribute.test.ts` },
  },
  {
    name: 'a search never ends',
    file: `${devices}/allocate-devices.ts`,
    find: 'if (budget.steps-- <= 0) return false',
    replace: '',
    caughtBy: { file: allocation, test: 'a search ends' },
  },
  {
    name: 'a pool counts by all its generations',
    file: `${devices}/device-inventory.ts`,
    find: '.filter(({ spec }) => spec.pool.generation === newest)',
    replace: '.filter(({ spec }) => spec.pool.generation <= newest)',
    caughtBy: { file: `${devices}/device-inventory.test.ts` },
  },
  {
    name: 'devices of other nodes are in reach',
    file: `${devices}/device-inventory.ts`,
    find: '.map(pool => ({ pool, slices: pool.slices.filter(slice => isFor(slice, node)) }))',
    replace: '.map(pool => ({ pool, slices: [...pool.slices] }))',
    caughtBy: { file: `${devices}/device-inventory.test.ts` },
  },
  {
    name: 'the expressions of a class are not asked',
    file: `${devices}/selector-results.ts`,
    find: 'all(deviceClass.spec.selectors ?? [],',
    replace: 'all([],',
    caughtBy: { file: allocation, test: 'expressions choose' },
  },
  {
    name: 'an allocation does not say which nodes reach it',
    file: `${devices}/allocation-result.ts`,
    find: '...(nodeSelector ? { nodeSelector } : {}),',
    replace: '',
    caughtBy: { file: allocation, test: 'an allocation' },
  },
  {
    name: 'a domain that a device lacks is an error',
    file: `${selectors}/device-value.ts`,
    find: "(typeof key === 'string' && this.#domains.get(key)) || nothing",
    replace: "(typeof key === 'string' && this.#domains.get(key)) || null",
    caughtBy: { file: `${selectors}/device-selector.test.ts` },
  },
  {
    name: 'more pods than a claim can have use it',
    file: `${plugin}.ts`,
    find: 'if (refusal) return refusal',
    replace: "if (refusal !== 'resourceclaim in use') return refusal",
    caughtBy: { file: `${plugin}.test.ts` },
  },
  {
    name: 'a device that comes free wakes nobody',
    file: `${plugin}.ts`,
    find: 'if (!now || (old?.status?.allocation && !now.status?.allocation)) return true',
    replace: '',
    caughtBy: { file: `${plugin}.test.ts`, test: 'of what happens to claims' },
  },
  {
    name: 'a device on its way to a claim is given to the next one',
    file: `${devices}/devices.ts`,
    find: 'this.#inUse.set(metadata.uid, allocation)',
    replace: '',
    caughtBy: { file: scheduled, test: 'many pods at once' },
  },
  {
    name: 'a pod’s claim is not reserved for it',
    file: `${devices}/claim-reservation.ts`,
    find: '[...(newest.status?.reservedFor ?? []), consumerOf(this.#info.pod)]',
    replace: '[...(newest.status?.reservedFor ?? [])]',
    caughtBy: { file: scheduled, test: 'goes where the device is' },
  },
  {
    name: 'a claim that its pod is done with keeps its devices',
    file: `${controller}/release-claim.ts`,
    find: 'return known.metadata.uid === uid && !isPodDone(known)',
    replace: 'return known.metadata.uid === uid',
    caughtBy: { file: claims, test: 'a shared claim' },
  },
  {
    name: 'a claim is taken from pods that still use it',
    file: `${controller}/release-claim.ts`,
    find: 'if (remaining.length === 0 && (isLeft || isGoing)) await deallocate(claim, context)',
    replace: 'if (isLeft || isGoing) await deallocate(claim, context)',
    caughtBy: { file: claims, test: 'a shared claim' },
  },
  {
    name: 'a claim by template does not belong to its pod',
    file: `${controller}/claim-maker.ts`,
    find: 'ownerReferences: [controllerReference(pod, podKind)],',
    replace: 'ownerReferences: [],',
    caughtBy: { file: claims, test: 'a pod gets the claims' },
  },
  {
    name: 'a claim made for a pod outlives its work',
    file: `${controller}/release-claim.ts`,
    find: 'if (remaining.length === 0) await removeOfDone(claim, context)',
    replace: '',
    caughtBy: { file: claims, test: 'a pod gets the claims' },
  },
  {
    name: 'a pod that came with its node is not reserved for',
    file: `${controller}/claim-maker.ts`,
    find: 'if (pod.spec?.nodeName) await this.#reserve(pod)',
    replace: '',
    caughtBy: { file: claims, test: 'a pod that came with its node' },
  },
  {
    name: 'a pod is started without its devices',
    file: 'src-main/node/kubelet/devices/pod-devices.ts',
    find: "if (first && this.#context.runtime.name !== 'simulated') {",
    replace: "if (first && this.#context.runtime.name === 'cri') {",
    caughtBy: { file: 'src-main/node/kubelet/devices/pod-devices.test.ts' },
  },
]
