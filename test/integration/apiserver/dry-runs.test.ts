import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { configMap, deployment, pod, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const core = '/api/v1/namespaces/default'
const maps = `${core}/configmaps`
const pods = `${core}/pods`
const services = `${core}/services`
const deployments = '/apis/apps/v1/namespaces/default/deployments'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
  await api.post(`${core}/serviceaccounts`, account)
  await api.post(maps, configMap('there', { data: { a: '1' } }))
  await api.post(deployments, deployment('there', { replicas: 1 }))
  await api.post(pods, pod('there', {}, { labels: { app: 'there' } }))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

/** The revision of the whole store. */
const revision = async () =>
  (await api.get('/api/v1/namespaces?limit=1')).json.metadata.resourceVersion as string

const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { ports: [{ port: 80 }], ...spec },
})

describe('a dry run', () => {
  const all = '?dryRun=All'
  test.each<[string, number, () => ReturnType<typeof api.get>]>([
    ['create', 201, () => api.post(`${maps}${all}`, configMap('new'))],
    [
      'create by generateName',
      201,
      () =>
        api.post(`${maps}${all}`, {
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { generateName: 'new-' },
        }),
    ],
    ['PUT', 200, () => api.put(`${maps}/there${all}`, configMap('there', { data: { a: '2' } }))],
    ['merge patch', 200, () => api.patch('merge', `${maps}/there${all}`, { data: { a: '2' } })],
    [
      'strategic merge patch',
      200,
      () => api.patch('strategic', `${maps}/there${all}`, { data: { a: '2' } }),
    ],
    [
      'JSON patch',
      200,
      () => api.patch('json', `${maps}/there${all}`, [{ op: 'remove', path: '/data/a' }]),
    ],
    [
      'apply',
      200,
      () => api.patch('apply', `${maps}/there${all}&fieldManager=x`, configMap('there')),
    ],
    [
      'apply that creates',
      201,
      () => api.patch('apply', `${maps}/new${all}&fieldManager=x`, configMap('new')),
    ],
    ['delete', 200, () => api.delete(`${maps}/there${all}`)],
    [
      'delete with finalizers',
      200,
      () => api.delete(`${maps}/there${all}`, { propagationPolicy: 'Orphan', dryRun: ['All'] }),
    ],
    ['delete of a collection', 200, () => api.delete(`${maps}${all}`)],
    [
      'status',
      200,
      () =>
        api.patch('merge', `${deployments}/there/status${all}`, {
          status: { observedGeneration: 9 },
        }),
    ],
    [
      'scale',
      200,
      () => api.patch('merge', `${deployments}/there/scale${all}`, { spec: { replicas: 5 } }),
    ],
    [
      'scale by PUT',
      200,
      () =>
        api.put(`${deployments}/there/scale${all}`, {
          apiVersion: 'autoscaling/v1',
          kind: 'Scale',
          metadata: { name: 'there', namespace: 'default' },
          spec: { replicas: 5 },
        }),
    ],
    [
      'eviction',
      201,
      () =>
        api.post(`${pods}/there/eviction${all}`, {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: 'there' },
        }),
    ],
    [
      'binding',
      201,
      () =>
        api.post(`${pods}/there/binding${all}`, {
          apiVersion: 'v1',
          kind: 'Binding',
          metadata: { name: 'there' },
          target: { kind: 'Node', name: 'n' },
        }),
    ],
    [
      'ephemeral container',
      200,
      () =>
        api.patch('strategic', `${pods}/there/ephemeralcontainers${all}`, {
          spec: { ephemeralContainers: [{ name: 'e', image: 'i' }] },
        }),
    ],
    [
      'namespace',
      201,
      () =>
        api.post(`/api/v1/namespaces${all}`, {
          apiVersion: 'v1',
          kind: 'Namespace',
          metadata: { name: 'dry' },
        }),
    ],
  ])('of a %s writes nothing', async (_what, status, write) => {
    const before = await revision()
    const answer = await write()
    expect(answer.status, answer.text).toBe(status)
    expect(await revision()).toBe(before)
  })

  test('answers with what would be stored', async () => {
    const { json } = await api.post(`${deployments}${all}`, deployment('dry'))
    expect(json.spec.replicas).toBe(1)
    expect(json.metadata.uid).toBeDefined()
    expect(json.metadata.resourceVersion).toBeUndefined()
    const changed = await api.patch('merge', `${maps}/there${all}`, { data: { a: '2' } })
    expect(changed.json.data).toEqual({ a: '2' })
  })

  test('is refused for what is refused', async () => {
    expect((await api.post(`${maps}${all}`, configMap('there'))).json.reason).toBe('AlreadyExists')
    expect((await api.post(`${maps}${all}`, configMap('not valid'))).json.reason).toBe('Invalid')
    const old = configMap('there', {}, { resourceVersion: '1' })
    expect((await api.put(`${maps}/there${all}`, old)).json.reason).toBe('Conflict')
  })

  test('of any other value is refused', async () => {
    expect((await api.post(`${maps}?dryRun=Some`, configMap('x'))).json).toMatchObject({
      code: 422,
      message:
        'CreateOptions.meta.k8s.io "" is invalid: dryRun: Unsupported value: ["Some"]: supported values: "All"',
    })
  })

  test('keeps no cluster IP', async () => {
    const { json: dry } = await api.post(`${services}${all}`, service('ip', {}))
    const clusterIP = dry.spec.clusterIP
    const { status, text } = await api.post(services, service('ip', { clusterIP }))
    expect(status, text).toBe(201)
  })

  test('keeps no node port', async () => {
    const spec = { type: 'NodePort', ports: [{ port: 80, nodePort: 31999 }] }
    expect((await api.post(`${services}${all}`, service('port', spec))).status).toBe(201)
    expect((await api.post(services, service('port', spec))).status).toBe(201)
  })

  test('gives back no cluster IP of what it does not delete', async () => {
    const { json } = await api.post(services, service('held'))
    await api.delete(`${services}/held${all}`)
    const { clusterIP } = json.spec
    expect((await api.post(services, service('thief', { clusterIP }))).status).toBe(422)
  })

  test('uses up no quota', async () => {
    const quota = {
      apiVersion: 'v1',
      kind: 'ResourceQuota',
      metadata: { name: 'secrets' },
      spec: { hard: { secrets: '1' } },
    }
    await api.post(`${core}/resourcequotas`, quota)
    const status = { hard: { secrets: '1' }, used: { secrets: '0' } }
    await api.patch('merge', `${core}/resourcequotas/secrets/status`, { status })
    const secret = (name: string) => ({ apiVersion: 'v1', kind: 'Secret', metadata: { name } })
    expect((await api.post(`${core}/secrets${all}`, secret('dry'))).status).toBe(201)
    expect((await api.post(`${core}/secrets`, secret('one'))).status).toBe(201)
    expect((await api.post(`${core}/secrets${all}`, secret('two'))).json.reason).toBe('Forbidden')
  })

  test('is what kubectl --dry-run=server does', async () => {
    const before = await revision()
    const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
    expect(await run('create configmap dry --dry-run=server')).toContain('created (server dry run)')
    expect(await run('delete configmap there --dry-run=server')).toContain('(server dry run)')
    expect(await run('scale deployment there --replicas=4 --dry-run=server')).toContain('scaled')
    expect(await revision()).toBe(before)
  })
})
