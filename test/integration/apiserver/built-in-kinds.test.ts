import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { http } from '../../support/http.ts'
import { kubectlOutput, splitCommand } from '../../support/kubectl.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  await send('POST', '/api/v1/namespaces/default/serviceaccounts', {
    metadata: { name: 'default' },
  })
})
afterAll(async () => {
  await cluster?.[Symbol.asyncDispose]()
})

const send = (method: string, target: string, body?: object) =>
  http(cluster.controlPlane, method, target, {
    headers: { 'content-type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  })
const run = (command: string, input?: string) =>
  kubectlOutput(cluster.kubeconfig, splitCommand(command), input ? { input } : {})

const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'main', image: 'nginx' }] },
}

/** An object of each kind, what `get` prints of it below which heading, and a line of what `describe` prints. */
const examples: [
  resource: string,
  object: Record<string, unknown> & { kind: string; metadata: { name: string } },
  heading: RegExp,
  row: RegExp,
  described: RegExp,
][] = [
  [
    'rc',
    {
      apiVersion: 'v1',
      kind: 'ReplicationController',
      metadata: { name: 'example' },
      spec: { replicas: 2, template },
    },
    /^NAME +DESIRED +CURRENT +READY +AGE +CONTAINERS +IMAGES +SELECTOR$/,
    /^example +2 +0 +0 +\d+s +main +nginx +app=web$/,
    /^Replicas: +0 current \/ 2 desired$/m,
  ],
  [
    'podtemplates',
    { apiVersion: 'v1', kind: 'PodTemplate', metadata: { name: 'example' }, template },
    /^NAME +CONTAINERS +IMAGES +POD LABELS$/,
    /^example +main +nginx +app=web$/,
    /^Template:$/m,
  ],
  [
    'runtimeclasses',
    {
      apiVersion: 'node.k8s.io/v1',
      kind: 'RuntimeClass',
      metadata: { name: 'example' },
      handler: 'runc',
    },
    /^NAME +HANDLER +AGE$/,
    /^example +runc +\d+s$/,
    /^Handler: +runc$/m,
  ],
]

describe.each(examples)('%s', (resource, object, heading, row, described) => {
  test('is applied, printed, described, explained and deleted by kubectl', async () => {
    await run('apply -f -', JSON.stringify(object))
    const { name } = object.metadata
    const table = await run(`get ${resource} ${name} -o wide`)
    const [first = '', second = ''] = table.split('\n').map(line => line.trimEnd())
    expect(first).toMatch(heading)
    expect(second).toMatch(row)
    expect(await run(`describe ${resource} ${name}`)).toMatch(described)
    expect(await run(`explain ${resource}`)).toContain(`KIND:       ${object.kind}`)
    expect(await run(`delete ${resource} ${name}`)).toContain('deleted')
  })
})

test('a replication controller is scaled', async () => {
  const path = '/api/v1/namespaces/default/replicationcontrollers'
  await send('POST', path, { metadata: { name: 'scaled' }, spec: { replicas: 1, template } })
  expect(await run('scale rc scaled --replicas=3')).toContain('scaled')
  const { json } = await send('GET', `${path}/scaled/scale`)
  expect(json).toMatchObject({ spec: { replicas: 3 }, status: { selector: 'app=web' } })
})

describe('pods of a runtime class', () => {
  const pods = '/api/v1/namespaces/default/pods'
  const pod = (name: string, spec: object) => ({
    metadata: { name },
    spec: { ...template.spec, runtimeClassName: 'costly', ...spec },
  })

  beforeAll(async () => {
    const made = await send('POST', '/apis/node.k8s.io/v1/runtimeclasses', {
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
    const { json } = await send('POST', pods, pod('merged', { tolerations }))
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
    const { status, json } = await send('POST', pods, pod('refused', spec))
    expect(status).toBe(403)
    expect(json.message).toBe(`pods "refused" is forbidden: ${reason}`)
  })
})
