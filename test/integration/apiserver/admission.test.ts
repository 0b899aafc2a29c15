import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  await api.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

describe('pods of a runtime class', () => {
  const pods = '/api/v1/namespaces/default/pods'
  const pod = (name: string, spec: object) => ({
    metadata: { name },
    spec: { containers: [{ name: 'main', image: 'nginx' }], runtimeClassName: 'costly', ...spec },
  })

  beforeAll(async () => {
    const made = await api.post('/apis/node.k8s.io/v1/runtimeclasses', {
      metadata: { name: 'costly' },
      handler: 'runc',
      overhead: { podFixed: { cpu: '250m' } },
      scheduling: {
        nodeSelector: { sandbox: 'yes' },
        tolerations: [{ key: 'sandbox', operator: 'Exists' }],
      },
    })
    expect(made.status).toBe(201)
  })

  test('get what it costs and where it runs', async () => {
    const tolerations = [{ key: 'sandbox', operator: 'Equal', value: 'a' }]
    const { json } = await api.post(pods, pod('merged', { tolerations }))
    expect(json.spec).toMatchObject({ overhead: { cpu: '250m' }, nodeSelector: { sandbox: 'yes' } })
    const keys = json.spec.tolerations.filter(({ key }: { key: string }) => key === 'sandbox')
    expect(keys).toEqual([{ key: 'sandbox', operator: 'Exists' }])
  })

  test.each<[string, object, string]>([
    [
      'an unknown class',
      { runtimeClassName: 'other' },
      'pod rejected: RuntimeClass "other" not found',
    ],
    [
      'other overhead',
      { overhead: { cpu: '1' } },
      "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
    ],
    [
      'overhead but no class',
      { runtimeClassName: undefined, overhead: { cpu: '1' } },
      'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
    ],
    [
      'a conflicting node selector',
      { nodeSelector: { sandbox: 'no' } },
      'conflict: runtimeClass.scheduling.nodeSelector[sandbox] = yes; pod.spec.nodeSelector[sandbox] = no',
    ],
  ])('with %s are refused', async (_, spec, reason) => {
    const { status, json } = await api.post(pods, pod('refused', spec))
    expect(status).toBe(403)
    expect(json.message).toBe(`pods "refused" is forbidden: ${reason}`)
  })
})

describe('a claim', () => {
  const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
  const grow = (name: string) =>
    api.patch('merge', `${claims}/${name}`, {
      spec: { resources: { requests: { storage: '2Gi' } } },
    })

  test('grows once it is bound, when its class allows it', async () => {
    for (const [name, allowVolumeExpansion] of Object.entries({ elastic: true, stiff: false })) {
      await api.post('/apis/storage.k8s.io/v1/storageclasses', {
        metadata: { name },
        provisioner: 'example.com/disk',
        allowVolumeExpansion,
      })
    }
    for (const [name, storageClassName] of Object.entries({ one: 'elastic', two: 'stiff' })) {
      await api.post(claims, {
        metadata: { name },
        spec: {
          storageClassName,
          accessModes: ['ReadWriteOnce'],
          resources: { requests: { storage: '1Gi' } },
        },
      })
      if (name === 'one') {
        expect((await grow(name)).json.message).toContain('spec is immutable after creation')
      }
      const status = { phase: 'Bound', capacity: { storage: '1Gi' } }
      await api.patch('merge', `${claims}/${name}/status`, { status })
    }
    expect((await grow('one')).status).toBe(200)
    const refused = await grow('two')
    expect(refused.status).toBe(403)
    expect(refused.json.message).toBe(
      'persistentvolumeclaims "two" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize',
    )
  })
})

test('a claim looks behind the backs of others only in a namespace that is marked for it', async () => {
  const request = { name: 'all', exactly: { deviceClassName: 'gpu', adminAccess: true } }
  const claim = { metadata: { name: 'watcher' }, spec: { devices: { requests: [request] } } }
  const create = (namespace: string) =>
    api.post(`/apis/resource.k8s.io/v1/namespaces/${namespace}/resourceclaims`, claim)
  const refused = await create('default')
  expect(refused.status).toBe(422)
  expect(refused.json.details.causes).toEqual([
    {
      reason: 'FieldValueForbidden',
      field: 'spec.devices.requests[0].adminAccess',
      message:
        'Forbidden: admin access to devices requires the `resource.kubernetes.io/admin-access: true` label on the containing namespace',
    },
  ])
  const labels = { 'resource.kubernetes.io/admin-access': 'true' }
  await api.post('/api/v1/namespaces', { metadata: { name: 'watchers', labels } })
  expect((await create('watchers')).status).toBe(201)
})
