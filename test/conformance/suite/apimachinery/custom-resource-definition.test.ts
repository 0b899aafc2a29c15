import {
  ApiextensionsV1Api,
  PatchStrategy,
  setHeaderOptions,
  type V1JSONSchemaProps,
} from '@kubernetes/client-node'
import { expect } from 'vitest'
import { eventually } from '../../../support/eventually.ts'
import { checkDiscovery } from '../../support/api-operations.ts'
import { conformance } from '../../support/conformance.ts'
import {
  changeDefinition,
  customDefinition,
  establish,
  version,
} from '../../support/custom-definitions.ts'
import { isNotFound, refused } from '../../support/refusals.ts'

const mergePatch = setHeaderOptions('Content-Type', PatchStrategy.MergePatch)

conformance(
  '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition creating/deleting custom resource definition objects works [Conformance]',
  async context => {
    const { api, step } = context
    const extensions = api(ApiextensionsV1Api)
    const definition = customDefinition(context, 'simple')
    const { name } = definition.metadata
    const crds = await step('create a definition: its kind is served', () =>
      establish(context, definition),
    )
    await step('create an object of its kind', async () => {
      await crds.create({ metadata: { name: 'one' } })
      expect((await crds.list()).items).toHaveLength(1)
    })
    await step('delete the definition: it is gone, and so is its kind', async () => {
      await extensions.deleteCustomResourceDefinition({ name })
      await eventually(() => refused(404, extensions.readCustomResourceDefinition({ name })))
      // Its group is gone with its only kind: then a 404 is plain text, not a Status.
      await eventually(async () => {
        const answer = await crds.list().catch((error: unknown) => error)
        expect(isNotFound(answer)).toBe(true)
      })
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition listing custom resource definition objects works [Conformance]',
  async context => {
    const { api, step, defer, uniqueName } = context
    const extensions = api(ApiextensionsV1Api)
    const labelSelector = `listed=${uniqueName('label')}`
    const labels = { listed: uniqueName('label') }
    const definitions = Array.from({ length: 10 }, (_, index) =>
      customDefinition(context, `listed-${index}`),
    )
    const other = customDefinition(context, 'unlisted')
    const listed = async () =>
      (await extensions.listCustomResourceDefinition({ labelSelector })).items
    await step('create ten definitions with a label, and one without', async () => {
      defer(() => extensions.deleteCollectionCustomResourceDefinition({ labelSelector }))
      await Promise.all(
        definitions.map(body =>
          extensions.createCustomResourceDefinition({
            body: { ...body, metadata: { ...body.metadata, labels } },
          }),
        ),
      )
      await establish(context, other)
    })
    await step('list by the label: it finds the ten, and nothing else', async () => {
      const names = (await listed()).map(({ metadata }) => metadata?.name)
      expect(names.toSorted()).toEqual(definitions.map(({ metadata }) => metadata.name).toSorted())
    })
    await step('delete the collection by the label: the ten go, the other stays', async () => {
      await extensions.deleteCollectionCustomResourceDefinition({ labelSelector })
      await eventually(async () => expect(await listed()).toEqual([]))
      const { name } = other.metadata
      const { metadata } = await extensions.readCustomResourceDefinition({ name })
      expect(metadata?.deletionTimestamp).toBeUndefined()
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] Simple CustomResourceDefinition getting/updating/patching custom resource definition status sub-resource works [Conformance]',
  async context => {
    const { api, step } = context
    const extensions = api(ApiextensionsV1Api)
    const definition = customDefinition(context, 'status')
    const { name } = definition.metadata
    const condition = (type: string) => ({
      type,
      status: 'True',
      reason: 'E2E',
      message: `set by a test: ${type}`,
    })
    const read = () => extensions.readCustomResourceDefinitionStatus({ name })
    await step('create a definition', () => establish(context, definition))
    await step('get its status: it says that the names are accepted', async () => {
      const { status } = await read()
      expect(status?.conditions).toContainEqual(
        expect.objectContaining({ type: 'NamesAccepted', status: 'True' }),
      )
      expect(status?.acceptedNames).toMatchObject(definition.spec.names)
    })
    await step('update the status with a condition: a read has it', async () => {
      await eventually(async () => {
        const body = await read()
        const conditions = [...(body.status?.conditions ?? []), condition('StatusUpdate')]
        body.status = { ...body.status, conditions }
        await extensions.replaceCustomResourceDefinitionStatus({ name, body })
      })
      expect((await read()).status?.conditions).toContainEqual(
        expect.objectContaining(condition('StatusUpdate')),
      )
    })
    await step('patch the status with a condition: a read has it', async () => {
      const conditions = [...((await read()).status?.conditions ?? []), condition('StatusPatch')]
      await extensions.patchCustomResourceDefinitionStatus(
        { name, body: { status: { conditions } } },
        mergePatch,
      )
      const types = (await read()).status?.conditions?.map(({ type }) => type)
      expect(types).toEqual(expect.arrayContaining(['StatusUpdate', 'StatusPatch', 'Established']))
    })
  },
)

conformance(
  '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] should include custom resource definition resources in discovery documents [Conformance]',
  async context => {
    await context.step('the documents from /apis down name the kind and its status', () =>
      checkDiscovery(context, {
        group: 'apiextensions.k8s.io',
        version: 'v1',
        plural: 'customresourcedefinitions',
        kind: 'CustomResourceDefinition',
        namespaced: false,
        subresources: ['status'],
      }),
    )
    await context.step('the group names v1 as its preferred version', async () => {
      const group = await context.raw('GET', '/apis/apiextensions.k8s.io')
      expect(group.json.preferredVersion).toEqual({
        groupVersion: 'apiextensions.k8s.io/v1',
        version: 'v1',
      })
    })
  },
)
conformance(
  '[sig-api-machinery] CustomResourceDefinition resources [Privileged:ClusterAdmin] custom resource defaulting for requests and from storage works [Conformance]',
  async context => {
    const { step } = context
    const schema = (defaults: { a?: string; b?: string }): V1JSONSchemaProps => ({
      type: 'object',
      properties: {
        a: { type: 'string', ...(defaults.a ? { _default: defaults.a } : {}) },
        b: { type: 'string', ...(defaults.b ? { _default: defaults.b } : {}) },
      },
    })
    const definition = customDefinition(context, 'defaulted', {
      versions: [version('v1', schema({}))],
    })
    const { name } = definition.metadata
    const setDefaults = (defaults: { a?: string; b?: string }) =>
      changeDefinition(context, name, ({ spec }) => {
        spec.versions = [version('v1', schema(defaults))]
      })
    const crds = await step('create a definition without defaults', () =>
      establish(context, definition),
    )
    await step('create an object: no field is filled in', async () => {
      const created = await crds.create({ metadata: { name: 'first' } })
      expect(created).not.toHaveProperty('a')
    })
    await step('give a field a default: a read of the stored object fills it in', async () => {
      await setDefaults({ a: 'A' })
      await eventually(async () => expect(await crds.get('first')).toHaveProperty('a', 'A'))
    })
    await step('create a second object: the field is filled in and stored', async () => {
      const created = await crds.create({ metadata: { name: 'second' } })
      expect(created).toHaveProperty('a', 'A')
      expect(created).not.toHaveProperty('b')
    })
    await step('take the default away, and give another field one', () => setDefaults({ b: 'B' }))
    await step('the second object keeps the old default, and gets the new one on reads', () =>
      eventually(async () => expect(await crds.get('second')).toMatchObject({ a: 'A', b: 'B' })),
    )
    await step('the first never stored the old default: it is gone', async () => {
      const first = await crds.get('first')
      expect(first).toHaveProperty('b', 'B')
      expect(first).not.toHaveProperty('a')
    })
  },
)
