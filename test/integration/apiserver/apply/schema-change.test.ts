import { afterAll, beforeAll, expect, test } from 'vitest'
import type { JSONSchemaProps } from '#kubernetes/api/apiextensions-v1.ts'
import {
  at,
  CustomResourceClient,
  crds,
  definition,
  onlyVersion,
  thing,
} from '../../../support/custom-resources.ts'
import { eventually } from '../../../support/eventually.ts'
import type { HttpAnswer } from '../../../support/http.ts'
import { startCluster, type TestCluster } from '../../../support/start-cluster.ts'
import { fieldPaths } from './field-paths.ts'

let cluster: TestCluster
let api: CustomResourceClient
beforeAll(async () => {
  cluster = await startCluster({ controllers: false })
  api = new CustomResourceClient(cluster)
})
afterAll(() => cluster?.[Symbol.asyncDispose]())

const items: JSONSchemaProps = {
  type: 'object',
  properties: { name: { type: 'string' }, value: { type: 'string' } },
}
const list = (type: 'atomic' | 'map'): JSONSchemaProps => ({
  type: 'array',
  items: type === 'map' ? { ...items, required: ['name'] } : items,
  'x-kubernetes-list-type': type,
  ...(type === 'map' ? { 'x-kubernetes-list-map-keys': ['name'] } : {}),
})
const labels = (type: 'atomic' | 'granular'): JSONSchemaProps => ({
  type: 'object',
  additionalProperties: { type: 'string' },
  'x-kubernetes-map-type': type,
})

const apply = (plural: string, by: string, spec: object, query = ''): Promise<HttpAnswer> =>
  api.send(
    'PATCH',
    `${at(plural)}/one?fieldManager=${by}${query}`,
    thing(plural, 'one', spec),
    'application/apply-patch+yaml',
  )

/** Defines a kind whose spec has the field `f`; `change` gives that another schema later. */
async function kindOf(plural: string, schema: JSONSchemaProps) {
  await api.define(
    definition(plural, crd => {
      crd.spec.versions = [onlyVersion({ f: schema, other: { type: 'string' } })]
    }),
  )
  return async (next: JSONSchemaProps) => {
    const path = '/spec/versions/0/schema/openAPIV3Schema/properties/spec/properties/f'
    const target = `${crds}/${plural}.test.example.com`
    const patch = [{ op: 'replace', path, value: next }]
    const { status, text } = await api.send('PATCH', target, patch, 'application/json-patch+json')
    expect(status, text).toBe(200)
    await eventually(async () => {
      const { json } = await api.get('/openapi/v3/apis/test.example.com/v1')
      const schemas = Object.values(json.components.schemas) as { properties?: object }[]
      expect(JSON.stringify(schemas)).toContain(JSON.stringify(next).slice(1, 20))
      const dry = await apply(plural, 'probe', {}, '&dryRun=All&force=true')
      expect(dry.status, dry.text).toBe(200)
    })
  }
}

async function owners(plural: string): Promise<Record<string, string[]>> {
  const { json } = await api.get(`${at(plural)}/one`)
  const entries = json.metadata.managedFields as { manager: string; fieldsV1: object }[]
  return Object.fromEntries(entries.map(({ manager, fieldsV1 }) => [manager, fieldPaths(fieldsV1)]))
}

test('who owned items of a list that becomes atomic owns it whole', async () => {
  const change = await kindOf('lists', list('map'))
  await apply('lists', 'ann', { f: [{ name: 'a', value: '1' }] })
  await apply('lists', 'ben', { f: [{ name: 'b', value: '2' }] })
  await change(list('atomic'))
  const { json } = await apply('lists', 'ben', { f: [{ name: 'b', value: '3' }] })
  expect(json.message).toBe('Apply failed with 1 conflict: conflict with "ann": .spec.f')
  const forced = await apply('lists', 'ben', { f: [{ name: 'b', value: '3' }] }, '&force=true')
  expect(forced.json.spec.f).toEqual([{ name: 'b', value: '3' }])
  expect(await owners('lists')).toEqual({ ben: ['.spec.f'] })
})

test('who owned a list whole that becomes keyed keeps the list, and items are anybody’s', async () => {
  const change = await kindOf('wholes', list('atomic'))
  await apply('wholes', 'ann', { f: [{ name: 'a', value: '1' }] })
  await change(list('map'))
  const { status, json, text } = await apply('wholes', 'ben', { f: [{ name: 'b', value: '2' }] })
  expect(status, text).toBe(200)
  expect(json.spec.f).toEqual([
    { name: 'a', value: '1' },
    { name: 'b', value: '2' },
  ])
  const item = '.spec.f[name="b"]'
  expect(await owners('wholes')).toEqual({
    ann: ['.spec.f'],
    ben: [item, `${item}.name`, `${item}.value`],
  })
})

test('who owned keys of a map that becomes atomic owns it whole', async () => {
  const change = await kindOf('maps', labels('granular'))
  await apply('maps', 'ann', { f: { a: '1' } })
  await apply('maps', 'ben', { f: { b: '2' } })
  await change(labels('atomic'))
  const { status, text } = await apply('maps', 'cas', { other: 'x' })
  expect(status, text).toBe(200)
  expect(await owners('maps')).toEqual({ ann: ['.spec.f'], ben: ['.spec.f'], cas: ['.spec.other'] })
})
