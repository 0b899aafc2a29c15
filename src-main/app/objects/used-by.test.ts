import { expect, test } from 'vitest'
import { AsyncQueue } from '#base/async-queue.ts'
import { FakeClock } from '#base/fake-clock.ts'
import type { ApiRequest, ApiResponse, Transport } from '#client/transport.ts'
import type { OutputOf } from '#contract/contract.ts'
import type { ObjectName } from '#contract/objects.ts'
import { StatusError } from '#kubernetes/status-error.ts'
import { watchUsers } from './used-by.ts'

type Answer = OutputOf<'objects.usedBy'>
type WatchEvent = { type: string; object: unknown }

/** Answers lists of paths, and watches of them by what `changes` says of each; any other path is forbidden. */
const serving = (
  lists: Record<string, unknown[]>,
  changes: Record<string, AsyncQueue<WatchEvent>> = {},
): Transport => ({
  request: async ({ path, query }: ApiRequest) => {
    const items = lists[path]
    if (!items)
      throw new StatusError({
        code: 403,
        metadata: {},
        reason: 'Forbidden',
        message: `cannot list ${path}`,
      })
    if (query?.['watch'])
      return { events: () => changes[path] ?? new AsyncQueue() } as unknown as ApiResponse
    const metadata = { resourceVersion: '1' }
    return { json: async () => ({ items, metadata }) } as unknown as ApiResponse
  },
})
/** What uses an object as it is at first. */
async function usedBy(transport: Transport, of: ObjectName): Promise<Answer> {
  const ending = new AbortController()
  try {
    for await (const answer of watchUsers(transport, of, new FakeClock(), ending.signal))
      return answer
    throw new Error('no answer')
  } finally {
    ending.abort()
  }
}
const named = (group: string, resource: string, name: string): ObjectName => ({
  cluster: 'local:local',
  resource: { group, version: 'v1', resource },
  namespace: 'shop',
  name,
})
const meta = (name: string, minute: number) => ({
  name,
  namespace: 'shop',
  uid: name,
  creationTimestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
})

const pods = [
  {
    metadata: meta('old', 1),
    spec: {
      containers: [],
      volumes: [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }],
    },
  },
  {
    metadata: meta('other', 2),
    spec: { containers: [{ envFrom: [{ configMapRef: { name: 'data' } }] }] },
  },
  {
    metadata: meta('new', 3),
    spec: {
      serviceAccountName: 'data',
      containers: [],
      volumes: [{ name: 'v', persistentVolumeClaim: { claimName: 'data' } }],
    },
  },
]
const podsPath = '/api/v1/namespaces/shop/pods'

test('usedBy finds the pods that mount a claim, the newest first, and none that name another kind', async () => {
  const transport = serving({ [podsPath]: pods })
  const claim = await usedBy(transport, named('', 'persistentvolumeclaims', 'data'))
  expect(claim.found.map(({ name }) => name)).toEqual(['new', 'old'])
  const settings = await usedBy(transport, named('', 'configmaps', 'data'))
  expect(settings.found).toEqual([{ kind: 'Pod', name: 'other', namespace: 'shop', how: '' }])
  expect(await usedBy(transport, named('', 'nodes', 'data'))).toEqual({
    found: [],
    more: 0,
    failed: [],
  })
})

test('usedBy says what a service account is given, and names what cannot be listed', async () => {
  const roleRef = { kind: 'Role', name: 'reader' }
  const subject = { kind: 'ServiceAccount', name: 'data', namespace: 'shop' }
  const transport = serving({
    [podsPath]: pods,
    '/apis/rbac.authorization.k8s.io/v1/namespaces/shop/rolebindings': [
      { metadata: meta('readers', 9), roleRef, subjects: [subject] },
      { metadata: meta('strangers', 8), roleRef, subjects: [{ ...subject, namespace: 'web' }] },
    ],
  })
  expect(await usedBy(transport, named('', 'serviceaccounts', 'data'))).toEqual({
    found: [
      { kind: 'RoleBinding', name: 'readers', namespace: 'shop', how: 'gives Role reader' },
      { kind: 'Pod', name: 'new', namespace: 'shop', how: '' },
    ],
    more: 0,
    failed: [
      {
        kind: 'ClusterRoleBinding',
        message: 'cannot list /apis/rbac.authorization.k8s.io/v1/clusterrolebindings',
      },
    ],
  })
})

test('usedBy says to whom a role is given, and how the jobs of a CronJob ended', async () => {
  const rbac = 'rbac.authorization.k8s.io'
  const jane = { kind: 'User', name: 'jane' }
  const owned = { ownerReferences: [{ kind: 'CronJob', name: 'report', controller: true }] }
  const transport = serving({
    [`/apis/${rbac}/v1/namespaces/shop/rolebindings`]: [
      { metadata: meta('one', 1), roleRef: { kind: 'Role', name: 'reader' }, subjects: [jane] },
      { metadata: meta('two', 2), roleRef: { kind: 'ClusterRole', name: 'reader' } },
    ],
    '/apis/batch/v1/namespaces/shop/jobs': [
      {
        metadata: { ...meta('report-1', 1), ...owned },
        status: { conditions: [{ type: 'Failed', status: 'True' }] },
      },
      { metadata: { ...meta('report-2', 2), ...owned } },
      { metadata: meta('report', 3) },
    ],
  })
  const role = await usedBy(transport, named(rbac, 'roles', 'reader'))
  expect(role.found.map(({ name, how }) => [name, how])).toEqual([['one', 'to User jane']])
  const cronJob = await usedBy(transport, named('batch', 'cronjobs', 'report'))
  expect(cronJob.found.map(({ name, how }) => [name, how])).toEqual([
    ['report-2', 'running'],
    ['report-1', 'failed'],
  ])
})

test('watchUsers follows what begins and ceases to use an object, and says nothing of other changes', async () => {
  const changes = new AsyncQueue<WatchEvent>()
  const transport = serving({ [podsPath]: pods }, { [podsPath]: changes })
  const ending = new AbortController()
  const of = named('', 'configmaps', 'data')
  const answers = watchUsers(transport, of, new FakeClock(), ending.signal)
  const next = async () => (await answers.next()).value?.found.map(({ name }) => name)
  expect(await next()).toEqual(['other'])
  const [old, user] = pods
  changes.push({ type: 'MODIFIED', object: old })
  changes.push({ type: 'MODIFIED', object: user })
  changes.push({ type: 'ADDED', object: { ...user, metadata: meta('later', 5) } })
  expect(await next()).toEqual(['later', 'other'])
  changes.push({ type: 'MODIFIED', object: { ...user, spec: { containers: [] } } })
  expect(await next()).toEqual(['later'])
  changes.push({ type: 'DELETED', object: { ...user, metadata: meta('later', 5) } })
  expect(await next()).toEqual([])
  ending.abort()
})
