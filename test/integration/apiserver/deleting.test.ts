import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { configMap, deployment, pod, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
const core = '/api/v1/namespaces/default'
const maps = `${core}/configmaps`
const pods = `${core}/pods`
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const jobs = '/apis/batch/v1/namespaces/default/jobs'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)
beforeAll(async () => {
  cluster = await startCluster({ controllers: false, clock })
  const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'default' } }
  await api.post(`${core}/serviceaccounts`, account)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

let count = 0
async function stored(metadata: object = {}): Promise<string> {
  const name = `deleted-${++count}`
  await api.post(maps, configMap(name, {}, metadata))
  return `${maps}/${name}`
}
/** A pod on a node, which the node alone removes. */
async function running(spec: object = {}): Promise<string> {
  const name = `pod-${++count}`
  const made = await api.post(pods, pod(name, { nodeName: 'n', ...spec }))
  expect(made.status, made.text).toBe(201)
  return `${pods}/${name}`
}
const kept = { finalizers: ['example.com/kept'] }
const time = (ms: number) => new Date(ms).toISOString().replace('.000', '')

describe('a delete', () => {
  test('removes at once what nothing holds, and answers with a Status', async () => {
    const target = await stored()
    const { uid, name } = (await api.get(target)).json.metadata
    expect((await api.delete(target)).json).toEqual({
      kind: 'Status',
      apiVersion: 'v1',
      metadata: {},
      status: 'Success',
      details: { name, kind: 'configmaps', uid },
    })
    expect((await api.get(target)).status).toBe(404)
  })

  test('names the group of what it removed', async () => {
    await api.post(deployments, deployment('grouped'))
    const { json } = await api.delete(`${deployments}/grouped`)
    expect(json.details).toMatchObject({ group: 'apps', kind: 'deployments' })
  })

  test.each([
    ['Pod', pods, pod('answered')],
    [
      'Service',
      `${core}/services`,
      {
        apiVersion: 'v1',
        kind: 'Service',
        metadata: { name: 'answered' },
        spec: { ports: [{ port: 80 }] },
      },
    ],
    [
      'ServiceAccount',
      `${core}/serviceaccounts`,
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'answered' } },
    ],
    [
      'StorageClass',
      '/apis/storage.k8s.io/v1/storageclasses',
      {
        apiVersion: 'storage.k8s.io/v1',
        kind: 'StorageClass',
        metadata: { name: 'answered' },
        provisioner: 'example.com/p',
      },
    ],
  ])('of a %s answers with the object', async (kind, at, body) => {
    const { json: made } = await api.post(at, body)
    const { status, json } = await api.delete(`${at}/answered`)
    expect(status).toBe(200)
    expect(json).toMatchObject({ kind, metadata: { uid: made.metadata.uid } })
    expect((await api.get(`${at}/answered`)).status).toBe(404)
  })

  test('of what is not there is refused', async () => {
    expect((await api.delete(`${maps}/absent`)).json).toMatchObject({
      code: 404,
      message: 'configmaps "absent" not found',
    })
  })

  test('takes its options from the query too', async () => {
    const target = await stored(kept)
    const { json } = await api.delete(`${target}?propagationPolicy=Foreground`)
    expect(json.metadata.finalizers).toContain('foregroundDeletion')
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test.each([
    [
      'an unknown policy',
      { propagationPolicy: 'Sideways' },
      'propagationPolicy: Unsupported value: "Sideways": supported values: "Background", "Foreground", "Orphan", "nil"',
    ],
    [
      'two policies',
      { propagationPolicy: 'Orphan', orphanDependents: true },
      'propagationPolicy: Invalid value: "Orphan": orphanDependents and deletionPropagation cannot be both set',
    ],
    [
      'half a dry run',
      { dryRun: ['Half'] },
      'dryRun: Unsupported value: ["Half"]: supported values: "All"',
    ],
  ])('with %s is refused', async (_what, options, problem) => {
    const target = await stored()
    expect((await api.delete(target, options)).json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: `DeleteOptions.meta.k8s.io "" is invalid: ${problem}`,
    })
    expect((await api.get(target)).status).toBe(200)
  })

  test('as a dry run removes nothing', async () => {
    const target = await stored()
    const before = (await api.get(target)).json
    expect((await api.delete(target, { dryRun: ['All'] })).status).toBe(200)
    expect((await api.delete(`${target}?dryRun=All`)).status).toBe(200)
    expect((await api.get(target)).json).toEqual(before)
  })
})

describe('preconditions', () => {
  test.each(['uid', 'resourceVersion'] as const)(
    'of %s let the delete go on when they hold',
    async field => {
      const target = await stored()
      const { metadata } = (await api.get(target)).json
      const { status } = await api.delete(target, { preconditions: { [field]: metadata[field] } })
      expect(status).toBe(200)
    },
  )

  test('of a uid refuse another object of the name', async () => {
    const target = await stored()
    const { uid, name } = (await api.get(target)).json.metadata
    expect((await api.delete(target, { preconditions: { uid: 'other' } })).json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on ConfigMap "${name}": the UID in the precondition (other) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    })
  })

  test('of a resource version refuse what has changed', async () => {
    const target = await stored()
    const { resourceVersion, name } = (await api.get(target)).json.metadata
    const refused = await api.delete(target, { preconditions: { resourceVersion: '1' } })
    expect(refused.json).toMatchObject({
      code: 409,
      reason: 'Conflict',
      message: `Operation cannot be fulfilled on ConfigMap "${name}": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    })
  })
})

describe('finalizers', () => {
  test('keep a deleted object, marked, until the last is gone', async () => {
    const target = await stored({ finalizers: ['example.com/a', 'example.com/b'] })
    const { status, json } = await api.delete(target)
    expect(status).toBe(200)
    expect(json.metadata).toMatchObject({
      deletionTimestamp: time(clock.now()),
      deletionGracePeriodSeconds: 0,
      finalizers: ['example.com/a', 'example.com/b'],
    })
    await api.patch('merge', target, { metadata: { finalizers: ['example.com/b'] } })
    expect((await api.get(target)).status).toBe(200)
    const last = await api.patch('merge', target, { metadata: { finalizers: null } })
    expect(last.status).toBe(200)
    expect((await api.get(target)).status).toBe(404)
  })

  test('may not be added to what is being deleted', async () => {
    const target = await stored(kept)
    await api.delete(target)
    const finalizers = ['example.com/kept', 'example.com/more']
    const { json } = await api.patch('merge', target, { metadata: { finalizers } })
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toContain(
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"example.com/more"}',
    )
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('of a deleted object leave it to be changed otherwise', async () => {
    const target = await stored(kept)
    await api.delete(target)
    expect((await api.patch('merge', target, { data: { k: 'v' } })).json.data).toEqual({ k: 'v' })
    expect((await api.get(target)).json.data).toEqual({ k: 'v' })
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('let a mark of deletion be neither set nor taken back', async () => {
    const target = await stored(kept)
    const deletionTimestamp = '2001-01-01T00:00:00Z'
    const set = await api.patch('merge', target, { metadata: { deletionTimestamp } })
    expect(set.json.metadata?.deletionTimestamp).toBeUndefined()
    await api.delete(target)
    const back = await api.patch('merge', target, { metadata: { deletionTimestamp: null } })
    expect(back.json.metadata.deletionTimestamp).toBe(time(clock.now()))
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('make a second delete change nothing', async () => {
    const target = await stored(kept)
    const { json: first } = await api.delete(target)
    clock.jump(5000)
    const { json: second } = await api.delete(target)
    expect(second).toEqual(first)
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('keep the name taken', async () => {
    const target = await stored(kept)
    await api.delete(target)
    const name = target.split('/').at(-1) ?? ''
    expect((await api.post(maps, configMap(name))).json.reason).toBe('AlreadyExists')
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })
})

describe('how dependents are treated', () => {
  test.each<[string, object, string[] | undefined]>([
    ['Background', { propagationPolicy: 'Background' }, undefined],
    ['Foreground', { propagationPolicy: 'Foreground' }, ['foregroundDeletion']],
    ['Orphan', { propagationPolicy: 'Orphan' }, ['orphan']],
    ['orphanDependents', { orphanDependents: true }, ['orphan']],
    ['orphanDependents: false', { orphanDependents: false }, undefined],
    ['nothing said', {}, undefined],
  ])('%s', async (_what, options, finalizers) => {
    const target = await stored()
    const { json } = await api.delete(target, options)
    expect(json.metadata.finalizers).toEqual(finalizers)
    expect((await api.get(target)).status).toBe(finalizers ? 200 : 404)
    if (finalizers) await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('a later delete may change the policy', async () => {
    const target = await stored()
    await api.delete(target, { propagationPolicy: 'Orphan' })
    const { json } = await api.delete(target, { propagationPolicy: 'Foreground' })
    expect(json.metadata.finalizers).toEqual(['foregroundDeletion'])
    await api.delete(target, { propagationPolicy: 'Background' })
    expect((await api.get(target)).status).toBe(404)
  })

  test('a finalizer of the object itself says it too', async () => {
    const target = await stored({ finalizers: ['orphan'] })
    expect((await api.delete(target)).json.metadata.finalizers).toEqual(['orphan'])
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('a Job keeps its pods when nothing is said, with a warning', async () => {
    const template = { spec: { containers: [{ name: 'c', image: 'i' }], restartPolicy: 'Never' } }
    const job = {
      apiVersion: 'batch/v1',
      kind: 'Job',
      metadata: { name: 'job' },
      spec: { template },
    }
    await api.post(jobs, job)
    const { json, headers } = await api.delete(`${jobs}/job`)
    expect(json.metadata.finalizers).toEqual(['orphan'])
    expect(headers['warning']).toBe(
      '299 - "child pods are preserved by default when jobs are deleted; set propagationPolicy=Background to remove them or set propagationPolicy=Orphan to suppress this warning"',
    )
  })
})

describe('a graceful delete', () => {
  test.each([
    [30, {}],
    [45, { terminationGracePeriodSeconds: 45 }],
  ])('marks a running pod with its own period: %d seconds', async (seconds, spec) => {
    const target = await running(spec)
    const { status, json } = await api.delete(target)
    expect(status).toBe(200)
    expect(json.metadata).toMatchObject({
      deletionTimestamp: time(clock.now() + seconds * 1000),
      deletionGracePeriodSeconds: seconds,
    })
    expect((await api.get(target)).status).toBe(200)
  })

  test('takes another period', async () => {
    const target = await running({ terminationGracePeriodSeconds: 60 })
    const { json } = await api.delete(target, { gracePeriodSeconds: 5 })
    expect(json.metadata.deletionGracePeriodSeconds).toBe(5)
  })

  test('may be shortened, not lengthened', async () => {
    const target = await running()
    const start = clock.now()
    await api.delete(target, { gracePeriodSeconds: 20 })
    const longer = await api.delete(target, { gracePeriodSeconds: 40 })
    expect(longer.json.metadata.deletionGracePeriodSeconds).toBe(20)
    const shorter = await api.delete(target, { gracePeriodSeconds: 10 })
    expect(shorter.json.metadata).toMatchObject({
      deletionGracePeriodSeconds: 10,
      deletionTimestamp: time(start + 10_000),
    })
  })

  test('with no period removes at once', async () => {
    const target = await running()
    await api.delete(target)
    expect((await api.delete(target, { gracePeriodSeconds: 0 })).status).toBe(200)
    expect((await api.get(target)).status).toBe(404)
  })

  test('with less than none waits a second', async () => {
    const target = await running()
    const { json } = await api.delete(target, { gracePeriodSeconds: -1 })
    expect(json.metadata.deletionGracePeriodSeconds).toBe(1)
  })

  test('removes a pod that is on no node at once', async () => {
    await api.post(pods, pod('nowhere'))
    await api.delete(`${pods}/nowhere`)
    expect((await api.get(`${pods}/nowhere`)).status).toBe(404)
  })

  test.each(['Succeeded', 'Failed'])('removes a pod that has %s at once', async phase => {
    const target = await running()
    await api.patch('merge', `${target}/status`, { status: { phase } })
    await api.delete(target)
    expect((await api.get(target)).status).toBe(404)
  })

  test('raises the generation of what it marks', async () => {
    const target = await running()
    const { generation } = (await api.get(target)).json.metadata
    expect((await api.delete(target)).json.metadata.generation).toBe(generation + 1)
  })

  test('may be forced by kubectl', async () => {
    const target = await running()
    const name = target.split('/').at(-1)
    const command = `delete pod ${name} --force --grace-period=0`
    await kubectlOutput(cluster.kubeconfig, splitCommand(command))
    expect((await api.get(target)).status).toBe(404)
  })
})

describe('kubectl', () => {
  const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
  const nameIn = (target: string) => target.split('/').at(-1)

  test('deletes and waits, and only tells of it in a dry run', async () => {
    const target = await stored()
    const name = nameIn(target)
    await run(`delete configmap ${name} --dry-run=server`)
    expect((await api.get(target)).status).toBe(200)
    expect(await run(`delete configmap ${name}`)).toContain(`configmap "${name}" deleted`)
    expect((await api.get(target)).status).toBe(404)
  })

  test('deletes what has a finalizer, and removes that', async () => {
    const target = await stored(kept)
    const name = nameIn(target)
    await run(`delete configmap ${name} --wait=false`)
    expect(await run(`get configmap ${name} -o jsonpath={.metadata.finalizers}`)).toBe(
      '["example.com/kept"]',
    )
    const patch = '[{"op":"remove","path":"/metadata/finalizers"}]'
    await run(`patch configmap ${name} --type=json -p '${patch}'`)
    expect((await api.get(target)).status).toBe(404)
  })

  test.each([
    ['orphan', ['orphan']],
    ['foreground', ['foregroundDeletion']],
    ['background', undefined],
  ])('says how dependents are treated: %s', async (cascade, finalizers) => {
    const target = await stored()
    await run(`delete configmap ${nameIn(target)} --cascade=${cascade} --wait=false`)
    const { status, json } = await api.get(target)
    expect([status, json.metadata.finalizers]).toEqual([finalizers ? 200 : 404, finalizers])
    if (finalizers) await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test('deletes the collection that a path names', async () => {
    await api.post(maps, configMap('raw-x', {}, { labels: { of: 'raw' } }))
    await api.post(maps, configMap('raw-y', {}, { labels: { of: 'raw' } }))
    await run(`delete --raw ${maps}?labelSelector=of%3Draw`)
    expect((await api.get(`${maps}?labelSelector=of%3Draw`)).json.items).toEqual([])
    expect((await api.get(maps)).json.items).not.toEqual([])
  })
})

describe('a delete of a collection', () => {
  async function many(label: string, metadata: object = {}) {
    for (const name of ['x', 'y', 'z'])
      await api.post(
        maps,
        configMap(`${label}-${name}`, {}, { labels: { of: label, name }, ...metadata }),
      )
  }
  const left = async (label: string) =>
    (await api.get(`${maps}?labelSelector=of%3D${label}`)).json.items.length

  test('removes what its labels select, and answers with the list', async () => {
    await many('all')
    const other = await stored()
    const { status, json } = await api.delete(`${maps}?labelSelector=of%3Dall`)
    expect(status).toBe(200)
    expect(json.kind).toBe('ConfigMapList')
    expect(json.items).toHaveLength(3)
    expect(await left('all')).toBe(0)
    expect((await api.get(other)).status).toBe(200)
  })

  test('removes what its fields select', async () => {
    await many('one')
    await api.delete(`${maps}?fieldSelector=metadata.name%3Done-x`)
    expect(await left('one')).toBe(2)
  })

  test('marks each by its own finalizers', async () => {
    await many('marked', kept)
    const { json } = await api.delete(`${maps}?labelSelector=of%3Dmarked`)
    expect(json.items[0].metadata.deletionTimestamp).toBe(time(clock.now()))
    expect(await left('marked')).toBe(3)
    for (const name of ['x', 'y', 'z'])
      await api.patch('merge', `${maps}/marked-${name}`, { metadata: { finalizers: null } })
    expect(await left('marked')).toBe(0)
  })

  test('takes options', async () => {
    await many('orphaned')
    await api.delete(`${maps}?labelSelector=of%3Dorphaned`, { propagationPolicy: 'Orphan' })
    expect((await api.get(`${maps}/orphaned-x`)).json.metadata.finalizers).toEqual(['orphan'])
  })

  test('as a dry run removes nothing', async () => {
    await many('dry')
    const { json } = await api.delete(`${maps}?labelSelector=of%3Ddry&dryRun=All`)
    expect(json.items).toHaveLength(3)
    expect(await left('dry')).toBe(3)
  })

  test('removes as many as its limit', async () => {
    await many('limited')
    await api.delete(`${maps}?labelSelector=of%3Dlimited&limit=2`)
    expect(await left('limited')).toBe(1)
  })

  test('of nothing is an empty list', async () => {
    const { status, json } = await api.delete(`${maps}?labelSelector=of%3Dnothing`)
    expect(status).toBe(200)
    expect(json.items).toEqual([])
  })

  test('with a selector that is none is refused', async () => {
    expect((await api.delete(`${maps}?fieldSelector=x%3Dy`)).json.code).toBe(400)
  })
})
