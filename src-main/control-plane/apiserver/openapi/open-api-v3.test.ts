import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { gunzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import type { OpenApiGroupVersion } from './group-version-document.ts'
import { openApiV3 } from './open-api-v3.ts'

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']
const apps: OpenApiGroupVersion = {
  group: 'apps',
  version: 'v1',
  resources: [
    {
      plural: 'deployments',
      kind: 'Deployment',
      namespaced: true,
      verbs,
      subresources: [
        {
          name: 'scale',
          group: 'autoscaling',
          version: 'v1',
          kind: 'Scale',
          verbs: ['get', 'patch', 'update'],
        },
      ],
    },
  ],
}
const custom: OpenApiGroupVersion = {
  group: 'example.com',
  version: 'v1',
  resources: [
    {
      plural: 'foos',
      kind: 'Foo',
      namespaced: false,
      verbs,
      subresources: [],
      schema: {
        type: 'object',
        properties: { spec: { type: 'object', description: 'What is wanted.' } },
      },
    },
  ],
}

interface Document {
  paths: Record<string, Record<string, Record<string, unknown>>>
  components: {
    schemas: Record<
      string,
      { properties?: Record<string, Record<string, unknown>> } & Record<string, unknown>
    >
  }
}

const api = openApiV3([apps, custom], (name, field) =>
  !field && name.endsWith('.DeploymentSpec') ? 'A text.' : undefined,
)
const documentAt = (path: string) =>
  JSON.parse(String(api.document(path)?.bytes('json'))) as Document

describe('the index', () => {
  test('names a URL per group-version, whose hash follows from what is served', () => {
    const { paths } = api.index
    expect(Object.keys(paths).toSorted()).toEqual([
      '.well-known/openid-configuration',
      'api',
      'apis',
      'apis/apps',
      'apis/apps/v1',
      'apis/example.com/v1',
      'openid/v1/jwks',
      'version',
    ])
    expect(paths['apis/apps/v1']?.serverRelativeURL).toBe(
      `/openapi/v3/apis/apps/v1?hash=${api.document('apis/apps/v1')?.hash}`,
    )
    const fewer = openApiV3([{ ...apps, resources: [] }])
    expect(fewer.document('apis/apps/v1')?.hash).not.toBe(api.document('apis/apps/v1')?.hash)
    expect(api.document('apis/batch/v1')).toBeUndefined()
  })

  test('the compressed document is the document', async () => {
    const document = api.document('apis/apps/v1')
    expect(gunzipSync((await document?.gzip('json')) ?? '')).toEqual(document?.bytes('json'))
  })
})

describe('a document', () => {
  const document = documentAt('apis/apps/v1')
  const schemas = document.components.schemas
  const property = (type: string, name: string) => schemas[`io.k8s.api.${type}`]?.properties?.[name]

  test('says how patches merge and lists are owned', () => {
    expect(property('core.v1.Container', 'ports')).toMatchObject({
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['containerPort', 'protocol'],
      'x-kubernetes-patch-merge-key': 'containerPort',
      'x-kubernetes-patch-strategy': 'merge',
    })
    expect(property('core.v1.PodSpec', 'volumes')?.['x-kubernetes-patch-strategy']).toBe(
      'merge,retainKeys',
    )
    expect(property('core.v1.PodSpec', 'nodeSelector')?.['x-kubernetes-map-type']).toBe('atomic')
    expect(
      schemas['io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector']?.['x-kubernetes-map-type'],
    ).toBe('atomic')
  })

  test('has defaults, enums, formats and what is required', () => {
    expect(property('core.v1.ContainerPort', 'protocol')).toMatchObject({
      default: 'TCP',
      enum: ['SCTP', 'TCP', 'UDP'],
    })
    expect(property('core.v1.ContainerPort', 'containerPort')).toEqual({
      type: 'integer',
      format: 'int32',
      default: 0,
    })
    expect(schemas['io.k8s.api.apps.v1.DeploymentSpec']).toMatchObject({
      description: 'A text.',
      required: ['selector', 'template'],
    })
    expect(property('apps.v1.DeploymentSpec', 'template')).toEqual({
      allOf: [{ $ref: '#/components/schemas/io.k8s.api.core.v1.PodTemplateSpec' }],
      default: {},
    })
  })

  test('names kinds, actions, patch types and the parameters that kubectl looks for', () => {
    const kind = { group: 'apps', version: 'v1', kind: 'Deployment' }
    const item = document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}']
    expect(schemas['io.k8s.api.apps.v1.Deployment']?.['x-kubernetes-group-version-kind']).toEqual([
      kind,
    ])
    expect(item?.['get']).toMatchObject({
      'x-kubernetes-action': 'get',
      'x-kubernetes-group-version-kind': kind,
    })
    expect(
      Object.keys(
        (item?.['patch']?.['requestBody'] as { content: object } | undefined)?.content ?? {},
      ),
    ).toEqual([
      'application/json-patch+json',
      'application/merge-patch+json',
      'application/strategic-merge-patch+json',
      'application/apply-patch+yaml',
    ])
    const names = (item?.['patch']?.['parameters'] as { name: string }[] | undefined)?.map(
      ({ name }) => name,
    )
    expect(names).toEqual(
      expect.arrayContaining(['dryRun', 'fieldManager', 'fieldValidation', 'force']),
    )
    expect(document.paths['/apis/apps/v1/deployments']?.['get']?.['x-kubernetes-action']).toBe(
      'list',
    )
    expect(
      document.paths['/apis/apps/v1/namespaces/{namespace}/deployments/{name}/scale']?.['get']?.[
        'x-kubernetes-group-version-kind'
      ],
    ).toEqual({ group: 'autoscaling', version: 'v1', kind: 'Scale' })
  })

  test('every reference leads somewhere', () => {
    for (const path of ['apis/apps/v1', 'apis/example.com/v1']) {
      const text = String(api.document(path)?.bytes('json'))
      const { schemas } = documentAt(path).components
      const references = [...text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)]
      expect(references.length).toBeGreaterThan(10)
      for (const [, name = ''] of references) expect(schemas).toHaveProperty([name])
    }
  })
})

test('custom resources bring their schema and have no strategic patches', () => {
  const { components, paths } = documentAt('apis/example.com/v1')
  expect(components.schemas['com.example.v1.Foo']).toMatchObject({
    properties: {
      spec: { description: 'What is wanted.' },
      metadata: { allOf: [expect.anything()] },
    },
    'x-kubernetes-group-version-kind': [{ group: 'example.com', version: 'v1', kind: 'Foo' }],
  })
  const patch = paths['/apis/example.com/v1/foos/{name}']?.['patch']?.['requestBody'] as {
    content: object
  }
  expect(Object.keys(patch.content)).not.toContain('application/strategic-merge-patch+json')
})

test('descriptions that were replaced are let go, though the next ones take documents from them', async () => {
  const collect = collector()
  const path = 'apis/apps/v1'
  const withoutText = () => undefined
  let current = openApiV3([apps], withoutText)
  const first = new WeakRef(current)
  for (const groupVersions of [[apps, custom], [apps]]) {
    const known = current.document(path)
    current = openApiV3(groupVersions, withoutText, current)
    expect(current.document(path)).toBe(known)
  }
  // What a WeakRef was asked for lives until the job is done.
  await new Promise(setImmediate)
  collect()
  expect(first.deref()).toBeUndefined()
})

/** The garbage collector, which a process does not show by itself. */
function collector(): () => void {
  setFlagsFromString('--expose-gc')
  return runInNewContext('gc') as () => void
}
