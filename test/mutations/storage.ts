import type { Mutation } from './mutation.ts'

const controllers = 'src-main/control-plane/controllers'
const binder = `${controllers}/persistentvolume-binder`
const podVolumes = 'test/integration/controllers/pod-volumes.test.ts'
const storage = 'test/integration/controllers/storage.test.ts'

/** Faults of those who look after claims and volumes. */
export const storageMutations: readonly Mutation[] = [
  {
    name: 'the claim of an ephemeral volume outlives its pod',
    file: `${controllers}/ephemeral-volume.ts`,
    find: 'ownerReferences: [controllerReference(pod, podKind)],',
    replace: 'ownerReferences: [],',
    caughtBy: { file: podVolumes, test: 'a pod gets the claims' },
  },
  {
    name: 'an ephemeral volume takes the claim of someone else',
    file: `${controllers}/ephemeral-volume.ts`,
    find: 'if (there && isControlledBy(there, pod)) return',
    replace: 'if (there) return',
    caughtBy: { file: podVolumes, test: 'a claim of that name' },
  },
  {
    name: 'an ephemeral claim loses the labels of its template',
    file: `${controllers}/ephemeral-volume.ts`,
    find: '...(metadata?.labels ? { labels: metadata.labels } : {}),',
    replace: '',
    caughtBy: { file: podVolumes, test: 'a pod gets the claims' },
  },
  {
    name: 'a default class that comes later is of no use to claims without one',
    file: `${binder}/claim-sync.ts`,
    find: 'else if (await this.#takeDefaultClass(claim)) return',
    replace: 'else if (claim.metadata.name === undefined) await this.#takeDefaultClass(claim)',
    caughtBy: { file: storage, test: 'claims that named no class take' },
  },
  {
    name: 'a claim that asks for more is passed over',
    file: `${controllers}/persistentvolume-expander.ts`,
    find: "compareQuantities(wanted, status?.capacity?.['storage'] ?? '0') > 0",
    replace: "compareQuantities(wanted, status?.capacity?.['storage'] ?? '0') < 0",
    caughtBy: { file: podVolumes, test: 'a bound claim that asks for more' },
  },
  {
    name: 'a deleted claim goes while a pod uses it',
    file: `${controllers}/persistentvolumeclaim-protection.ts`,
    find: 'if (isUsed) return undefined',
    replace: 'if (isUsed && key === "") return undefined',
    caughtBy: { file: storage, test: 'a claim of the default class' },
  },
  {
    name: 'a claim takes the largest volume',
    file: 'src-main/kubernetes/storage-binding.ts',
    find: "compareQuantities(a.spec?.capacity?.['storage'] ?? '0', b.spec?.capacity?.['storage'] ?? '0')",
    replace:
      "compareQuantities(b.spec?.capacity?.['storage'] ?? '0', a.spec?.capacity?.['storage'] ?? '0')",
    caughtBy: { file: storage, test: 'a claim takes the smallest' },
  },
  {
    name: 'a claim does not notice that its volume is gone',
    file: `${binder}/persistentvolume-binder.ts`,
    find: 'if (namespace && name) queue.add(',
    replace: 'if (namespace && !name) queue.add(',
    caughtBy: { file: storage, test: 'a bound claim whose volume is gone' },
  },
  {
    name: 'a claim without class does not notice a volume that comes',
    file: `${binder}/volume-sync.ts`,
    find: 'else this.#wakePending()',
    replace: '',
    caughtBy: { file: storage, test: 'a claim without class waits' },
  },
  {
    name: 'a claim whose volume is gone stays bound',
    file: `${binder}/claim-sync.ts`,
    find: "await this.#binding.setPhase(claim, 'Lost')",
    replace: "await this.#binding.setPhase(claim, 'Bound')",
    caughtBy: { file: storage, test: 'a bound claim whose volume is gone' },
  },
]
