import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import {
  anything,
  customDefinition,
  customResource,
  establish,
  version,
} from '../../support/custom-definitions.ts'

/** How a server is asked to treat fields it doesn't know, https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation. */
type FieldValidation = 'Strict' | 'Warn' | 'Ignore'

/** Writes a body as it is, duplicate keys and all. */
async function write(
  { raw, namespace }: ConformanceContext,
  request: {
    method: 'POST' | 'PATCH'
    path: string
    contentType: string
    body: string
    validation: FieldValidation
  },
) {
  const query = `fieldValidation=${request.validation}&fieldManager=${namespace}`
  const answer = await raw(request.method, `${request.path}?${query}`, {
    headers: { 'content-type': request.contentType },
    body: request.body,
  })
  const warnings = [answer.headers['warning'] ?? []].flat().join('\n')
  return { ...answer, warnings }
}

type Written = Awaited<ReturnType<typeof write>>

function expectRefused(answer: Written, ...problems: string[]): void {
  expect([answer.status, answer.json.reason]).toEqual([400, 'BadRequest'])
  expect(answer.json.message).toContain('strict decoding error: ')
  for (const problem of problems) expect(answer.json.message).toContain(problem)
}

/** Apply names fields that the schema doesn't have in words of its own. */
function expectUndeclared(answer: Written, path: string): void {
  expect(answer.status).toBeGreaterThanOrEqual(400)
  expect(answer.json).toMatchObject({ kind: 'Status', status: 'Failure' })
  expect(answer.json.message).toContain(`${path}: field not declared in schema`)
}

function expectAccepted(answer: Written): void {
  expect(answer.status, answer.text).toBeGreaterThanOrEqual(200)
  expect(answer.status, answer.text).toBeLessThan(300)
}

/** A Deployment as JSON, with more members in its spec and its metadata. */
const deploymentText = (name: string, { spec = '', metadata = '' }): string => `{
  "apiVersion": "apps/v1",
  "kind": "Deployment",
  "metadata": { "name": "${name}", "labels": { "app": "validated" } ${metadata} },
  "spec": {
    "replicas": 0,
    "selector": { "matchLabels": { "app": "validated" } },
    "template": {
      "metadata": { "labels": { "app": "validated" } },
      "spec": { "containers": [{ "name": "main", "image": "main:1" }] }
    } ${spec}
  }
}`

conformance(
  '[sig-api-machinery] FieldValidation should detect unknown and duplicate fields of a typed object [Conformance]',
  async context => {
    const { namespace, step } = context
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
    const body = (name: string) =>
      deploymentText(name, { spec: ', "unknown1": "val1", "paused": true, "paused": false' })
    const create = (name: string, validation: FieldValidation) =>
      write(context, {
        method: 'POST',
        path,
        contentType: 'application/json',
        body: body(name),
        validation,
      })
    await step('create strictly: refused, and both fields are named', async () => {
      expectRefused(
        await create('strict', 'Strict'),
        'unknown field "spec.unknown1"',
        'duplicate field "spec.paused"',
      )
    })
    await step('create with warnings: created, and both fields are named', async () => {
      const created = await create('warned', 'Warn')
      expectAccepted(created)
      expect(created.warnings).toContain('299 - "unknown field \\"spec.unknown1\\""')
      expect(created.warnings).toContain('299 - "duplicate field \\"spec.paused\\""')
      expect(created.json.spec).not.toHaveProperty('unknown1')
    })
    await step('create and ignore them: created, and nothing is said', async () => {
      const created = await create('ignored', 'Ignore')
      expectAccepted(created)
      expect(created.warnings).toBe('')
    })
    const apply = (spec: string) =>
      write(context, {
        method: 'PATCH',
        path: `${path}/warned`,
        contentType: 'application/apply-patch+yaml',
        body: `apiVersion: apps/v1
kind: Deployment
metadata:
  name: warned
spec:
${spec}`,
        validation: 'Strict',
      })
    await step('apply a field twice strictly: refused, and it is named', async () => {
      const applied = await apply('  paused: true\n  paused: false\n')
      expect(applied.status).toBe(400)
      expect(applied.json.message).toContain('key "paused" already set in map')
    })
    await step('apply an unknown field: refused, and it is named', async () => {
      const applied = await apply('  unknown1: val1\n')
      expectUndeclared(applied, '.spec.unknown1')
    })
  },
)

conformance(
  '[sig-api-machinery] FieldValidation should detect unknown metadata fields of a typed object [Conformance]',
  async context => {
    const { namespace, step } = context
    const path = `/apis/apps/v1/namespaces/${namespace}/deployments`
    await step('create with an unknown field in the metadata, strictly: refused', async () => {
      const created = await write(context, {
        method: 'POST',
        path,
        contentType: 'application/json',
        body: deploymentText('meta', { metadata: ', "unknownMeta": "metaVal"' }),
        validation: 'Strict',
      })
      expectRefused(created, 'unknown field "metadata.unknownMeta"')
    })
    await step('patch an unknown field into the metadata, strictly: refused', async () => {
      const existing = await write(context, {
        method: 'POST',
        path,
        contentType: 'application/json',
        body: deploymentText('meta', {}),
        validation: 'Strict',
      })
      expectAccepted(existing)
      for (const kind of ['merge-patch', 'strategic-merge-patch']) {
        const patched = await write(context, {
          method: 'PATCH',
          path: `${path}/meta`,
          contentType: `application/${kind}+json`,
          body: '{"metadata":{"unknownMeta":"metaVal"}}',
          validation: 'Strict',
        })
        expect([patched.status, patched.json.reason], kind).toEqual([422, 'Invalid'])
        expect(patched.json.message, kind).toContain(
          'strict decoding error: unknown field "metadata.unknownMeta"',
        )
      }
    })
  },
)

/** The schema of a definition that knows what its objects may hold. */
const strictSchema = {
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      properties: {
        foo: { type: 'string' },
        ports: {
          type: 'array',
          x_kubernetes_list_type: 'map',
          x_kubernetes_list_map_keys: ['containerPort', 'protocol'],
          items: {
            type: 'object',
            required: ['containerPort', 'protocol'],
            properties: {
              containerPort: { type: 'integer' },
              hostPort: { type: 'integer' },
              protocol: { type: 'string' },
            },
          },
        },
        embedded: {
          type: 'object',
          x_kubernetes_embedded_resource: true,
          x_kubernetes_preserve_unknown_fields: true,
        },
      },
    },
  },
}

/** Establishes a definition, and gives its objects as raw bodies. */
async function validated(context: ConformanceContext, stem: string, schema = strictSchema) {
  const definition = customDefinition(context, stem, { versions: [version('v1', schema)] })
  await establish(context, definition)
  const { path } = customResource(context, definition)
  const apiVersion = `${definition.spec.group}/v1`
  const head = (name: string) =>
    `"apiVersion": "${apiVersion}", "kind": "Crd", "metadata": { "name": "${name}" }`
  return {
    create: (name: string, rest: string, validation: FieldValidation = 'Strict') =>
      write(context, {
        method: 'POST',
        path,
        contentType: 'application/json',
        body: `{ ${head(name)} ${rest} }`,
        validation,
      }),
    /** With the whole body given, behind its opening brace. */
    createWhole: (body: string, validation: FieldValidation = 'Strict') =>
      write(context, {
        method: 'POST',
        path,
        contentType: 'application/json',
        body: `{ "apiVersion": "${apiVersion}", "kind": "Crd", ${body} }`,
        validation,
      }),
    /** With more metadata beside the name. */
    applyWhole: (name: string, metadata: string, validation: FieldValidation = 'Strict') =>
      write(context, {
        method: 'PATCH',
        path: `${path}/${name}`,
        contentType: 'application/apply-patch+yaml',
        body: `{ "apiVersion": "${apiVersion}", "kind": "Crd", "metadata": { "name": "${name}", ${metadata} } }`,
        validation,
      }),
    apply: (name: string, rest: string, validation: FieldValidation = 'Strict') =>
      write(context, {
        method: 'PATCH',
        path: `${path}/${name}`,
        contentType: 'application/apply-patch+yaml',
        body: `{ ${head(name)} ${rest} }`,
        validation,
      }),
  }
}

conformance(
  '[sig-api-machinery] FieldValidation should create/apply a valid CR for CRD with validation schema [Conformance]',
  async context => {
    const { step } = context
    const objects = await step('create a definition with a schema', () =>
      validated(context, 'valid'),
    )
    const spec =
      ', "spec": { "foo": "foo1", "ports": [{ "containerPort": 8080, "hostPort": 8081, "protocol": "TCP" }] }'
    await step('create a valid object strictly', async () => {
      expectAccepted(await objects.create('created', spec))
    })
    await step('apply a valid object strictly, anew and again', async () => {
      expectAccepted(await objects.apply('applied', spec))
      const again = await objects.apply('applied', spec.replace('foo1', 'foo2'))
      expectAccepted(again)
      expect(again.json.spec.foo).toBe('foo2')
    })
  },
)

conformance(
  '[sig-api-machinery] FieldValidation should create/apply a CR with unknown fields for CRD with no validation schema [Conformance]',
  async context => {
    const { step } = context
    const objects = await step('create a definition that takes anything', () =>
      validated(context, 'schemaless', anything as typeof strictSchema),
    )
    const spec = ', "spec": { "unknown1": "val1", "ports": [{ "containerPort": 8080 }] }'
    await step('create an object with fields that no schema names, strictly', async () => {
      const created = await objects.create('created', spec)
      expectAccepted(created)
      expect(created.json.spec.unknown1).toBe('val1')
    })
    await step('apply one strictly', async () => {
      const applied = await objects.apply('applied', spec)
      expectAccepted(applied)
      expect(applied.json.spec.unknown1).toBe('val1')
    })
  },
)

conformance(
  '[sig-api-machinery] FieldValidation should create/apply an invalid CR with extra properties for CRD with validation schema [Conformance]',
  async context => {
    const { step } = context
    const objects = await step('create a definition with a schema', () =>
      validated(context, 'extra'),
    )
    const extra =
      ', "spec": { "foo": "foo1", "unknown1": "val1", "ports": [{ "containerPort": 8080, "protocol": "TCP", "unknownNested": "val" }] }'
    const problems = [
      'unknown field "spec.unknown1"',
      'unknown field "spec.ports[0].unknownNested"',
    ]
    await step('create an object with more fields strictly: refused, all named', async () => {
      expectRefused(await objects.create('strict', extra), ...problems)
    })
    await step('with warnings: created without them, all named', async () => {
      const created = await objects.create('warned', extra, 'Warn')
      expectAccepted(created)
      for (const problem of problems) {
        expect(created.warnings).toContain(problem.replaceAll('"', '\\"'))
      }
      expect(created.json.spec).not.toHaveProperty('unknown1')
    })
    await step('apply one strictly: refused, and the field is named', async () => {
      const applied = await objects.apply('applied', ', "spec": { "foo": "a", "unknown1": "b" }')
      expectUndeclared(applied, '.spec.unknown1')
    })
  },
)

conformance(
  '[sig-api-machinery] FieldValidation should detect unknown metadata fields in both the root and embedded object of a CR [Conformance]',
  async context => {
    const { step } = context
    const objects = await step('create a definition with an embedded object', () =>
      validated(context, 'embedded'),
    )
    const embedded = (metadata: string) =>
      `"spec": { "embedded": { "apiVersion": "v1", "kind": "Pod", "metadata": { "name": "x" ${metadata} } } }`
    await step('an unknown field in its own metadata, strictly: refused', async () => {
      const created = await objects.createWhole(
        `"metadata": { "name": "root", "unknownMeta": "val" }, ${embedded('')}`,
      )
      expectRefused(created, 'unknown field "metadata.unknownMeta"')
    })
    await step('an unknown field in the embedded metadata, strictly: refused', async () => {
      const created = await objects.createWhole(
        `"metadata": { "name": "inner" }, ${embedded(', "unknownSubMeta": "val"')}`,
      )
      expectRefused(created, 'unknown field "spec.embedded.metadata.unknownSubMeta"')
    })
    await step('an unknown field in its own metadata, applied: refused', async () => {
      const applied = await objects.applyWhole('root', '"unknownMeta": "val"')
      expectUndeclared(applied, '.metadata.unknownMeta')
    })
    await step('without them: created', async () => {
      expectAccepted(await objects.createWhole(`"metadata": { "name": "good" }, ${embedded('')}`))
    })
  },
)

conformance(
  '[sig-api-machinery] FieldValidation should detect duplicates in a CR when preserving unknown fields [Conformance]',
  async context => {
    const { step } = context
    const objects = await step('create a definition that takes anything', () =>
      validated(context, 'duplicates', anything as typeof strictSchema),
    )
    const twice = ', "spec": { "unknown1": "first", "unknown1": "second" }'
    await step('create an object with a field twice, strictly: refused, and named', async () => {
      expectRefused(await objects.create('strict', twice), 'duplicate field "spec.unknown1"')
    })
    await step('with warnings: created with the last value, and named', async () => {
      const created = await objects.create('warned', twice, 'Warn')
      expectAccepted(created)
      expect(created.json.spec.unknown1).toBe('second')
      expect(created.warnings).toContain('duplicate field \\"spec.unknown1\\"')
    })
    await step('apply one with a field twice, strictly: refused, and named', async () => {
      const applied = await objects.apply(
        'strict',
        ',\nspec: {\nunknown1: "first",\nunknown1: "second"\n}',
      )
      expect(applied.status).toBe(400)
      expect(applied.json.message).toContain('key "unknown1" already set in map')
    })
  },
)
