import type { Mutation } from './mutation.ts'

const slices = 'src-main/control-plane/controllers/endpointslice'
const mirroring = 'src-main/control-plane/controllers/endpointslice-mirroring'
const mirrored = 'test/integration/controllers/mirrored-endpoints.test.ts'
const subsets = 'src-main/control-plane/controllers/endpoints/subsets.ts'
const subsetTests = 'src-main/control-plane/controllers/endpoints/subsets.test.ts'
const planTests = `${slices}/plan-slices.test.ts`
const hintTests = `${slices}/topology-hints.test.ts`

/** Faults of those who say where a service's pods are. */
export const serviceMutations: readonly Mutation[] = [
  {
    name: 'a slice takes one endpoint more than it may',
    file: `${slices}/plan-slices.ts`,
    find: 'const maxEndpoints = 100',
    replace: 'const maxEndpoints = 101',
    caughtBy: { file: planTests },
  },
  {
    name: 'an endpoint on its way out counts as ready',
    file: `${slices}/endpoints-of-pods.ts`,
    find: '(serving && !terminating)',
    replace: 'serving',
    caughtBy: { file: planTests },
  },
  {
    name: 'a service without pods has no slice',
    file: `${slices}/plan-slices.ts`,
    find: 'const wanted = groups.length ? groups : [{ ports: [], endpoints: [] }]',
    replace: 'const wanted = groups',
    caughtBy: { file: planTests },
  },
  {
    name: 'a service whose slices are seen late gets them twice',
    file: `${slices}/endpointslice.ts`,
    find: 'if (!known) this.#unseen.made(key, created.metadata.name)',
    replace: 'if (known) this.#unseen.made(key, created.metadata.name)',
    caughtBy: { file: 'test/integration/controllers/lagging-informers.test.ts' },
  },
  {
    name: 'an endpoint that is not ready is hinted at',
    file: `${slices}/endpoints-of-pods.ts`,
    find: 'const hints = ready ? hintsOf(service, nodeName, zone) : undefined',
    replace: 'const hints = hintsOf(service, nodeName, zone)',
    caughtBy: { file: planTests, test: 'planSlices hints at whom' },
  },
  {
    name: 'zones are taken to be equally large',
    file: `${slices}/zone-shares.ts`,
    find: 'total += milli',
    replace: 'total += 1000',
    caughtBy: { file: hintTests, test: 'topology mode Auto gives endpoints' },
  },
  {
    name: 'a control plane counts for its zone',
    file: `${slices}/zone-shares.ts`,
    find: ' || leftOut.some(label => label in labels)',
    replace: '',
    caughtBy: { file: hintTests, test: 'topology mode Auto goes without' },
  },
  {
    name: 'hints are made anew whenever a service is looked at',
    file: `${slices}/topology-hints.ts`,
    find: 'const outdated = kept.filter(slice => !countHints(slice, counts, allotted))',
    replace: 'const outdated = kept.filter(slice => slice.endpoints !== undefined)',
    caughtBy: { file: hintTests, test: 'hints stay while they do' },
  },
  {
    name: 'Endpoints of a service with selector are mirrored',
    file: `${mirroring}/endpointslice-mirroring.ts`,
    find: 'return service !== undefined && service.spec?.selector === undefined',
    replace: 'return service !== undefined',
    caughtBy: { file: mirrored, test: 'Endpoints of a service with selector' },
  },
  {
    name: 'mirrored slices outlive their Endpoints',
    file: `${mirroring}/endpointslice-mirroring.ts`,
    find: 'for (const slice of current) await this.#remove(slice)',
    replace: 'if (current.length < 0) return undefined',
    caughtBy: { file: mirrored, test: 'Endpoints of a service without selector' },
  },
  {
    name: 'both address families are mirrored into one slice',
    file: `${mirroring}/plan-mirror.ts`,
    find: "128: 'IPv6' }",
    replace: "128: 'IPv4' }",
    caughtBy: { file: mirrored, test: 'Endpoints of a service without selector' },
  },
  {
    name: 'Endpoints show pods on their way out',
    file: subsets,
    find: 'if (pod.metadata.deletionTimestamp && !publishAll) continue',
    replace: '',
    caughtBy: { file: subsetTests },
  },
  {
    name: 'Endpoints hide pods that are to be published in any case',
    file: subsets,
    find: 'const isReady = (pod: Pod) => publishAll || isPodReady(pod)',
    replace: 'const isReady = (pod: Pod) => isPodReady(pod)',
    caughtBy: { file: subsetTests },
  },
  {
    name: 'Endpoints grow without bound',
    file: subsets,
    find: 'if (total <= maxAddresses) return { subsets, truncated: false }',
    replace: 'if (total <= 10 * maxAddresses) return { subsets, truncated: false }',
    caughtBy: { file: subsetTests },
  },
]
