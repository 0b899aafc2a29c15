import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  clusterRoleBindings,
  csiNodes,
  leases,
  nodes,
  pods,
  resourceSlices,
  resourceType,
  roleBindings,
  roles,
  serviceAccounts,
} from '#client/resource-types.ts'
import { Client } from '#client/rest.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { OwnerReference } from '#kubernetes/api/meta-v1.ts'
import type { VolumeAttachment } from '#kubernetes/api/storage-v1.ts'
import { publishDevices, withdrawDevices } from '#node/simulation/publish-devices.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const volumeAttachments = resourceType<VolumeAttachment>(
  'storage.k8s.io/v1',
  'volumeattachments',
  'VolumeAttachment',
  'Cluster',
)
let cluster: TestCluster
let admin: Client
/** Speaks as the kubelet of node-a. */
let node: Client
const namespace = 'default'

const clientAs = (name: string) =>
  new Client(
    cluster.controlPlane.transport({ name, groups: ['system:nodes', 'system:authenticated'] }),
  )

const running = (name: string, nodeName: string, audience = ''): Pod => ({
  metadata: { name, namespace },
  spec: {
    nodeName,
    containers: [{ name: 'main', image: 'x:1' }],
    volumes: [
      { name: 'token', projected: { sources: [{ serviceAccountToken: { audience, path: 't' } }] } },
    ],
  },
})

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  admin = new Client(cluster.admin)
  node = clientAs('system:node:node-a')
  await admin.create(serviceAccounts, { metadata: { name: 'default', namespace } })
  await admin.create(pods, running('own', 'node-a', 'vault'))
  await admin.create(pods, running('other', 'node-b'))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** What a request is refused with; `allowed` when it isn't. */
const answer = (request: Promise<unknown>): Promise<string> =>
  request.then(
    () => 'allowed',
    error => String(error.message),
  )

test('a node registers itself, without labels that keep nodes apart', async () => {
  const register = (name: string, labels: Record<string, string> = {}) =>
    answer(node.create(nodes, { metadata: { name, labels }, spec: {} }))
  expect(await register('node-b')).toBe(
    'nodes "node-b" is forbidden: node "node-a" is not allowed to modify node "node-b"',
  )
  const restricted = {
    'node-restriction.kubernetes.io/zone': 'a',
    'example.node-restriction.kubernetes.io/zone': 'a',
    'node-role.kubernetes.io/control-plane': '',
    'k8s.io/anything': '',
  }
  expect(await register('node-a', { ...restricted, mine: 'yes' })).toBe(
    'nodes "node-a" is forbidden: node "node-a" is not allowed to set the following labels: ' +
      'example.node-restriction.kubernetes.io/zone, k8s.io/anything, node-restriction.kubernetes.io/zone, node-role.kubernetes.io/control-plane',
  )
  const allowed = {
    mine: 'yes',
    'example.com/kubernetes.io': '',
    'kubernetes.io/hostname': 'node-a',
    'topology.kubernetes.io/zone': 'a',
    'kubelet.kubernetes.io/own': '',
    'own.node.kubernetes.io/kind': 'a',
  }
  expect(await register('node-a', allowed)).toBe('allowed')
})

test('a node changes neither its taints, its owners nor restricted labels, and no other node', async () => {
  const change = (metadata: object, spec: object = {}, name = 'node-a') =>
    answer(node.patch(nodes, { name }, { metadata, spec }, { type: 'merge' }))
  await admin.create(nodes, { metadata: { name: 'node-c' }, spec: {} })
  expect(await change({ labels: { mine: 'no' } }, {}, 'node-c')).toContain(
    'node "node-a" is not allowed to modify node "node-c"',
  )
  const label = 'node-restriction.kubernetes.io/team'
  expect(await change({ labels: { [label]: 'a' } })).toBe(
    `nodes "node-a" is forbidden: is not allowed to modify labels: ${label}`,
  )
  await admin.patch(
    nodes,
    { name: 'node-a' },
    { metadata: { labels: { [label]: 'a' } } },
    { type: 'merge' },
  )
  expect(await change({ labels: { [label]: null } })).toContain(`modify labels: ${label}`)
  expect(await change({}, { taints: [] })).toBe(
    'nodes "node-a" is forbidden: node "node-a" is not allowed to modify taints',
  )
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-c', uid: 'x' }
  expect(await change({ ownerReferences: [owner] })).toContain(
    'not allowed to modify ownerReferences',
  )
  expect(await change({ labels: { mine: 'no' } })).toBe('allowed')
  const images = { status: { images: [{ names: ['x:1'] }] } }
  const status = (name: string) =>
    answer(node.patch(nodes, { name }, images, { type: 'merge', subresource: 'status' }))
  expect(await status('node-a')).toBe('allowed')
  expect(await status('node-c')).toContain('is not allowed to modify node "node-c"')
})

test('a node reports on, evicts and deletes only pods of its own', async () => {
  const report = (name: string, patch: object = { status: { phase: 'Running' } }) =>
    answer(node.patch(pods, { namespace, name }, patch, { type: 'merge', subresource: 'status' }))
  expect(await report('own')).toBe('allowed')
  expect(await report('own', { metadata: { labels: { a: 'b' } } })).toContain(
    'node "node-a" cannot update labels through pod status',
  )
  expect(await report('other')).toBe(
    'pods "other" is forbidden: node "node-a" can only update pod status for pods with spec.nodeName set to itself',
  )
  const evict = (name: string) =>
    answer(
      node.raw({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/pods/${name}/eviction`,
        body: { apiVersion: 'policy/v1', kind: 'Eviction', metadata: { name, namespace } },
      }),
    )
  expect(await evict('other')).toBe(
    'pods "other" is forbidden: node node-a can only evict pods with spec.nodeName set to itself',
  )
  expect(await answer(node.delete(pods, { namespace, name: 'other' }))).toBe(
    'pods "other" is forbidden: node "node-a" can only delete pods with spec.nodeName set to itself',
  )
  await admin.create(pods, running('evicted', 'node-a'))
  expect(await evict('evicted')).toBe('allowed')
  await admin.create(pods, running('deleted', 'node-a'))
  expect(await answer(node.delete(pods, { namespace, name: 'deleted' }))).toBe('allowed')
})

test('a node creates no pods but mirrors of static ones, which refer to nothing', async () => {
  const { uid } = (await admin.get(nodes, { name: 'node-a' })).metadata
  const owner = { apiVersion: 'v1', kind: 'Node', name: 'node-a', uid, controller: true }
  const create = (name: string, owners: OwnerReference[], change: Partial<Pod['spec']> = {}) =>
    answer(
      node.create(pods, {
        metadata: {
          name,
          namespace,
          annotations: { 'kubernetes.io/config.mirror': 'x' },
          ownerReferences: owners,
        },
        spec: { nodeName: 'node-a', containers: [{ name: 'main', image: 'x:1' }], ...change },
      }),
    )
  expect(await answer(node.create(pods, running('plain', 'node-a')))).toContain(
    'pod does not have "kubernetes.io/config.mirror" annotation, node "node-a" can only create mirror pods',
  )
  expect(await create('elsewhere', [owner], { nodeName: 'node-b' })).toContain(
    'can only create pods with spec.nodeName set to itself',
  )
  expect(await create('orphan', [])).toContain('an owner reference set to itself')
  expect(await create('stranger', [{ ...owner, name: 'node-b' }])).toContain('set to itself')
  expect(await create('unled', [{ ...owner, controller: false }])).toContain('a controller owner')
  expect(await create('stale', [{ ...owner, uid: 'gone' }])).toContain(
    `node node-a UID mismatch: expected gone got ${uid}`,
  )
  const volumes = [{ name: 'stolen', secret: { secretName: 'stolen' } }]
  expect(await create('thief', [owner], { volumes })).toContain(
    'node "node-a" can not create pods that reference secrets',
  )
  expect(await create('static', [owner])).toBe('allowed')
})

test('a node gets tokens for its own pods, and for whom they ask', async () => {
  const own = (await admin.get(pods, { namespace, name: 'own' })).metadata.uid
  const other = (await admin.get(pods, { namespace, name: 'other' })).metadata.uid
  const token = (bound: object | undefined, audiences: string[] = []) =>
    answer(
      node.raw({
        method: 'POST',
        path: `/api/v1/namespaces/${namespace}/serviceaccounts/default/token`,
        body: {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          metadata: {},
          spec: {
            audiences,
            ...(bound ? { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', ...bound } } : {}),
          },
        },
      }),
    )
  expect(await token(undefined)).toBe(
    'serviceaccounts "default" is forbidden: node requested token not bound to a pod',
  )
  expect(await token({ name: 'own' })).toContain('a pod binding without a uid')
  expect(await token({ name: 'other', uid: other })).toContain(
    'node requested token bound to a pod scheduled on a different node',
  )
  expect(await token({ name: 'own', uid: 'old' })).toContain('does not match the UID in record')
  const bound = { name: 'own', uid: own }
  expect(await token(bound)).toBe('allowed')
  expect(await token(bound, ['vault'])).toBe('allowed')
  expect(await token(bound, ['vault', 'bank'])).toContain('node may only request 0 or 1 audiences')
  expect(await token(bound, ['bank'])).toBe(
    'serviceaccounts "default" is forbidden: audience "bank" not found in pod spec volume, system:node:node-a is not authorized to request tokens for this audience',
  )
  await admin.create(roles, {
    metadata: { name: 'bank', namespace },
    rules: [
      { apiGroups: [''], verbs: ['request-serviceaccounts-token-audience'], resources: ['bank'] },
    ],
  })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'bank' }
  const subjects = [{ apiGroup: roleRef.apiGroup, kind: 'Group', name: 'system:nodes' }]
  await admin.create(roleBindings, { metadata: { name: 'bank', namespace }, roleRef, subjects })
  expect(await token(bound, ['bank'])).toBe('allowed')
})

test('a node keeps only its own lease, and one without a name writes nothing', async () => {
  const lease = (name: string, where = 'kube-node-lease') =>
    answer(node.create(leases, { metadata: { name, namespace: where }, spec: {} }))
  expect(await lease('node-b')).toBe(
    'leases.coordination.k8s.io "node-b" is forbidden: can only access node lease with the same name as the requesting node',
  )
  expect(await lease('node-a')).toBe('allowed')
  const nameless = clientAs('system:node:')
  const register = () => answer(nameless.create(nodes, { metadata: { name: 'x' }, spec: {} }))
  expect(await register()).toBe(
    'nodes is forbidden: User "system:node:" cannot create resource "nodes" in API group "" at the cluster scope: unknown node for user "system:node:"',
  )
  await admin.create(clusterRoleBindings, {
    metadata: { name: 'nameless' },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'system:node' },
    subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'system:node:' }],
  })
  expect(await register()).toBe(
    'nodes "x" is forbidden: could not determine node from user "system:node:"',
  )
})

test('a node has its own CSINode alone, and reads what is attached to it alone', async () => {
  const csiNode = (name: string) => ({ metadata: { name }, spec: { drivers: [] } })
  const same = 'can only access CSINode with the same name as the requesting node'
  expect(await answer(node.create(csiNodes, csiNode('node-a')))).toBe('allowed')
  expect(await answer(node.create(csiNodes, csiNode('node-b')))).toBe(
    `csinodes.storage.k8s.io "node-b" is forbidden: ${same}`,
  )
  await admin.create(csiNodes, csiNode('node-b'))
  expect(await answer(node.get(csiNodes, { name: 'node-a' }))).toBe('allowed')
  expect(await answer(node.get(csiNodes, { name: 'node-b' }))).toMatch(`: ${same}`)
  expect(await answer(node.delete(csiNodes, { name: 'node-b' }))).toMatch(`: ${same}`)
  expect(await answer(node.list(csiNodes))).toMatch(
    ': can only get, create, update, patch, or delete a CSINode',
  )
  const attachment = (name: string, nodeName: string) => ({
    metadata: { name },
    spec: { attacher: 'csi.example.com', nodeName, source: { persistentVolumeName: 'data' } },
  })
  await admin.create(volumeAttachments, attachment('mine', 'node-a'))
  await admin.create(volumeAttachments, attachment('others', 'node-b'))
  expect(await answer(node.get(volumeAttachments, { name: 'mine' }))).toBe('allowed')
  expect(await answer(node.get(volumeAttachments, { name: 'others' }))).toMatch(
    ": no relationship found between node 'node-a' and this object",
  )
  expect(await answer(node.list(volumeAttachments))).toMatch(
    ': can only get individual resources of this type',
  )
})

test('a node creates nothing of a service account but tokens', async () => {
  const named = { namespace, name: 'default' }
  expect(
    await answer(node.create(serviceAccounts, { metadata: { name: 'x', namespace } })),
  ).toMatch(': can only create tokens for individual service accounts')
  expect(await answer(node.delete(serviceAccounts, named))).toMatch(
    ': can only create tokens for individual service accounts',
  )
})

test('a node creates, reads and deletes the slices of its own devices, and no others', async () => {
  const slice = (name: string, nodeName: string) => ({
    metadata: { name },
    spec: {
      driver: 'gpu.example.com',
      nodeName,
      pool: { name: nodeName, generation: 1, resourceSliceCount: 1 },
      devices: [],
    },
  })
  const same = 'ResourceSlice with the same NodeName as the requesting node'
  const selector =
    'can only list/watch/deletecollection resourceslices with nodeName field selector'
  expect(await answer(node.create(resourceSlices, slice('mine', 'node-a')))).toBe('allowed')
  expect(await answer(node.create(resourceSlices, slice('others', 'node-b')))).toContain(
    `can only create ${same}`,
  )
  await admin.create(resourceSlices, slice('others', 'node-b'))
  expect(await answer(node.get(resourceSlices, { name: 'mine' }))).toBe('allowed')
  expect(await answer(node.get(resourceSlices, { name: 'others' }))).toContain(
    "no relationship found between node 'node-a' and this object",
  )
  expect(await answer(node.delete(resourceSlices, { name: 'others' }))).toContain('no relationship')
  expect(await answer(node.list(resourceSlices))).toContain(selector)
  expect(await answer(node.deleteCollection(resourceSlices))).toContain(selector)
  const other = { fieldSelector: 'spec.nodeName=node-b' }
  expect(await answer(node.deleteCollection(resourceSlices, other))).toContain(selector)
  const own = { fieldSelector: 'spec.nodeName=node-a' }
  expect((await node.list(resourceSlices, own)).items.map(({ metadata }) => metadata.name)).toEqual(
    ['mine'],
  )
  expect(await answer(node.deleteCollection(resourceSlices, own))).toBe('allowed')
  expect((await admin.list(resourceSlices)).items.map(({ metadata }) => metadata.name)).toEqual([
    'others',
  ])
})

test('slices of devices go that are simulated no more; others stay', async () => {
  const devices = ['gpu', 'nic'].map(kind => ({
    driver: `${kind}.example.com`,
    name: kind,
    count: 1,
    attributes: {},
    capacity: {},
  }))
  await publishDevices(admin, { name: 'node-a', devices }, undefined)
  await withdrawDevices(admin, [{ name: 'node-a', devices: devices.slice(0, 1) }])
  const names = async () =>
    (await admin.list(resourceSlices)).items.map(({ metadata }) => metadata.name)
  expect(await names()).toEqual(['node-a-gpu.example.com', 'others'])
  await withdrawDevices(admin, [])
  expect(await names()).toEqual(['others'])
})
