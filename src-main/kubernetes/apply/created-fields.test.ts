import { expect, test } from 'vitest'
import { Random } from '../../../test/fuzz/random.ts'
import type { KubernetesObject } from '../objects.ts'
import { findObjectType } from '../schema/find-object-type.ts'
import type { FieldType, TypeSchema } from '../schema/type-schema.ts'
import { Changes } from './changes.ts'
import { createdFields } from './created-fields.ts'
import type { ManagedWrite } from './managed-write.ts'
import { untypedObject } from './untyped-object.ts'
import { takeOwnership } from './update-managers.ts'

const kinds: readonly (readonly [apiVersion: string, kind: string])[] = [
  ['v1', 'Pod'],
  ['v1', 'Service'],
  ['v1', 'ConfigMap'],
  ['v1', 'Node'],
  ['apps/v1', 'Deployment'],
  ['apps/v1', 'ControllerRevision'],
  ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ['example.com/v1', 'Untyped'],
]

test.each(kinds)(
  'the creator of a %s %s owns what differs from an empty one',
  (apiVersion, kind) => {
    const [group = '', version = ''] = apiVersion.includes('/') ? apiVersion.split('/') : ['', 'v1']
    const type = findObjectType({ group, version, kind }) ?? untypedObject
    let owned = 0
    for (let index = 0; index < 60; index++) {
      const object = { apiVersion, kind, ...randomObject(Random.of(7, index), type) }
      for (const resetFields of [
        [],
        [['status']],
        [
          ['spec', 'containers'],
          ['metadata', 'labels'],
        ],
      ]) {
        const write = { manager: 'm', apiVersion, now: 0, type, resetFields }
        const fields = createdFields(object, write)
        expect(JSON.stringify(fields), JSON.stringify(object)).toBe(
          JSON.stringify(ownedByComparison(object, write)),
        )
        if (fields) owned++
      }
    }
    expect(owned).toBeGreaterThan(120)
  },
)

/** What an update of an empty object gives its manager. */
function ownedByComparison(object: KubernetesObject, write: ManagedWrite) {
  const { apiVersion, manager } = write
  const { kind } = object
  const entry = { name: manager, operation: 'Update', apiVersion, subresource: '' } as const
  const bare = { apiVersion, kind, metadata: {} } as KubernetesObject
  const [owner] = takeOwnership(new Map(), entry, new Changes(bare, object, write)).values()
  return owner?.set.toFields()
}

function randomObject(random: Random, type: TypeSchema): KubernetesObject {
  const metadata = {
    name: 'a',
    namespace: 'b',
    uid: 'c',
    generation: 1,
    creationTimestamp: '2026-01-01T00:00:00Z',
    ...(random.chance(0.5) ? { labels: randomMap(random, 3) } : {}),
    ...(random.chance(0.3) ? { annotations: {} } : {}),
    ...(random.chance(0.3) ? { finalizers: ['x/y', 'a/b', 'x/y'].slice(random.below(3)) } : {}),
    ...(random.chance(0.3) ? { ownerReferences: [{ uid: 'u', name: 'n' }] } : {}),
  }
  const content =
    type === untypedObject
      ? { spec: randomAny(random, 0), other: randomAny(random, 0) }
      : randomStruct(random, type, 0)
  return { ...content, metadata } as unknown as KubernetesObject
}

function randomStruct(random: Random, type: TypeSchema, depth: number): Record<string, unknown> {
  const said = [...type.fields.values()].filter(() => random.chance(depth < 2 ? 0.6 : 0.3))
  // From the back, so that the order of the text is not that of the fields.
  return Object.fromEntries(
    said
      .reverse()
      .filter(({ name }) => !['apiVersion', 'kind', 'metadata'].includes(name) || depth > 0)
      .map(({ name, type }) => [name, randomValue(random, type, depth + 1)]),
  )
}

function randomValue(random: Random, type: FieldType, depth: number): unknown {
  if (random.chance(0.07)) return null
  switch (type.kind) {
    case 'object':
      return depth > 6 || random.chance(0.1) ? {} : randomStruct(random, type.type, depth)
    case 'array':
      return depth > 6
        ? []
        : Array.from({ length: random.below(4) }, () => randomValue(random, type.items, depth))
    case 'map':
      return Object.fromEntries(
        ['b', 'a/c', 'z']
          .slice(random.below(4))
          .map(key => [key, randomValue(random, type.values, depth)]),
      )
    case 'schemaOr':
      return random.chance(0.5) ? true : randomStruct(random, type.type, depth + 3)
    case 'any':
    case 'raw':
      return randomAny(random, depth)
    case 'boolean':
      return random.chance(0.5)
    case 'integer':
      return random.below(3)
    default:
      return random.pick(['', 'a', 'b', '"quoted"', 'TCP'])
  }
}

const randomMap = (random: Random, most: number) =>
  Object.fromEntries(
    Array.from({ length: random.below(most + 1) }, (_, index) => [`key-${9 - index}`, 'v']),
  )

function randomAny(random: Random, depth: number): unknown {
  if (depth > 4) return 1
  return random.pick<() => unknown>([
    () => null,
    () => 'text',
    () => [{ name: 'a' }, 2],
    () => ({}),
    () => ({ b: randomAny(random, depth + 1), a: randomAny(random, depth + 1) }),
  ])()
}
