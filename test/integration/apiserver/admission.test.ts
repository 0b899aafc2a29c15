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

const pods = '/api/v1/namespaces/default/pods'

describe('a pod', () => {
  const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
  const create = (name: string, spec: object = {}) =>
    api.post(`${pods}?dryRun=All`, {
      metadata: { name },
      spec: { containers: [{ name: 'main', image: 'nginx' }], ...spec },
    })

  test('gets its account’s pull secrets and token, unless it wants none', async () => {
    await api.post('/api/v1/namespaces/default/serviceaccounts', {
      metadata: { name: 'puller' },
      imagePullSecrets: [{ name: 'registry' }],
    })
    const { json } = await create('a', { serviceAccount: 'puller' })
    const [volume] = json.spec.volumes
    expect(json.spec).toMatchObject({
      serviceAccountName: 'puller',
      serviceAccount: 'puller',
      imagePullSecrets: [{ name: 'registry' }],
      containers: [
        {
          volumeMounts: [
            {
              name: volume.name,
              readOnly: true,
              mountPath: '/var/run/secrets/kubernetes.io/serviceaccount',
            },
          ],
        },
      ],
    })
    expect(volume.name).toMatch(/^kube-api-access-[a-z0-9]{5}$/)
    expect(volume.projected.sources[0]).toEqual({
      serviceAccountToken: { expirationSeconds: 3607, path: 'token' },
    })
    const without = await create('b', { automountServiceAccountToken: false })
    expect(without.json.spec.volumes).toBeUndefined()
  })

  test('of an account that is not there is refused', async () => {
    const { json } = await create('c', { serviceAccountName: 'nobody' })
    expect(json).toMatchObject({
      code: 403,
      message:
        'pods "c" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
    })
  })

  test('gets the priority of its class, or of the default one', async () => {
    const plain = await create('d')
    expect(plain.json.spec).toMatchObject({
      priority: 0,
      preemptionPolicy: 'PreemptLowerPriority',
    })
    const named = await create('e', { priorityClassName: 'system-node-critical' })
    expect(named.json.spec.priority).toBe(2_000_001_000)
    const gentle = { value: 7, globalDefault: true, preemptionPolicy: 'Never' }
    await api.post(classes, { metadata: { name: 'gentle' }, ...gentle })
    expect((await create('f')).json.spec).toMatchObject({
      priorityClassName: 'gentle',
      priority: 7,
      preemptionPolicy: 'Never',
    })
    const second = await api.post(classes, { metadata: { name: 'other' }, ...gentle })
    expect(second.json.message).toContain('PriorityClass gentle is already marked as default')
    await api.delete(`${classes}/gentle`)
  })

  test.each([
    [
      'of an unknown class',
      { priorityClassName: 'none' },
      'no PriorityClass with name none was found',
    ],
    [
      'of a number',
      { priority: 5 },
      'the integer value of priority (5) must not be provided in pod spec',
    ],
  ])('%s of priority is refused', async (_what, spec, reason) => {
    const { json } = await create('g', spec)
    expect(json.code).toBe(403)
    expect(json.message).toContain(reason)
  })

  test('stays five minutes on a node that is lost, unless it says how long', async () => {
    const lost = (key: string, tolerationSeconds: number) => ({
      key: `node.kubernetes.io/${key}`,
      operator: 'Exists',
      effect: 'NoExecute',
      tolerationSeconds,
    })
    const { json } = await create('h', { tolerations: [lost('unreachable', 5)] })
    expect(json.spec.tolerations).toEqual([lost('unreachable', 5), lost('not-ready', 300)])
    const all = await create('i', { tolerations: [{ operator: 'Exists' }] })
    expect(all.json.spec.tolerations).toEqual([{ operator: 'Exists' }])
  })
})

test('a new node takes no pods before it is found ready', async () => {
  const { json } = await api.post('/api/v1/nodes', { metadata: { name: 'new' } })
  expect(json.spec.taints).toEqual([{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }])
})

test.each([
  [
    'a claim',
    '/apis/storage.k8s.io/v1/storageclasses',
    { provisioner: 'example.com/disk' },
    'storageclass.kubernetes.io/is-default-class',
    '/api/v1/namespaces/default/persistentvolumeclaims',
    { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
    'storageClassName',
  ],
  [
    'an ingress',
    '/apis/networking.k8s.io/v1/ingressclasses',
    { spec: { controller: 'example.com/ingress' } },
    'ingressclass.kubernetes.io/is-default-class',
    '/apis/networking.k8s.io/v1/namespaces/default/ingresses',
    { defaultBackend: { service: { name: 'web', port: { number: 80 } } } },
    'ingressClassName',
  ],
])(
  '%s gets the class that is marked as default, unless it names one',
  async (_what, classes, more, mark, target, spec, field) => {
    const metadata = { name: 'marked', annotations: { [mark]: 'true' } }
    expect((await api.post(classes, { metadata, ...more })).status).toBe(201)
    const create = async (named: object) =>
      (
        await api.post(`${target}?dryRun=All`, {
          metadata: { name: 'a' },
          spec: { ...spec, ...named },
        })
      ).json.spec[field]
    expect(await create({})).toBe('marked')
    expect(await create({ [field]: 'own' })).toBe('own')
    await api.delete(`${classes}/marked`)
  },
)

describe('pods of a runtime class', () => {
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
