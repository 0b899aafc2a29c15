import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { CustomResourceClient, definition, thing } from '../../support/custom-resources.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { configMap, deployment, RestClient } from '../../support/rest-client.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

const maps = '/api/v1/namespaces/default/configmaps'
const deployments = '/apis/apps/v1/namespaces/default/deployments'
const things = '/apis/test.example.com/v1/things'
let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

const refused = 'the server rejected our request due to an error in our request'

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  await new CustomResourceClient(cluster).define(definition('things'))
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

let count = 0
/** A new ConfigMap with data. */
async function stored(data: object = { a: '1', b: '2' }): Promise<string> {
  const name = `patched-${++count}`
  await api.post(maps, configMap(name, { data }))
  return `${maps}/${name}`
}

describe('a JSON patch', () => {
  test.each<[string, object[], object]>([
    ['add', [{ op: 'add', path: '/data/c', value: '3' }], { a: '1', b: '2', c: '3' }],
    ['add over', [{ op: 'add', path: '/data/a', value: '3' }], { a: '3', b: '2' }],
    ['remove', [{ op: 'remove', path: '/data/a' }], { b: '2' }],
    ['replace', [{ op: 'replace', path: '/data/a', value: '3' }], { a: '3', b: '2' }],
    ['move', [{ op: 'move', from: '/data/a', path: '/data/c' }], { b: '2', c: '1' }],
    ['copy', [{ op: 'copy', from: '/data/a', path: '/data/c' }], { a: '1', b: '2', c: '1' }],
    [
      'test that holds',
      [
        { op: 'test', path: '/data/a', value: '1' },
        { op: 'remove', path: '/data/a' },
      ],
      { b: '2' },
    ],
    [
      'test of what is not there for null',
      [
        { op: 'test', path: '/data/x', value: null },
        { op: 'remove', path: '/data/a' },
      ],
      { b: '2' },
    ],
  ])('with %s', async (_what, patch, data) => {
    const { status, json } = await api.patch('json', await stored(), patch)
    expect(status).toBe(200)
    expect(json.data).toEqual(data)
  })

  test('escapes slashes and tildes of names', async () => {
    const target = await stored()
    const { json } = await api.patch('json', target, [
      { op: 'add', path: '/metadata/annotations', value: {} },
      { op: 'add', path: '/metadata/annotations/example.com~1a', value: '1' },
      { op: 'add', path: '/data/x', value: '~0' },
    ])
    expect(json.metadata.annotations).toEqual({ 'example.com/a': '1' })
  })

  test('counts in lists, from their end with a dash', async () => {
    const target = await stored()
    const add = (at: string, value: string) => ({
      op: 'add',
      path: `/metadata/finalizers${at}`,
      value,
    })
    const { json } = await api.patch('json', target, [
      { op: 'add', path: '/metadata/finalizers', value: ['example.com/b'] },
      add('/0', 'example.com/a'),
      add('/-', 'example.com/c'),
    ])
    expect(json.metadata.finalizers).toEqual(['example.com/a', 'example.com/b', 'example.com/c'])
    await api.patch('merge', target, { metadata: { finalizers: null } })
  })

  test.each<[string, unknown]>([
    ['a test that fails', [{ op: 'test', path: '/data/a', value: '2' }]],
    ['a removal of nothing', [{ op: 'remove', path: '/data/x' }]],
    ['a replacement of nothing', [{ op: 'replace', path: '/data/x', value: '1' }]],
    ['a path through nothing', [{ op: 'add', path: '/spec/x/y', value: '1' }]],
    ['an operation that is none', [{ op: 'swap', path: '/data/a' }]],
    ['an index beyond the end', [{ op: 'add', path: '/metadata/managedFields/9', value: {} }]],
  ])('with %s is refused, and changes nothing', async (_what, patch) => {
    const target = await stored()
    const before = (await api.get(target)).json
    const good = { op: 'replace', path: '/data/b', value: '3' }
    const { json } = await api.patch('json', target, [good, ...(patch as object[])])
    expect(json).toMatchObject({
      code: 422,
      reason: 'Invalid',
      message: refused,
    })
    expect((await api.get(target)).json).toEqual(before)
  })

  test('that is no list is refused', async () => {
    const { json } = await api.patch('json', await stored(), { op: 'add' })
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('of more than 10,000 operations is refused', async () => {
    const target = await stored()
    const many = (length: number) =>
      Array.from({ length }, () => ({ op: 'test', path: '/data/a', value: '1' }))
    expect((await api.patch('json', target, many(10_000))).status).toBe(200)
    expect((await api.patch('json', target, many(10_001))).json).toMatchObject({
      code: 413,
      reason: 'RequestEntityTooLarge',
      message: 'The allowed maximum operations in a JSON patch is 10000, got 10001',
    })
  })

  test('that copies more than 3 MiB together is refused', async () => {
    const target = await stored({ large: 'x'.repeat(500_000) })
    const copies = Array.from({ length: 8 }, (_, index) => ({
      op: 'copy',
      from: '/data/large',
      path: `/data/c${index}`,
    }))
    const { json } = await api.patch('json', target, copies)
    expect(json).toMatchObject({ code: 422, message: refused })
  })
})

describe('a merge patch', () => {
  test.each<[string, object, object | undefined]>([
    ['adds', { data: { c: '3' } }, { a: '1', b: '2', c: '3' }],
    ['replaces', { data: { a: '3' } }, { a: '3', b: '2' }],
    ['removes what is null', { data: { a: null } }, { b: '2' }],
    ['removes whole maps', { data: null }, undefined],
    ['leaves what it does not name', { metadata: { labels: { l: '1' } } }, { a: '1', b: '2' }],
    ['may remove what is not there', { data: { x: null } }, { a: '1', b: '2' }],
  ])('%s', async (_what, patch, data) => {
    const { status, json } = await api.patch('merge', await stored(), patch)
    expect(status).toBe(200)
    expect(json.data).toEqual(data)
  })

  test('replaces lists', async () => {
    await api.post(deployments, deployment('lists'))
    const template = { spec: { containers: [{ name: 'other', image: 'other' }] } }
    const { json } = await api.patch('merge', `${deployments}/lists`, { spec: { template } })
    const names = json.spec.template.spec.containers.map(({ name }: { name: string }) => name)
    expect(names).toEqual(['other'])
  })

  test.each([
    ['a list', []],
    ['a text', 'x'],
    ['nothing', null],
  ])('that is %s is refused', async (_what, patch) => {
    const { json } = await api.patch('merge', await stored(), JSON.stringify(patch))
    expect(json.code).toBe(400)
  })
})

describe('every patch', () => {
  test('of a scale that is nothing, or something else, is refused', async () => {
    await api.post(deployments, deployment('scaled'))
    for (const patch of ['null', '{"kind":"Deployment"}']) {
      const { json } = await api.patch('merge', `${deployments}/scaled/scale`, patch)
      expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
    }
  })

  test.each([
    ['name', { metadata: { name: 'other' } }],
    ['namespace', { metadata: { namespace: 'other' } }],
    ['kind', { kind: 'Secret' }],
    ['apiVersion', { apiVersion: 'v2' }],
  ])('may not change the %s', async (_what, patch) => {
    const { json } = await api.patch('merge', await stored(), patch)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('may not change the uid', async () => {
    const { json } = await api.patch('merge', await stored(), { metadata: { uid: 'other' } })
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
    expect(json.message).toContain('metadata.uid: Invalid value: "other": field is immutable')
  })

  test('with an older resource version is refused', async () => {
    const target = await stored()
    const patch = { metadata: { resourceVersion: '1' }, data: { a: '3' } }
    expect((await api.patch('merge', target, patch)).json).toMatchObject({
      code: 409,
      reason: 'Conflict',
    })
  })

  test('with the resource version of now is taken', async () => {
    const target = await stored()
    const { resourceVersion } = (await api.get(target)).json.metadata
    const patch = { metadata: { resourceVersion }, data: { a: '3' } }
    expect((await api.patch('merge', target, patch)).json.data.a).toBe('3')
  })

  test('without a resource version is tried again when others were faster', async () => {
    const target = await stored({})
    const put = cluster.store.put.bind(cluster.store)
    let rivals = 5
    const racing = vi
      .spyOn(cluster.store, 'put')
      .mockImplementation(async (key, bytes, expected) => {
        if (key.includes('/configmaps/') && rivals-- > 0) {
          const object = JSON.parse(Buffer.from(bytes).toString())
          object.data = { [`rival-${rivals}`]: '1' }
          await put(key, Buffer.from(JSON.stringify(object)), expected)
        }
        return put(key, bytes, expected)
      })
    try {
      const { status, json } = await api.patch('merge', target, { data: { own: '1' } })
      expect(status).toBe(200)
      expect(json.data).toEqual({ own: '1', 'rival-0': '1' })
      rivals = 6
      expect((await api.patch('merge', target, { data: { own: '2' } })).json.reason).toBe(
        'Conflict',
      )
    } finally {
      racing.mockRestore()
    }
  })

  test('of what is not there is refused', async () => {
    const { json } = await api.patch('merge', `${maps}/absent`, {})
    expect(json).toMatchObject({ code: 404, message: 'configmaps "absent" not found' })
  })

  test('that leaves an invalid object is refused', async () => {
    const { json } = await api.patch('merge', await stored(), { data: { 'a b': '1' } })
    expect(json).toMatchObject({ code: 422, reason: 'Invalid' })
  })

  test('may be written by kubectl', async () => {
    const target = await stored()
    const name = target.split('/').at(-1)
    const run = (command: string) => kubectlOutput(cluster.kubeconfig, splitCommand(command))
    await run(`patch configmap ${name} --type=json -p '[{"op":"remove","path":"/data/a"}]'`)
    await run(`patch configmap ${name} --type=merge -p '{"data":{"c":"3"}}'`)
    await run(`patch configmap ${name} -p '{"data":{"d":"4"}}'`)
    expect((await api.get(target)).json.data).toEqual({ b: '2', c: '3', d: '4' })
    expect(await run(`patch configmap ${name} -p '{"data":{"d":"4"}}'`)).toContain('(no change)')
  })
})

describe('a strategic merge patch', () => {
  const container = (name: string, more: object = {}) => ({ name, image: `${name}:1`, ...more })
  const ofPods = (pod: object) => ({ spec: { template: { spec: pod } } })
  async function patched(pod: object, patch: object) {
    const name = `strategic-${++count}`
    const target = `${deployments}/${name}`
    const template = { metadata: { labels: { app: name } }, spec: pod }
    const made = await api.post(deployments, deployment(name, { template }))
    expect(made.status, made.text).toBe(201)
    const { status, json, text } = await api.patch('strategic', target, patch)
    expect(status, text).toBe(200)
    return json.spec.template.spec
  }
  const names = (list: { name: string }[] | undefined) => (list ?? []).map(({ name }) => name)
  const two = { containers: [container('a'), container('b')] }

  test('merges lists by their key', async () => {
    const pod = { containers: [container('a'), container('b', { args: ['1'] })] }
    const { containers } = await patched(pod, ofPods({ containers: [{ name: 'b', image: 'b:2' }] }))
    expect(containers).toMatchObject([
      { name: 'a', image: 'a:1' },
      { name: 'b', image: 'b:2', args: ['1'] },
    ])
  })

  test('adds to lists what they do not have', async () => {
    const { containers } = await patched(two, ofPods({ containers: [container('c')] }))
    expect(names(containers).sort()).toEqual(['a', 'b', 'c'])
  })

  test('deletes an item with $patch: delete', async () => {
    const { containers } = await patched(
      two,
      ofPods({ containers: [{ name: 'a', $patch: 'delete' }] }),
    )
    expect(names(containers)).toEqual(['b'])
  })

  test('replaces a list with $patch: replace', async () => {
    const { containers } = await patched(
      two,
      ofPods({ containers: [container('c'), { $patch: 'replace' }] }),
    )
    expect(names(containers)).toEqual(['c'])
  })

  test('replaces a map with $patch: replace', async () => {
    const pod = { ...two, securityContext: { runAsUser: 1, runAsGroup: 1 } }
    const { securityContext } = await patched(
      pod,
      ofPods({ securityContext: { $patch: 'replace', runAsUser: 2 } }),
    )
    expect(securityContext).toEqual({ runAsUser: 2 })
  })

  test('deletes a map with $patch: delete', async () => {
    const pod = { ...two, securityContext: { runAsUser: 1 } }
    const { securityContext } = await patched(
      pod,
      ofPods({ securityContext: { $patch: 'delete' } }),
    )
    expect(securityContext).toEqual({})
  })

  test('merges a map with $patch: merge', async () => {
    const pod = { ...two, securityContext: { runAsUser: 1 } }
    const { securityContext } = await patched(
      pod,
      ofPods({ securityContext: { $patch: 'merge', runAsGroup: 2 } }),
    )
    expect(securityContext).toEqual({ runAsUser: 1, runAsGroup: 2 })
  })

  test('orders a list with $setElementOrder', async () => {
    const order = [{ name: 'c' }, { name: 'b' }, { name: 'a' }]
    const { containers } = await patched(
      two,
      ofPods({ '$setElementOrder/containers': order, containers: [container('c')] }),
    )
    expect(names(containers)).toEqual(['c', 'b', 'a'])
  })

  test('keeps only the named keys with $retainKeys', async () => {
    const volume = { name: 'v', emptyDir: {} }
    const { volumes } = await patched(
      { ...two, volumes: [volume] },
      ofPods({
        volumes: [{ name: 'v', $retainKeys: ['name', 'configMap'], configMap: { name: 'c' } }],
      }),
    )
    expect(volumes).toEqual([{ name: 'v', configMap: { name: 'c', defaultMode: 420 } }])
  })

  test('changes a strategy with $retainKeys as kubectl does', async () => {
    await api.post(deployments, deployment('recreated'))
    const strategy = { $retainKeys: ['type'], type: 'Recreate' }
    const { json } = await api.patch('strategic', `${deployments}/recreated`, {
      spec: { strategy },
    })
    expect(json.spec.strategy).toEqual({ type: 'Recreate' })
  })

  test('takes values out of a list with $deleteFromPrimitiveList', async () => {
    const finalizers = ['example.com/a', 'example.com/b', 'example.com/c']
    await api.post(maps, configMap('finalized', {}, { finalizers }))
    const { json } = await api.patch('strategic', `${maps}/finalized`, {
      metadata: {
        '$deleteFromPrimitiveList/finalizers': ['example.com/a'],
        '$setElementOrder/finalizers': ['example.com/c', 'example.com/b'],
      },
    })
    expect(json.metadata.finalizers).toEqual(['example.com/c', 'example.com/b'])
  })

  test('adds to lists of values', async () => {
    await api.post(maps, configMap('added', {}, { finalizers: ['example.com/a'] }))
    const patch = { metadata: { finalizers: ['example.com/b'] } }
    const { json } = await api.patch('strategic', `${maps}/added`, patch)
    expect(json.metadata.finalizers.toSorted()).toEqual(['example.com/a', 'example.com/b'])
  })

  test('replaces lists without a key', async () => {
    const pod = { containers: [container('a', { args: ['1', '2'] })] }
    const { containers } = await patched(pod, ofPods({ containers: [{ name: 'a', args: ['3'] }] }))
    expect(containers[0].args).toEqual(['3'])
  })

  test('removes what is null', async () => {
    const pod = { ...two, nodeSelector: { a: '1', b: '2' } }
    const { nodeSelector } = await patched(pod, ofPods({ nodeSelector: { a: null } }))
    expect(nodeSelector).toEqual({ b: '2' })
  })

  test.each<[string, object]>([
    ['an unknown directive', { data: { $patch: 'shuffle' } }],
    ['an order that is no list', { metadata: { '$setElementOrder/finalizers': 'x' } }],
  ])('with %s is refused', async (_what, patch) => {
    const { json } = await api.patch('strategic', await stored(), patch)
    expect(json).toMatchObject({ code: 400, reason: 'BadRequest' })
  })

  test('without a key of a keyed list is refused', async () => {
    await api.post(deployments, deployment('keyless'))
    const { json } = await api.patch(
      'strategic',
      `${deployments}/keyless`,
      ofPods({ containers: [{ image: 'x' }] }),
    )
    expect(json.code).toBe(400)
    expect(json.message).toContain('does not contain declared merge key: name')
  })

  test('of a custom resource is refused', async () => {
    await api.post(things, thing('things', 'one', {}))
    expect((await api.patch('strategic', `${things}/one`, {})).json).toMatchObject({
      code: 415,
      reason: 'UnsupportedMediaType',
    })
  })
})
