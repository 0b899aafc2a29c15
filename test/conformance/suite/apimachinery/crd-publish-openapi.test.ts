import type { V1JSONSchemaProps } from '@kubernetes/client-node'
import { expect } from 'vitest'
import { conformance } from '../../support/conformance.ts'
import type { ConformanceContext } from '../../support/context.ts'
import {
  anything,
  type CustomDefinition,
  changeDefinition,
  customDefinition,
  establish,
  version,
} from '../../support/custom-definitions.ts'
import { expectPublished, publishedV2, publishedV3 } from '../../support/published-schemas.ts'

/** A kind of its own, so that `kubectl explain` and the rest can name it by its plural alone. */
function namedDefinition(
  context: ConformanceContext,
  stem: string,
  schema: V1JSONSchemaProps,
): CustomDefinition {
  const kind = `E2e${context.uniqueName(stem).replaceAll('-', '')}`
  return customDefinition(context, stem, { versions: [version('v1', schema)], kind })
}

/** Runs kubectl on an object of a definition's kind; `rest` is what stands behind its metadata. */
function kubectlOn({ kubectl }: ConformanceContext, { spec }: CustomDefinition) {
  const write = (verb: string) => (rest: object) => {
    const object = {
      apiVersion: `${spec.group}/v1`,
      kind: spec.names.kind,
      metadata: { name: 'test-cr' },
      ...rest,
    }
    return kubectl(`${verb} -f -`, { input: JSON.stringify(object) })
  }
  return {
    create: write('create'),
    apply: write('apply'),
    delete: () => kubectl(`delete ${spec.names.plural}.${spec.group} test-cr`),
    explain: async (path = '') => {
      const explained = await kubectl(`explain ${spec.names.plural}.${spec.group}${path}`)
      expect(explained).toMatchObject({ code: 0 })
      return explained.stdout
    },
  }
}

/** What kubectl's client-side validation takes: objects with fields that no schema names. */
async function expectUnknownAccepted(
  context: ConformanceContext,
  definition: CustomDefinition,
  unknown: object,
): Promise<void> {
  const kubectl = kubectlOn(context, definition)
  await context.step('kubectl creates and applies an object with unknown fields', async () => {
    expect(await kubectl.create(unknown)).toMatchObject({ code: 0 })
    expect(await kubectl.delete()).toMatchObject({ code: 0 })
    expect(await kubectl.apply(unknown)).toMatchObject({ code: 0 })
    expect(await kubectl.delete()).toMatchObject({ code: 0 })
  })
}

const fooSchema: V1JSONSchemaProps = {
  description: 'Foo CRD for Testing',
  type: 'object',
  properties: {
    spec: {
      type: 'object',
      description: 'Specification of Foo',
      properties: {
        bars: {
          description: 'List of Bars and their specs.',
          type: 'array',
          // The client's type leaves this to us: names are as on the wire.
          items: {
            type: 'object',
            required: ['name'],
            properties: {
              name: { description: 'Name of Bar.', type: 'string' },
              age: { description: 'Age of Bar.', type: 'string' },
              feeling: {
                description: 'Whether Bar is feeling great.',
                type: 'string',
                enum: ['Great', 'Down'],
              },
            },
          },
        },
      },
    },
  },
}

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD with validation schema [Conformance]',
  async context => {
    const { step } = context
    const definition = namedDefinition(context, 'foo', fooSchema)
    const kubectl = kubectlOn(context, definition)
    await step('create a definition with a schema: it is published as it was given', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v1'])
      const { v1 } = await publishedV3(context, definition)
      expect(v1).toMatchObject({
        description: 'Foo CRD for Testing',
        properties: {
          spec: { properties: { bars: { items: { required: ['name'], type: 'object' } } } },
          metadata: expect.anything(),
          kind: { type: 'string' },
        },
      })
    })
    const valid = { spec: { bars: [{ name: 'test-bar', age: '10', feeling: 'Great' }] } }
    await step('kubectl creates and applies an object with known and required fields', async () => {
      expect(await kubectl.create(valid)).toMatchObject({ code: 0 })
      expect(await kubectl.delete()).toMatchObject({ code: 0 })
      expect(await kubectl.apply(valid)).toMatchObject({ code: 0 })
    })
    const bad = {
      'with an unknown field': [
        { name: 'b', unknown: 'x' },
        'unknown field "spec.bars[0].unknown"',
      ],
      'without a required field': [{ age: '10' }, 'spec.bars[0].name: Required value'],
      'with a value outside the enum': [
        { name: 'b', feeling: 'NonExistentValue' },
        'spec.bars[0].feeling: Unsupported value: "NonExistentValue"',
      ],
    } as const
    for (const [title, [bar, problem]] of Object.entries(bad)) {
      await step(`kubectl refuses an object ${title}, created and applied`, async () => {
        for (const write of [kubectl.create, kubectl.apply]) {
          const refused = await write({ metadata: { name: 'bad' }, spec: { bars: [bar] } })
          expect(refused.code).toBe(1)
          expect(refused.stderr).toContain(problem)
        }
      })
    }
    await step('kubectl explains the kind', async () => {
      const explained = await kubectl.explain()
      expect(explained).toMatch(/DESCRIPTION:\s+Foo CRD for Testing/)
      for (const field of ['apiVersion', 'kind', 'metadata', 'spec']) {
        expect(explained).toMatch(new RegExp(`^  ${field}\t`, 'm'))
      }
    })
    await step('kubectl explains fields within, and all of it', async () => {
      expect(await kubectl.explain('.spec')).toMatch(/DESCRIPTION:\s+Specification of Foo/)
      const bars = await kubectl.explain('.spec.bars')
      expect(bars).toMatch(/FIELD: bars <\[\]Object>/)
      expect(bars).toMatch(/^ {2}name\t<string> -required-$/m)
      const { stdout } = await context.kubectl(
        `explain ${definition.spec.names.plural}.${definition.spec.group} --recursive`,
      )
      expect(stdout).toMatch(/bars\t<\[\]Object>[\s\S]*age\t<string>/)
    })
    await step('kubectl explain refuses a field that is not there', async () => {
      const { plural } = definition.spec.names
      const refused = await context.kubectl(`explain ${plural}.${definition.spec.group}.spec.none`)
      expect(refused).toMatchObject({ code: 1 })
      expect(refused.stderr).toContain('field "none" does not exist')
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD without validation schema [Conformance]',
  async context => {
    const { step } = context
    const definition = namedDefinition(context, 'empty', anything)
    await step('create a definition that takes anything: it is published', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v1'])
    })
    await expectUnknownAccepted(context, definition, { a: { b: [{ c: 'd' }] } })
    await step('kubectl explains the kind: there is no description', async () => {
      expect(await kubectlOn(context, definition).explain()).toMatch(/DESCRIPTION:[ \n]+<empty>/)
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields at the schema root [Conformance]',
  async context => {
    const { step } = context
    const definition = namedDefinition(context, 'root', {
      ...anything,
      description: 'Takes anything',
      properties: { spec: { type: 'object', description: 'Known' } },
    })
    await step('create a definition that keeps unknown fields at its root', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v1'])
      const { v1 } = await publishedV3(context, definition)
      expect(v1).toMatchObject({ 'x-kubernetes-preserve-unknown-fields': true })
    })
    await expectUnknownAccepted(context, definition, { a: { b: [{ c: 'd' }] } })
    await step('kubectl explains the kind', async () => {
      expect(await kubectlOn(context, definition).explain()).toMatch(
        new RegExp(`^KIND: +${definition.spec.names.kind}$`, 'm'),
      )
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for CRD preserving unknown fields in an embedded object [Conformance]',
  async context => {
    const { step } = context
    const definition = namedDefinition(context, 'nested', {
      description: 'preserve-unknown-properties in nested field for Testing',
      type: 'object',
      properties: {
        spec: { ...anything, description: 'Specification of Waldo' },
        status: {
          description: 'Status of Waldo',
          type: 'object',
          properties: {
            bars: {
              description: 'List of Bars.',
              type: 'array',
              items: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
            },
          },
        },
      },
    })
    await step('create a definition that keeps unknown fields in its spec', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v1'])
    })
    await expectUnknownAccepted(context, definition, { spec: { b: [{ c: 'd' }] } })
    await step('the published schema says where unknown fields are kept', async () => {
      const { v1 } = await publishedV3(context, definition)
      expect(v1?.properties?.['spec']).toMatchObject({
        'x-kubernetes-preserve-unknown-fields': true,
      })
      expect(v1).not.toHaveProperty('x-kubernetes-preserve-unknown-fields')
    })
    await step('kubectl explains the field', async () => {
      const explained = await kubectlOn(context, definition).explain('.spec')
      expect(explained).toMatch(/FIELD: spec <Object>/)
      expect(explained).toMatch(/DESCRIPTION:\s+Specification of Waldo/)
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of different groups [Conformance]',
  async context => {
    const definitions = ['group-a', 'group-b'].map(stem => customDefinition(context, stem))
    for (const definition of definitions) {
      await context.step(`create ${definition.metadata.name}`, () => establish(context, definition))
    }
    await context.step('both are published', async () => {
      for (const definition of definitions) await expectPublished(context, definition, ['v1'])
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group but different versions [Conformance]',
  async context => {
    const both = customDefinition(context, 'versions', {
      versions: [version('v2'), version('v3', anything, { storage: false })],
    })
    await context.step('create a definition of two versions: both are published', async () => {
      await establish(context, both)
      await expectPublished(context, both, ['v2', 'v3'])
    })
    const other = sibling(both, 'Other', [version('v4')])
    await context.step(
      'create another of the group, of a third version: published, too',
      async () => {
        await establish(context, other)
        await expectPublished(context, other, ['v4'])
        await expectPublished(context, both, ['v2', 'v3'])
      },
    )
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] works for multiple CRDs of same group and version but different kinds [Conformance]',
  async context => {
    const one = customDefinition(context, 'kinds', { kind: 'One' })
    const two = sibling(one, 'Two', one.spec.versions)
    for (const definition of [one, two]) {
      await context.step(`create ${definition.metadata.name}`, () => establish(context, definition))
    }
    await context.step('both are published', async () => {
      await expectPublished(context, one, ['v1'])
      await expectPublished(context, two, ['v1'])
    })
  },
)

/** Another kind of a definition's group. */
function sibling(
  { metadata, spec }: CustomDefinition,
  kind: string,
  versions: CustomDefinition['spec']['versions'],
): CustomDefinition {
  const singular = kind.toLowerCase()
  const plural = `${singular}s`
  return {
    metadata: { ...metadata, name: `${plural}.${spec.group}` },
    spec: { ...spec, versions, names: { kind, plural, singular, listKind: `${kind}List` } },
  }
}

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] updates the published spec when one version gets renamed [Conformance]',
  async context => {
    const definition = customDefinition(context, 'renamed', {
      versions: [version('v2'), version('v3', fooSchema, { storage: false })],
    })
    await context.step('create a definition of two versions: both are published', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v2', 'v3'])
    })
    await context.step('rename the second: the new name is published, the old is not', async () => {
      await changeDefinition(context, definition.metadata.name, ({ spec }) => {
        for (const one of spec.versions) if (one.name === 'v3') one.name = 'v4'
      })
      await expectPublished(context, definition, ['v2', 'v4'])
    })
    await context.step('the schemas are as before', async () => {
      const found = await publishedV2(context, definition)
      expect(found['v4']?.description).toBe('Foo CRD for Testing')
      expect(found['v2']?.description).toBeUndefined()
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourcePublishOpenAPI [Privileged:ClusterAdmin] removes definition from spec when one version gets changed to not be served [Conformance]',
  async context => {
    const definition = customDefinition(context, 'unserved', {
      versions: [version('v5'), version('v6alpha1', anything, { storage: false })],
    })
    await context.step('create a definition of two versions: both are published', async () => {
      await establish(context, definition)
      await expectPublished(context, definition, ['v5', 'v6alpha1'])
    })
    const before = (await publishedV2(context, definition))['v5']
    await context.step('serve the second no longer: it is not published', async () => {
      await changeDefinition(context, definition.metadata.name, ({ spec }) => {
        for (const one of spec.versions) if (one.name === 'v6alpha1') one.served = false
      })
      await expectPublished(context, definition, ['v5'])
    })
    await context.step('the other is as before', async () => {
      expect((await publishedV2(context, definition))['v5']).toEqual(before)
    })
  },
)
