import { expect, test } from 'vitest'
import type { ApiRequest, ApiResponse, Transport } from '#client/transport.ts'
import type { ObjectName } from '#contract/objects.ts'
import { usedBy } from './used-by.ts'

/** Answers lists of paths; any other path is refused. */
const serving = (lists: Record<string, unknown[]>): Transport => ({
  request: async ({ path }: ApiRequest) => {
    const items = lists[path]
    if (!items) throw new Error(`cannot list ${path}`)
    return { json: async () => ({ items }) } as unknown as ApiResponse
  },
})
const named = (group: string, resource: string, name: string): ObjectName => ({
  cluster: 'local:local',
  resource: { group, version: 'v1', resource },
  namespace: 'shop',
  name,
})
const meta = (name: string, minute: number) => ({
  name,
  namespace: 'shop',
  creationTimestamp: `2026-01-01T00:${String(minute).padStart(2, '0')}:00Z`,
})
const { signal } = new AbortController()

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
  const claim = await usedBy(transport, named('', 'persistentvolumeclaims', 'data'), signal)
  expect(claim.found.map(({ name }) => name)).toEqual(['new', 'old'])
  const settings = await usedBy(transport, named('', 'configmaps', 'data'), signal)
  expect(settings.found).toEqual([{ kind: 'Pod', name: 'other', namespace: 'shop', how: '' }])
  expect(await usedBy(transport, named('', 'nodes', 'data'), signal)).toEqual({
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
  expect(await usedBy(transport, named('', 'serviceaccounts', 'data'), signal)).toEqual({
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
  const role = await usedBy(transport, named(rbac, 'roles', 'reader'), signal)
  expect(role.found.map(({ name, how }) => [name, how])).toEqual([['one', 'to User jane']])
  const cronJob = await usedBy(transport, named('batch', 'cronjobs', 'report'), signal)
  expect(cronJob.found.map(({ name, how }) => [name, how])).toEqual([
    ['report-2', 'running'],
    ['report-1', 'failed'],
  ])
})
