import { expect, test } from 'vitest'
import { readDescriptions } from '../../../../scripts/generate/descriptions.ts'
import { openApiV2 } from './open-api-v2.ts'
import { openApiV3 } from './open-api-v3.ts'

const descriptions = readDescriptions(process.cwd())

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const document = JSON.parse(
  openApiV2(
    openApiV3(
      [
        {
          group: 'apps',
          version: 'v1',
          resources: [
            {
              plural: 'deployments',
              kind: 'Deployment',
              namespaced: true,
              verbs,
              subresources: [],
            },
          ],
        },
        {
          group: '',
          version: 'v1',
          resources: [
            { plural: 'services', kind: 'Service', namespaced: true, verbs, subresources: [] },
          ],
        },
      ],
      (name, field = '') => descriptions[name]?.[field],
    ),
  )
    .bytes('json')
    .toString(),
) as {
  swagger: string
  paths: Record<string, Record<string, { parameters: object[]; consumes: string[] }>>
  parameters: Record<string, object>
  definitions: Record<string, { properties: Record<string, object> } & Record<string, unknown>>
}

test('the document is Swagger 2.0 without anything of v3', () => {
  const text = JSON.stringify(document)
  expect(document.swagger).toBe('2.0')
  for (const newer of ['#/components/', '"allOf"', '"oneOf"', '"requestBody"', '"content"'])
    expect(text).not.toContain(newer)
})

test('operations and lists are described as upstream describes them', () => {
  const text = JSON.stringify(document)
  expect(text).toContain('Watch for changes to the described resources')
  expect(text).toContain('List of services')
})

test('parameters that many operations have are referred to, but for those that old clients look for', () => {
  const all = Object.values(document.paths).flatMap(item =>
    Object.values(item).flatMap(operation =>
      'parameters' in operation ? operation.parameters : operation,
    ),
  ) as { $ref?: string; name?: string }[]
  const references = all.flatMap(({ $ref }) => $ref ?? [])
  expect(references.length).toBeGreaterThan(100)
  for (const reference of references)
    expect(document.parameters).toHaveProperty([reference.replace('#/parameters/', '')])
  const plain = new Set(all.flatMap(({ name }) => name ?? []))
  expect([...plain].toSorted()).toEqual(['body', 'dryRun', 'fieldValidation', 'name'])
})

test('every reference leads to a definition', () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/definitions\/([^"]+)"/g)
  for (const [, name] of references) expect(document.definitions).toHaveProperty([name ?? ''])
})

test('definitions carry kinds and merge keys', () => {
  expect(document.definitions['io.k8s.api.apps.v1.Deployment']).toMatchObject({
    'x-kubernetes-group-version-kind': [{ group: 'apps', version: 'v1', kind: 'Deployment' }],
    properties: { spec: { $ref: '#/definitions/io.k8s.api.apps.v1.DeploymentSpec' } },
  })
  expect(
    document.definitions['io.k8s.api.core.v1.PodSpec']?.properties['containers'],
  ).toMatchObject({
    type: 'array',
    items: { $ref: '#/definitions/io.k8s.api.core.v1.Container' },
    'x-kubernetes-patch-merge-key': 'name',
    'x-kubernetes-patch-strategy': 'merge',
  })
})

test('a patch takes its body as a parameter and names its media types', () => {
  const patch = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']?.['patch']
  expect(patch?.consumes).toContain('application/strategic-merge-patch+json')
  expect(Object.values(document.parameters)).toContainEqual({
    name: 'body',
    in: 'body',
    required: true,
    schema: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.Patch' },
  })
  expect(patch?.parameters).toContainEqual({
    $ref: expect.stringMatching(/^#\/parameters\/body-/),
  })
})

test('custom resources lose what v2 has no words for, and what their clients would take amiss', () => {
  const schema = {
    type: 'object',
    properties: {
      port: {
        'x-kubernetes-int-or-string': true,
        oneOf: [{ type: 'integer' }, { type: 'string' }],
      },
      size: { type: 'integer', default: 1, not: { minimum: 3 } },
      maybe: { type: 'object', nullable: true, properties: { a: { type: 'string' } } },
      open: {
        type: 'object',
        'x-kubernetes-preserve-unknown-fields': true,
        properties: { a: { type: 'string' } },
      },
    },
  }
  const foo = { plural: 'foos', kind: 'Foo', namespaced: true, verbs, subresources: [], schema }
  const v3 = openApiV3([{ group: 'example.com', version: 'v1', resources: [foo] }])
  const { definitions } = JSON.parse(openApiV2(v3).bytes('json').toString())
  expect(definitions['com.example.v1.Foo'].properties).toMatchObject({
    metadata: { $ref: '#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
  })
  const { port, size, maybe, open } = definitions['com.example.v1.Foo'].properties
  expect({ port, size, maybe, open }).toEqual({
    port: { 'x-kubernetes-int-or-string': true },
    size: { type: 'integer' },
    maybe: {},
    open: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  })
})
