import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { kindName, listPath } from '../../conformance/facts/fact-server.ts'
import { resources, structs } from '../../conformance/facts/facts-table.ts'
import { fillStruct } from '../../conformance/facts/fill-struct.ts'
import { RestClient } from '../../support/rest-client.ts'
import { sampleObject, sampleObjects } from '../../support/sample-objects.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

interface Kind {
  name: string
  /** Of the collection, in a namespace where there is one. */
  path: string
  namespace: string | undefined
  hasStatus: boolean
  /** Its structs by the names that the facts have for them; undefined where there is none. */
  specStruct: string | undefined
  statusStruct: string | undefined
}

/** A JSON patch of the spec for each kind whose generation upstream raises with it. */
const specChanges: Readonly<Record<string, [path: string, value: unknown]>> = {
  'v1 Pod': ['/spec/activeDeadlineSeconds', 60],
  'v1 PodTemplate': ['/template/spec/hostname', 'other'],
  'v1 ReplicationController': ['/spec/replicas', 2],
  'apps/v1 Deployment': ['/spec/replicas', 2],
  'apps/v1 ReplicaSet': ['/spec/replicas', 2],
  'apps/v1 StatefulSet': ['/spec/replicas', 2],
  'apps/v1 DaemonSet': ['/spec/minReadySeconds', 5],
  'batch/v1 Job': ['/spec/parallelism', 2],
  'batch/v1 CronJob': ['/spec/suspend', true],
  'policy/v1 PodDisruptionBudget': ['/spec/unhealthyPodEvictionPolicy', 'AlwaysAllow'],
  'networking.k8s.io/v1 NetworkPolicy': ['/spec/podSelector/matchLabels', { a: 'b' }],
  'networking.k8s.io/v1 Ingress': ['/spec/ingressClassName', 'other'],
  'networking.k8s.io/v1 IngressClass': [
    '/spec/parameters',
    { kind: 'A', name: 'a', scope: 'Cluster' },
  ],
  'flowcontrol.apiserver.k8s.io/v1 FlowSchema': ['/spec/matchingPrecedence', 77],
  'flowcontrol.apiserver.k8s.io/v1 PriorityLevelConfiguration': [
    '/spec/limited/nominalConcurrencyShares',
    7,
  ],
  'discovery.k8s.io/v1 EndpointSlice': ['/ports/0/port', 81],
  'resource.k8s.io/v1 DeviceClass': ['/spec/selectors', []],
  'resource.k8s.io/v1 ResourceSlice': ['/spec/pool/generation', 2],
  'admissionregistration.k8s.io/v1 MutatingWebhookConfiguration': ['/webhooks/0/timeoutSeconds', 5],
  'admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration': [
    '/webhooks/0/timeoutSeconds',
    5,
  ],
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicy': ['/spec/failurePolicy', 'Ignore'],
  'admissionregistration.k8s.io/v1 ValidatingAdmissionPolicyBinding': [
    '/spec/validationActions',
    ['Warn'],
  ],
}
/** Upstream begins the generation of these, and raises it never. */
const neverRaised = ['scheduling.k8s.io/v1 PriorityClass']
/** What the server itself writes on while the test looks: definitions have tests of their own. */
const busy = new Set(['apiextensions.k8s.io/v1 CustomResourceDefinition'])

const kinds: Kind[] = resources.flatMap(resource => {
  const { group, version, kind, namespaced, subresources } = resource
  const name = kindName(resource)
  if (!sampleObjects[name] || busy.has(name)) return []
  const members = structs.get(`${group || 'core'}/${version}.${kind}`)?.members ?? []
  const structOf = (field: string) => members.find(({ json }) => json === field)?.struct
  return [
    {
      name,
      path: listPath(resource),
      namespace: namespaced ? 'default' : undefined,
      hasStatus: subresources.some(one => one.startsWith('status(')),
      specStruct: structOf('spec'),
      statusStruct: structOf('status'),
    },
  ]
})

let cluster: TestCluster
const api = new RestClient(() => cluster.controlPlane)

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  await api.post('/api/v1/namespaces/default/serviceaccounts', { metadata: { name: 'default' } })
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

let count = 0

/** Creates a sample of a name of its own, and takes it away whatever a test finds. */
async function create({ name, path, namespace }: Kind) {
  const sample = sampleObject(name, { name: `sample-${++count}`, namespace })
  // A job without labels takes those of its pods with its next update.
  sample.metadata['labels'] = { app: 'sample' }
  const { status, json } = await api.post(path, sample)
  expect(status, json.message).toBe(201)
  const target = `${path}/${sample.metadata.name}`
  return {
    target,
    created: json,
    [Symbol.asyncDispose]: async () => void (await api.delete(target, { gracePeriodSeconds: 0 })),
  }
}

const withStatus = kinds.filter(({ hasStatus }) => hasStatus)

describe('kinds with a status', () => {
  test('are those that the facts name', () => {
    expect(withStatus.length).toBeGreaterThan(20)
  })

  test.each(withStatus)('$name: an update of the object changes nothing of it', async kind => {
    await using object = await create(kind)
    const { json: before } = await api.get(object.target)
    const status = fillStruct(kind.statusStruct ?? '', 'first')
    const { json } = await api.patch('merge', object.target, { status })
    expect([json.status, json.metadata.generation]).toEqual([
      before.status,
      before.metadata.generation,
    ])
    expect(json.metadata.resourceVersion).toBe(before.metadata.resourceVersion)
  })

  test.each(withStatus.filter(({ specStruct }) => specStruct))(
    '$name: an update of the status changes nothing else',
    async kind => {
      await using object = await create(kind)
      const { json: before } = await api.get(object.target)
      const spec = fillStruct(kind.specStruct ?? '', 'first')
      const { status, json } = await api.patch('merge', `${object.target}/status`, { spec })
      expect(status, json.message).toBe(200)
      expect([json.spec, json.metadata?.generation]).toEqual([
        before.spec,
        before.metadata.generation,
      ])
      expect(json.metadata.resourceVersion).toBe(before.metadata.resourceVersion)
    },
  )
})

describe('the generation', () => {
  const kept = new Set([...Object.keys(specChanges), ...neverRaised])

  test.each(kinds.filter(({ name }) => kept.has(name)))(
    'of $name grows with the spec alone',
    async kind => {
      await using object = await create(kind)
      const patch = async (at: string, value: unknown) => {
        const answer = await api.patch('json', object.target, [{ op: 'add', path: at, value }])
        expect(answer.status, answer.json.message).toBe(200)
        return answer.json.metadata.generation
      }
      expect(object.created.metadata.generation).toBe(1)
      expect(await patch('/metadata/labels', { l: '1' })).toBe(changesWithLabels(kind.name) ? 2 : 1)
      const [at, value] = specChanges[kind.name] ?? ['/description', 'other']
      const expected = neverRaised.includes(kind.name) ? 1 : changesWithLabels(kind.name) ? 3 : 2
      expect(await patch(at, value)).toBe(expected)
    },
  )

  test.each(kinds.filter(({ name }) => !kept.has(name)))('of $name is not kept', async kind => {
    await using object = await create(kind)
    expect(object.created.metadata.generation).toBeUndefined()
  })
})

/** The labels of a slice say whose it is. */
const changesWithLabels = (kind: string): boolean => kind === 'discovery.k8s.io/v1 EndpointSlice'
