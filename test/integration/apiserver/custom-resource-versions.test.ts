import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import {
  at,
  CustomResourceClient,
  conditionOf,
  crds,
  definition,
  onlyVersion,
  schemaOf,
  thing,
} from '../../support/custom-resources.ts'
import { startCluster, type TestCluster } from '../../support/start-cluster.ts'

let cluster: TestCluster
let api: CustomResourceClient

beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const versionOf = (name: string, rest: { served?: boolean; storage?: boolean }) => ({
  name,
  served: true,
  storage: false,
  schema: schemaOf({ a: { type: 'string' } }),
  ...rest,
})

test('a version can go only when nothing is stored as it any more', async () => {
  const crd = definition('moved', ({ spec }) => {
    spec.versions = [versionOf('v1', { storage: true }), versionOf('v2', {})]
  })
  await api.define(crd)
  const target = `${crds}/moved.test.example.com`
  const setVersions = (...versions: object[]) => api.merge(target, { spec: { versions } })
  expect((await setVersions(versionOf('v1', {}), versionOf('v2', { storage: true }))).status).toBe(
    200,
  )
  expect((await api.get(target)).json.status.storedVersions).toEqual(['v1', 'v2'])
  const early = await setVersions(versionOf('v2', { storage: true }))
  expect(early.status).toBe(422)
  expect(early.json.details.causes).toEqual([
    {
      reason: 'FieldValueInvalid',
      field: 'status.storedVersions[0]',
      message:
        'Invalid value: "v1": missing from spec.versions; v1 was previously a storage version, and must remain in spec.versions until a storage migration ensures no data remains persisted in v1 and removes v1 from status.storedVersions',
    },
  ])
  const dropped = await api.merge(`${target}/status`, { status: { storedVersions: ['v2'] } })
  expect(dropped.status, dropped.text).toBe(200)
  expect((await setVersions(versionOf('v2', { storage: true }))).status).toBe(200)
  expect((await api.get(at('moved', 'v1'))).status).toBe(404)
})

test('a version that is served no longer is gone from discovery and OpenAPI at once, and comes back', async () => {
  const crd = definition('shown', ({ spec }) => {
    spec.group = 'shown.example.com'
    spec.versions = [versionOf('v1', { storage: true }), versionOf('v2', {})]
  })
  crd.metadata.name = 'shown.shown.example.com'
  await api.define(crd)
  const target = `${crds}/shown.shown.example.com`
  const list = '/apis/shown.example.com/v2/shown'
  const documents = async () => Object.keys((await api.get('/openapi/v3')).json.paths)
  expect((await api.get(list)).status).toBe(200)
  expect(await documents()).toContain('apis/shown.example.com/v2')
  const set = (served: boolean) =>
    api.merge(target, {
      spec: { versions: [versionOf('v1', { storage: true }), versionOf('v2', { served })] },
    })
  await set(false)
  await expect.poll(async () => (await api.get(list)).status, { timeout: 5000 }).toBe(404)
  expect(await documents()).not.toContain('apis/shown.example.com/v2')
  expect((await api.get('/apis/shown.example.com')).json.versions).toHaveLength(1)
  await set(true)
  await expect.poll(async () => (await api.get(list)).status, { timeout: 5000 }).toBe(200)
  expect(await documents()).toContain('apis/shown.example.com/v2')
})

test('a group of the project itself needs its approval, and the condition tells of it', async () => {
  const protectedBy = (annotation: string | undefined, plural: string) => {
    const crd = definition(plural, ({ spec, metadata }) => {
      spec.group = 'things.k8s.io'
      metadata.name = `${plural}.things.k8s.io`
      if (annotation) metadata.annotations = { 'api-approved.kubernetes.io': annotation }
    })
    return api.send('POST', crds, crd)
  }
  const refused = await protectedBy(undefined, 'nones')
  expect(refused.status).toBe(422)
  expect(refused.json.message).toContain(
    'metadata.annotations[api-approved.kubernetes.io]: Required value: protected groups must have approval annotation "api-approved.kubernetes.io", see https://github.com/kubernetes/enhancements/pull/1111',
  )
  const url = 'https://github.com/kubernetes/kubernetes/pull/78458'
  const approved = await protectedBy(url, 'goods')
  expect(conditionOf(approved.json, 'KubernetesAPIApprovalPolicyConformant')).toMatchObject({
    status: 'True',
    reason: 'ApprovedAnnotation',
    message: `approved in ${url}`,
  })
  const bypassed = await protectedBy('unapproved, experimental-only', 'odds')
  expect(conditionOf(bypassed.json, 'KubernetesAPIApprovalPolicyConformant')).toMatchObject({
    status: 'False',
    reason: 'UnapprovedAnnotation',
    message: 'not approved: "unapproved, experimental-only"',
  })
})

test('an object within an object has to look like one', async () => {
  const template: JSONSchemaProps = {
    type: 'object',
    'x-kubernetes-embedded-resource': true,
    'x-kubernetes-preserve-unknown-fields': true,
  }
  await api.define(
    definition('holders', ({ spec }) => {
      spec.versions = [onlyVersion({ template })]
    }),
  )
  const create = (name: string, value: object) =>
    api.send('POST', at('holders'), thing('holders', name, { template: value }))
  const pod = { apiVersion: 'v1', kind: 'Pod', metadata: { labels: { a: 'b' } }, spec: { x: 1 } }
  const good = await create('good', pod)
  expect(good.status).toBe(201)
  expect(good.json.spec.template).toEqual(pod)
  const bad = await create('bad', {
    apiVersion: 'a/b/c',
    kind: 'Pod_',
    metadata: { name: 'x/y', labels: { 'a b': 'c' } },
  })
  const fields = bad.json.details.causes.map(({ field }: { field: string }) => field)
  expect(fields).toEqual([
    'spec.template.apiVersion',
    'spec.template.kind',
    'spec.template.metadata.name',
    'spec.template.metadata.labels',
  ])
  expect((await create('empty', {})).json.message).toContain(
    'spec.template.kind: Required value: must not be empty',
  )
})

test('what every kind has is described in its published schema, and its rules are there', async () => {
  await api.define(
    definition('documents', ({ spec }) => {
      const rules = { 'x-kubernetes-validations': [{ rule: 'self > 1' }] }
      spec.versions = [onlyVersion({ a: { type: 'integer', description: 'How many.', ...rules } })]
    }),
  )
  const { json } = await api.get('/openapi/v3/apis/test.example.com/v1')
  const { properties } = json.components.schemas['com.example.test.v1.Document']
  expect(properties.metadata.allOf).toEqual([
    { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  ])
  expect(properties.kind.type).toBe('string')
  expect(properties.spec.properties.a).toEqual({
    type: 'integer',
    description: 'How many.',
    'x-kubernetes-validations': [{ rule: 'self > 1' }],
  })
})
