import { expect } from 'vitest'
import { eventually } from '../../support/eventually.ts'
import type { ConformanceContext } from './context.ts'
import { type AnyObject, GenericResource, type ResourceType } from './generic-resource.ts'
import { refused } from './refusals.ts'

/** A kind of which every verb is tried. */
export interface ApiOperations extends ResourceType {
  /** Of the kind, as discovery names them: `status`. */
  subresources?: string[]
  /** An object without name and labels; each call may give another one. */
  object: () => AnyObject
  /** A name that no other test uses, where one of `uniqueName` is not a name of this kind. */
  newName?: (stem: string) => string
  /** What else is tried while an object is there: its subresources, say. */
  also?: (resource: GenericResource, object: AnyObject) => Promise<void>
}

/**
 * Goes through what the official "should support X API operations" tests ask of a kind: the discovery documents name it,
 * and create, get, list, watch, patch, update, delete and deletecollection do what they say.
 */
export async function checkApiOperations(
  context: ConformanceContext,
  operations: ApiOperations,
): Promise<void> {
  const { step, uniqueName, watch, defer } = context
  const resource = new GenericResource(context, operations)
  const label = { 'conformance-test': context.namespace }
  const labelSelector = `conformance-test=${context.namespace}`
  const names = ['one', 'two', 'three'].map(operations.newName ?? uniqueName)
  const [one = '', two = ''] = names
  const listed = async () => (await resource.list({ labelSelector })).items.map(nameOf).toSorted()

  await step('discovery names the group, the version, the kind and its subresources', () =>
    checkDiscovery(context, operations),
  )
  const watched = await step('watch it', () => watch(resource.path, { labelSelector }))
  await step('create three', async () => {
    defer(() => resource.deleteCollection(labelSelector))
    for (const name of names) {
      const object = operations.object()
      const created = await resource.create({
        ...object,
        metadata: { ...object.metadata, name, labels: { ...object.metadata?.labels, ...label } },
      })
      expect(created.metadata).toMatchObject({ name, uid: expect.any(String) })
    }
  })
  await step('get one', async () => {
    expect(await resource.get(one)).toMatchObject({
      apiVersion: `${operations.group}/${operations.version}`,
      kind: operations.kind,
      metadata: { name: one, labels: label },
    })
  })
  await step('list them by label, in the namespace and over all', async () => {
    expect(await listed()).toEqual(names.toSorted())
    const all = await resource.listAll({ labelSelector })
    expect(all.items.map(nameOf).toSorted()).toEqual(names.toSorted())
  })
  await step('the watch has told each as added', async () => {
    for (const name of names) expect(nameOf(await watched.until('ADDED'))).toBe(name)
  })
  await step('patch one: the answer has the change', async () => {
    const patched = await resource.patch(one, { metadata: { annotations: { patched: 'true' } } })
    expect(patched.metadata?.annotations).toMatchObject({ patched: 'true' })
  })
  await step('update one: the answer has the change, and the patch before', async () => {
    const updated = await replaceLatest(resource, one, object => {
      object.metadata = {
        ...object.metadata,
        annotations: { ...object.metadata?.annotations, updated: 'true' },
      }
    })
    expect(updated.metadata?.annotations).toMatchObject({ patched: 'true', updated: 'true' })
  })
  await step('the watch tells the patch and the update', async () => {
    const annotations = (object: AnyObject) => object.metadata?.annotations ?? {}
    await watched.until('MODIFIED', object => annotations(object)['patched'] === 'true')
    await watched.until('MODIFIED', object => annotations(object)['updated'] === 'true')
  })
  await operations.also?.(resource, await resource.get(one))
  await step('delete one: it is gone, and the watch tells it', async () => {
    await resource.delete(one)
    await watched.until('DELETED', object => nameOf(object) === one)
    expect((await refused(404, resource.get(one))).reason).toBe('NotFound')
    expect(await listed()).not.toContain(one)
  })
  await step('delete the collection: none is left, and the watch tells it', async () => {
    expect(await listed()).toContain(two)
    await resource.deleteCollection(labelSelector)
    await watched.until('DELETED')
    await watched.until('DELETED')
    await eventually(async () => expect(await listed()).toEqual([]))
  })
}

/**
 * Goes through what the official tests ask of a kind's status: a condition can be patched and updated into it, reads of
 * it show that, and the spec stays as it was.
 */
export async function checkStatusWrites(
  { step }: ConformanceContext,
  resource: GenericResource,
  object: AnyObject,
): Promise<void> {
  const name = nameOf(object)
  const condition = (type: string) => ({
    type,
    status: 'Unknown',
    reason: 'E2E',
    message: `set by a test: ${type}`,
    lastTransitionTime: '2026-01-01T00:00:00Z',
  })
  const conditions = (read: AnyObject): { type: string }[] => read['status']?.conditions ?? []
  await step('patch a condition into the status: a read of the status has it', async () => {
    const kept = conditions(await resource.getStatus(name))
    await resource.patchStatus(name, {
      status: { conditions: [...kept, condition('PatchedByTest')] },
    })
    const read = await resource.getStatus(name)
    expect(conditions(read).map(({ type }) => type)).toContain('PatchedByTest')
    expect(read['spec']).toEqual(object['spec'])
  })
  await step('update the status with a further one: a read of the object has both', async () => {
    await eventually(async () => {
      const read = await resource.getStatus(name)
      const all = [...conditions(read), condition('UpdatedByTest')]
      await resource.replaceStatus({ ...read, status: { ...read['status'], conditions: all } })
    })
    const types = conditions(await resource.get(name)).map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['PatchedByTest', 'UpdatedByTest']))
  })
}

/** Reads an object, changes it and writes it back, again when another writer came between. */
export function replaceLatest(
  resource: GenericResource,
  name: string,
  change: (object: AnyObject) => void,
): Promise<AnyObject> {
  return eventually(async () => {
    const object = await resource.get(name)
    change(object)
    return resource.replace(object)
  })
}

/** The discovery documents from `/apis` down name a kind, and its subresources. */
export async function checkDiscovery(
  { raw }: ConformanceContext,
  { group, version, plural, kind, namespaced, subresources = [] }: Omit<ApiOperations, 'object'>,
): Promise<void> {
  const groupVersion = `${group}/${version}`
  const groups = (await raw('GET', '/apis')).json.groups as Named[]
  expect(groups.map(({ name }) => name)).toContain(group)
  const versions = (await raw('GET', `/apis/${group}`)).json.versions as { groupVersion: string }[]
  expect(versions.map(entry => entry.groupVersion)).toContain(groupVersion)
  const resources = (await raw('GET', `/apis/${groupVersion}`)).json.resources as Named[]
  expect(resources).toContainEqual(
    expect.objectContaining({
      name: plural,
      kind,
      namespaced,
      verbs: expect.arrayContaining(verbs),
    }),
  )
  for (const subresource of subresources) {
    expect(resources.map(({ name }) => name)).toContain(`${plural}/${subresource}`)
  }
}

const verbs = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch']

const nameOf = (object: AnyObject): string => object.metadata?.name ?? ''

interface Named {
  name: string
}
