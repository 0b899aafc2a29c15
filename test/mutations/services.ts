import type { Mutation } from './mutation.ts'

const slices = 'src-main/control-plane/controllers/endpointslice'
const planTests = `${slices}/plan-slices.test.ts`

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
    find: 'if (!known) unseen.set(created.metadata.name, clock.monotonic())',
    replace: 'if (known) unseen.set(created.metadata.name, clock.monotonic())',
    caughtBy: { file: 'test/integration/controllers/lagging-informers.test.ts' },
  },
]
