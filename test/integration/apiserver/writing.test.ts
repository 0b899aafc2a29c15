import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { CustomResourceClient, definition, thing } from '../../support/custom-resources.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { configMap, deployment, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const now = Math.floor(Date.now() / 1000) * 1000 + 400
const clock = new FakeClock(now)
const maps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const things = '/apis/test.example.com/v1/things'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  await new CustomResourceClient(cluster).define(
    definition('things', crd => {
      const [version] = crd.spec.versions
      if (version) version.subresources = { status: {} }
      const free = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }
      if (version)
        version.schema = {
          openAPIV3Schema: { type: 'object', properties: { spec: free, status: free } },
        }
    }),
  )
})
afterAll(() => cluster?.[Symbol.asyncDispose]())
afterEach(() => vi.restoreAllMocks())

describe('a create', () => {
  test('answers 201 with what the server filled in', async () => {
    const { status, json } = await api.post(maps, configMap('filled', { data: { k: 'v' } }))
    expect(status).toBe(201)
    const { uid, creationTimestamp, namespace, resourceVersion, generation } = json.metadata
    expect(uid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(creationTimestamp).toBe(new Date(now - 400).toISOString().replace('.000', ''))
    expect(namespace).toBe('default')
    expect(resourceVersion).toMatch(/^[1-9]\d*$/)
    expect(generation).toBeUndefined()
  })

  test('begins the generation at 1 where it is kept', async () => {
    const { json } = await api.post(deployments, deployment('first', {}, { generation: 9 }))
    expect(json.metadata.generation).toBe(1)
  })

  test('takes nothing that only the server may say', async () => {
    const said = {
      uid: 'mine',
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 5,
      selfLink: '/mine',
    }
    const { json } = await api.post(maps, configMap('said', {}, said))
    expect(json.metadata.uid).not.toBe('mine')
    expect(json.metadata.creationTimestamp).not.toBe('2001-01-01T00:00:00Z')
    expect(json.metadata).not.toHaveProperty('deletionTimestamp')
    expect(json.metadata).not.toHaveProperty('deletionGracePeriodSeconds')
    expect(json.metadata).not.toHaveProperty('selfLink')
  })

  test('takes no status', async () => {
    const { json } = await api.post(deployments, {
      ...deployment('no-status'),
      status: { replicas: 5 },
    })
    expect(json.status.replicas).toBeUndefined()
  })

  test.each([
    ['kubectl/v1.35.0 (linux/amd64) kubernetes/abc', 'kubectl'],
    ['Helm/4.0', 'Helm'],
    ['', 'unknown'],
  ])('by user agent %j is by its name', async (agent, manager) => {
    const name = `by-${manager.toLowerCase()}`
    const { json } = await api.send('POST', maps, configMap(name, { data: { k: 'v' } }), {
      'user-agent': agent,
    })
    expect(json.metadata.managedFields[0].manager).toBe(manager)
  })

  test('by a field manager is by that', async () => {
    const target = `${maps}?fieldManager=me`
    const { json } = await api.post(target, configMap('by-me', { data: { k: 'v' } }))
    expect(json.metadata.managedFields).toMatchObject([{ manager: 'me', operation: 'Update' }])
  })

  test('without a name is refused', async () => {
    const { json } = await api.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: {} })
    expect(json).toMatchObject({
      code: 422,
      message:
        'ConfigMap "" is invalid: metadata.name: Required value: name or generateName is required',
    })
  })

  test('of a name that is taken is refused', async () => {
    await api.post(maps, configMap('taken'))
    expect((await api.post(maps, configMap('taken'))).json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Failure',
      message: 'configmaps "taken" already exists',
      reason: 'AlreadyExists',
      details: { name: 'taken', kind: 'configmaps' },
      code: 409,
    })
  })

  test('with a resource version is refused', async () => {
    const { json } = await api.post(maps, configMap('versioned', {}, { resourceVersion: '1' }))
    expect(json).toMatchObject({
      code: 500,
      message: 'resourceVersion should not be set on objects to be created',
    })
  })

  test('below a name is refused', async () => {
    expect((await api.post(`${maps}/x`, configMap('x'))).json).toMatchObject({
      code: 405,
      reason: 'MethodNotAllowed',
    })
  })

  test('into another namespace than it says is refused', async () => {
    const { json } = await api.post(maps, configMap('x', {}, { namespace: 'kube-system' }))
    expect(json).toMatchObject({
      code: 400,
      message:
        'the namespace of the provided object does not match the namespace sent on the request',
    })
  })

  test('into a namespace that is not there is refused', async () => {
    const { json } = await api.post('/api/v1/namespaces/nowhere/configmaps', configMap('x'))
    expect(json).toMatchObject({
      code: 404,
      reason: 'NotFound',
      message: 'namespaces "nowhere" not found',
      details: { name: 'nowhere', kind: 'namespaces' },
    })
  })

  test('into a namespace that is going away is refused', async () => {
    const metadata = { name: 'leaving' }
    await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata })
    await api.delete('/api/v1/namespaces/leaving')
    const { json } = await api.post('/api/v1/namespaces/leaving/configmaps', configMap('x'))
    expect(json).toMatchObject({
      code: 403,
      reason: 'Forbidden',
      message:
        'configmaps "x" is forbidden: unable to create new content in namespace leaving because it is being terminated',
      details: {
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: 'namespace leaving is being terminated',
            field: 'metadata.namespace',
          },
        ],
      },
    })
  })

  test.each([
    ['kind', { kind: 'Secret' }],
    ['version', { apiVersion: 'v2' }],
  ])('of another %s is refused', async (_what, other) => {
    const { json } = await api.post(maps, { ...configMap('x'), ...other })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })
})

describe('generateName', () => {
  const generate = (generateName: string) =>
    api.post(maps, { apiVersion: 'v1', kind: 'ConfigMap', metadata: { generateName } })

  test('gives five characters of its alphabet', async () => {
    const { json } = await generate('made-')
    expect(json.metadata.name).toMatch(/^made-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
    expect(json.metadata.generateName).toBe('made-')
  })

  test('is cut to 58 characters', async () => {
    const { json } = await generate('n'.repeat(70))
    expect(json.metadata.name).toMatch(/^n{58}[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  })

  test('gives way to a name', async () => {
    const { json } = await api.post(maps, configMap('named', {}, { generateName: 'made-' }))
    expect(json.metadata.name).toBe('named')
  })

  test('is tried eight times', async () => {
    const random = vi.spyOn(crypto, 'getRandomValues').mockImplementation(array => array)
    expect((await generate('same-')).json.metadata.name).toBe('same-bbbbb')
    random.mockClear()
    const { json } = await generate('same-')
    expect(random).toHaveBeenCalledTimes(8)
    expect(json).toMatchObject({
      code: 409,
      reason: 'AlreadyExists',
      message:
        'configmaps "same-bbbbb" already exists, the server was not able to generate a unique name for the object',
      details: { name: 'same-bbbbb', kind: 'configmaps', retryAfterSeconds: 1 },
    })
  })

  test('that makes no valid names is refused', async () => {
    const { json } = await generate('Not_Valid-')
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toContain('metadata.generateName: Invalid value: "Not_Valid-"')
  })
})

describe('a PUT', () => {
  test('replaces the object', async () => {
    await api.post(maps, configMap('put', { data: { a: '1', b: '1' } }, { labels: { l: '1' } }))
    const { status, json } = await api.put(`${maps}/put`, configMap('put', { data: { a: '2' } }))
    expect(status).toBe(200)
    expect(json.data).toEqual({ a: '2' })
    expect(json.metadata.labels).toBeUndefined()
  })

  test('of an older version is refused', async () => {
    const { json: old } = await api.post(maps, configMap('raced'))
    await api.patch('merge', `${maps}/raced`, { data: { k: 'v' } })
    expect((await api.put(`${maps}/raced`, old)).json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message:
        'Operation cannot be fulfilled on configmaps "raced": the object has been modified; please apply your changes to the latest version and try again',
      details: { name: 'raced', kind: 'configmaps' },
    })
  })

  test.each(['', '0'])(
    'with resource version %j overwrites where that is allowed',
    async version => {
      const name = `unconditional-${version || 'none'}`
      await api.post(maps, configMap(name))
      const wanted = configMap(name, { data: { k: 'v' } }, { resourceVersion: version })
      expect((await api.put(`${maps}/${name}`, wanted)).json.data).toEqual({ k: 'v' })
    },
  )

  test('without a resource version is refused where it is needed', async () => {
    await api.post(things, thing('things', 'needs', {}))
    const { json } = await api.put(`${things}/needs`, thing('things', 'needs', {}))
    expect(json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message:
        'things.test.example.com "needs" is invalid: metadata.resourceVersion: Invalid value: 0: must be specified for an update',
    })
  })

  test('of another name than the URL’s is refused', async () => {
    await api.post(maps, configMap('url'))
    expect((await api.put(`${maps}/url`, configMap('body'))).json).toMatchObject({
      code: 400,
      message: 'the name of the object (body) does not match the name on the URL (url)',
    })
  })

  test('of another namespace than the URL’s is refused', async () => {
    const { json } = await api.put(`${maps}/url`, configMap('url', {}, { namespace: 'other' }))
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('of another uid is refused', async () => {
    const { json: stored } = await api.post(maps, configMap('reborn'))
    const { json } = await api.put(`${maps}/reborn`, configMap('reborn', {}, { uid: 'old' }))
    expect(json).toMatchObject({ code: 409, reason: 'Conflict' })
    expect(json.message).toContain(
      `Precondition failed: UID in precondition: old, UID in object meta: ${stored.metadata.uid}`,
    )
  })

  test('of what is not there is refused', async () => {
    expect((await api.put(`${maps}/absent`, configMap('absent'))).json).toMatchObject({
      code: 404,
      message: 'configmaps "absent" not found',
    })
  })

  test('creates what is not there where that is allowed', async () => {
    const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
    const lease = { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', metadata: { name: 'put' } }
    expect((await api.put(`${leases}/put`, lease)).status).toBe(201)
  })

  test('keeps what only the server may say', async () => {
    const { json: old } = await api.post(maps, configMap('kept'))
    const metadata = { creationTimestamp: '2001-01-01T00:00:00Z', generation: 7 }
    const { json } = await api.put(
      `${maps}/kept`,
      configMap('kept', { data: { a: '1' } }, metadata),
    )
    expect(json.metadata).toMatchObject({
      uid: old.metadata.uid,
      creationTimestamp: old.metadata.creationTimestamp,
    })
    expect(json.metadata.generation).toBeUndefined()
  })

  test('without a name is refused', async () => {
    expect((await api.put(maps, configMap('x'))).status).toBe(405)
  })
})

describe('a write that changes nothing', () => {
  const stored = configMap('same', { data: { a: '1', b: '2' } }, { labels: { l: '1', m: '2' } })
  let version: string
  beforeAll(async () => {
    version = (await api.post(maps, stored)).json.metadata.resourceVersion
  })

  test.each([
    ['PUT', () => api.put(`${maps}/same`, stored)],
    [
      'PUT in another order',
      () =>
        api.put(`${maps}/same`, {
          data: { b: '2', a: '1' },
          metadata: { labels: { m: '2', l: '1' }, name: 'same' },
          kind: 'ConfigMap',
          apiVersion: 'v1',
        }),
    ],
    ['empty merge patch', () => api.patch('merge', `${maps}/same`, {})],
    ['merge patch', () => api.patch('merge', `${maps}/same`, { data: { a: '1' } })],
    ['strategic merge patch', () => api.patch('strategic', `${maps}/same`, { data: { a: '1' } })],
    ['empty JSON patch', () => api.patch('json', `${maps}/same`, [])],
    [
      'JSON patch',
      () => api.patch('json', `${maps}/same`, [{ op: 'replace', path: '/data/a', value: '1' }]),
    ],
  ])('as %s keeps the resource version', async (_what, write) => {
    const { status, json } = await write()
    expect(status).toBe(200)
    expect(json.metadata.resourceVersion).toBe(version)
  })
})

describe('generation and status', () => {
  const target = `${deployments}/grown`
  beforeAll(() => api.post(deployments, deployment('grown')))
  const merge = async (patch: object, at = target) =>
    (await api.patch('merge', at, patch)).json.metadata.generation

  test('the generation grows with the spec', async () => {
    const { metadata } = (await api.get(target)).json
    expect(await merge({ spec: { replicas: 2 } })).toBe(metadata.generation + 1)
  })

  test('the generation stays with labels and status', async () => {
    const { metadata } = (await api.get(target)).json
    expect(await merge({ metadata: { labels: { l: '1' } } })).toBe(metadata.generation)
    expect(await merge({ status: { observedGeneration: 1 } }, `${target}/status`)).toBe(
      metadata.generation,
    )
  })

  test('the object’s endpoint takes no status', async () => {
    const { json } = await api.patch('merge', target, { status: { replicas: 7 } })
    expect(json.status.replicas).toBeUndefined()
  })

  test('the status’ endpoint takes no spec', async () => {
    const { json: before } = await api.get(target)
    const patch = { spec: { replicas: 9 }, status: { replicas: 3 } }
    const { json } = await api.patch('merge', `${target}/status`, patch)
    expect(json.spec).toEqual(before.spec)
    expect(json.status.replicas).toBe(3)
  })

  test('a status is put like an object', async () => {
    const { json: before } = await api.get(target)
    const wanted = { ...before, spec: { ...before.spec, replicas: 8 }, status: { replicas: 4 } }
    const { json } = await api.put(`${target}/status`, wanted)
    expect(json.spec.replicas).toBe(before.spec.replicas)
    expect(json.status.replicas).toBe(4)
  })

  test('a custom resource’s status is apart too', async () => {
    await api.post(things, { ...thing('things', 'apart', { a: 1 }), status: { b: 1 } })
    const patch = { spec: { a: 2 }, status: { b: 2 } }
    const { json } = await api.patch('merge', `${things}/apart/status`, patch)
    expect(json).toMatchObject({ spec: { a: 1 }, status: { b: 2 } })
    const again = await api.patch('merge', `${things}/apart`, { ...patch, status: { b: 3 } })
    expect(again.json).toMatchObject({ spec: { a: 2 }, status: { b: 2 } })
  })
})

describe('kubectl', () => {
  const run = (command: string, object?: object) =>
    kubectlOutput(
      cluster.kubeconfig,
      splitCommand(command),
      object ? { input: JSON.stringify(object) } : {},
    )

  test('creates by name and by generateName, and hears of a name that is taken', async () => {
    expect(await run('create configmap from-kubectl')).toBe('configmap/from-kubectl created\n')
    await expect(run('create configmap from-kubectl')).rejects.toThrow(
      'configmaps "from-kubectl" already exists',
    )
    const { metadata: _, ...rest } = configMap('')
    const generated = { ...rest, metadata: { generateName: 'from-kubectl-' } }
    expect(await run('create -f -', generated)).toMatch(/^configmap\/from-kubectl-\w{5} created$/m)
  })

  test('replaces what nobody has changed since', async () => {
    const { json: old } = await api.post(maps, configMap('replaced'))
    const next = { ...old, data: { k: 'v' } }
    expect(await run('replace -f -', next)).toBe('configmap/replaced replaced\n')
    await expect(run('replace -f -', next)).rejects.toThrow('the object has been modified')
  })

  test('patches a status, and nothing else with it', async () => {
    await api.post(deployments, deployment('from-kubectl'))
    const patch = JSON.stringify({ spec: { replicas: 9 }, status: { replicas: 3 } })
    await run(`patch deployment from-kubectl --subresource=status --type=merge -p '${patch}'`)
    const { json } = await api.get(`${deployments}/from-kubectl`)
    expect(json).toMatchObject({ spec: { replicas: 1 }, status: { replicas: 3 } })
  })
})
