import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { findObjectType, findType } from '../schema/find-object-type.ts'
import type { TypeSchema } from '../schema/type-schema.ts'
import { applyMergePatch } from './merge-patch.ts'
import { applyStrategicMergePatch } from './strategic-merge-patch.ts'

const typeOf = (apiVersion: string, name: string): TypeSchema => {
  const type = findType(apiVersion, name)
  if (!type) throw new Error(name)
  return type
}
const podSpec = typeOf('v1', 'PodSpec')
const meta = typeOf('meta.k8s.io/v1', 'ObjectMeta')

const cases: [name: string, type: TypeSchema, original: object, patch: object, expected: object][] =
  [
    [
      'maps merge, null removes',
      meta,
      { labels: { a: '1', b: '2' } },
      { labels: { a: null, c: '3' } },
      { labels: { b: '2', c: '3' } },
    ],
    [
      'null of what is absent is nothing',
      meta,
      {},
      { labels: { a: null }, annotations: null },
      { labels: {} },
    ],
    [
      'lists merge by key',
      podSpec,
      { containers: [{ name: 'a', image: '1' }] },
      { containers: [{ name: 'a', image: '2' }] },
      { containers: [{ name: 'a', image: '2' }] },
    ],
    [
      'new items come where the patch has them',
      podSpec,
      { containers: [{ name: 'a' }] },
      { containers: [{ name: 'b' }] },
      { containers: [{ name: 'b' }, { name: 'a' }] },
    ],
    [
      'an item is deleted by directive',
      podSpec,
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { containers: [{ name: 'a', $patch: 'delete' }] },
      { containers: [{ name: 'b' }] },
    ],
    [
      'a list is replaced by directive',
      podSpec,
      { containers: [{ name: 'a' }] },
      { containers: [{ $patch: 'replace' }, { name: 'b' }] },
      { containers: [{ name: 'b' }] },
    ],
    [
      'a map is replaced by directive',
      meta,
      { labels: { a: '1' } },
      { labels: { $patch: 'replace', b: '2' } },
      { labels: { b: '2' } },
    ],
    [
      'a map is emptied by directive',
      meta,
      { labels: { a: '1' } },
      { labels: { $patch: 'delete' } },
      { labels: {} },
    ],
    [
      'lists without a strategy are replaced',
      podSpec,
      { tolerations: [{ key: 'a' }] },
      { tolerations: [{ key: 'b' }] },
      { tolerations: [{ key: 'b' }] },
    ],
    [
      'primitive lists merge as sets',
      meta,
      { finalizers: ['a', 'b'] },
      { finalizers: ['b', 'c'] },
      { finalizers: ['a', 'b', 'c'] },
    ],
    [
      'values are deleted from primitive lists',
      meta,
      { finalizers: ['a', 'b', 'c'] },
      { '$deleteFromPrimitiveList/finalizers': ['a', 'c'] },
      { finalizers: ['b'] },
    ],
    [
      'deleting and adding together, in order',
      meta,
      { finalizers: ['a', 'b'] },
      {
        '$deleteFromPrimitiveList/finalizers': ['a'],
        '$setElementOrder/finalizers': ['c', 'b'],
        finalizers: ['c'],
      },
      { finalizers: ['c', 'b'] },
    ],
    [
      'retainKeys clears the rest',
      podSpec,
      { volumes: [{ name: 'v', hostPath: { path: '/' } }] },
      { volumes: [{ name: 'v', $retainKeys: ['name', 'emptyDir'], emptyDir: {} }] },
      { volumes: [{ name: 'v', emptyDir: {} }] },
    ],
    [
      'retainKeys in a map',
      typeOf('apps/v1', 'DeploymentSpec'),
      { strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1 } } },
      { strategy: { $retainKeys: ['type'], type: 'Recreate' } },
      { strategy: { type: 'Recreate' } },
    ],
    [
      'the order is set',
      podSpec,
      { containers: [{ name: 'a' }, { name: 'b' }] },
      {
        '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }],
        containers: [{ name: 'a', image: 'x' }],
      },
      { containers: [{ name: 'b' }, { name: 'a', image: 'x' }] },
    ],
    [
      'the order alone',
      podSpec,
      { containers: [{ name: 'a' }, { name: 'b' }] },
      { '$setElementOrder/containers': [{ name: 'b' }, { name: 'a' }] },
      { containers: [{ name: 'b' }, { name: 'a' }] },
    ],
    [
      'what only the server has keeps its place',
      podSpec,
      { containers: [{ name: 'a' }, { name: 'x' }, { name: 'b' }] },
      {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'b' }],
        containers: [{ name: 'b', image: '1' }],
      },
      { containers: [{ name: 'a' }, { name: 'x' }, { name: 'b', image: '1' }] },
    ],
    [
      'deletion with order',
      podSpec,
      { containers: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
      {
        '$setElementOrder/containers': [{ name: 'a' }, { name: 'c' }],
        containers: [{ name: 'b', $patch: 'delete' }],
      },
      { containers: [{ name: 'a' }, { name: 'c' }] },
    ],
    [
      'nested lists merge by their own keys',
      podSpec,
      {
        containers: [
          { name: 'a', env: [{ name: 'x', value: '1' }], ports: [{ containerPort: 80 }] },
        ],
      },
      {
        containers: [
          { name: 'a', env: [{ name: 'y', value: '2' }], ports: [{ containerPort: 81 }] },
        ],
      },
      {
        containers: [
          {
            name: 'a',
            env: [
              { name: 'y', value: '2' },
              { name: 'x', value: '1' },
            ],
            ports: [{ containerPort: 81 }, { containerPort: 80 }],
          },
        ],
      },
    ],
    [
      'directives and nulls vanish where nothing was',
      podSpec,
      {},
      {
        containers: [{ name: 'a', image: null, env: [{ name: 'e', $patch: 'delete' }] }],
        '$setElementOrder/containers': [{ name: 'a' }],
      },
      { containers: [{ name: 'a', env: [] }] },
    ],
    [
      'strategy replace',
      typeOf('policy/v1', 'PodDisruptionBudgetSpec'),
      { selector: { matchLabels: { a: '1' } } },
      { selector: { matchLabels: { b: '2' } } },
      { selector: { matchLabels: { b: '2' } } },
    ],
    [
      'a changed kind of value replaces',
      meta,
      { labels: { a: '1' } },
      { labels: 'x' },
      { labels: 'x' },
    ],
    [
      'embedded objects merge as plain data',
      typeOf('apps/v1', 'ControllerRevision'),
      { data: { a: [1], b: { c: 1 } } },
      { data: { a: [2], b: { d: 2 } } },
      { data: { a: [2], b: { c: 1, d: 2 } } },
    ],
  ]

test.each(cases)('%s', (_name, type, original, patch, expected) => {
  const before = structuredClone([original, patch])
  expect(applyStrategicMergePatch(original, patch, type)).toEqual(expected)
  expect([original, patch]).toEqual(before)
})

describe('errors', () => {
  test.each([
    [
      podSpec,
      { containers: [{ name: 'a' }] },
      { containers: [{ image: 'x' }] },
      'map: {"image":"x"} does not contain declared merge key: name',
    ],
    [
      podSpec,
      { containers: [{ name: 'a' }] },
      { containers: [{ $patch: 'delete' }] },
      'does not contain declared merge key: name',
    ],
    [meta, {}, { $patch: 'spam' }, 'unknown patch type found: spam in map'],
    [
      podSpec,
      { containers: [{ name: 'a' }] },
      { containers: [{ $patch: 'merge' }] },
      'merging lists cannot yet be specified in the patch',
    ],
    [
      podSpec,
      { volumes: [{ name: 'v' }] },
      { volumes: [{ name: 'v', $retainKeys: ['name'], emptyDir: {} }] },
      'invalid patch format of retainKeys',
    ],
    [
      podSpec,
      {},
      { '$setElementOrder/containers': 'x' },
      'invalid patch format of setElementOrder list',
    ],
    [
      meta,
      {},
      { '$deleteFromPrimitiveList/finalizers': 'x' },
      'invalid patch format of primitive list',
    ],
    [
      podSpec,
      { containers: [] },
      { '$setElementOrder/containers': [{ name: 'a' }], containers: [{ name: 'b' }] },
      "doesn't match $setElementOrder list",
    ],
  ])('%#: %s', (type, original, patch, message) => {
    expect(() => applyStrategicMergePatch(original, patch, type)).toThrow(
      expect.objectContaining({ code: 400, message: expect.stringContaining(message) }),
    )
  })
})

test('where no list merges it is a merge patch', () => {
  const type = findObjectType({ group: '', version: 'v1', kind: 'ConfigMap' })
  if (!type) throw new Error('ConfigMap')
  const data = fc.dictionary(fc.string(), fc.option(fc.string()))
  const object = fc.record({ data, immutable: fc.boolean() }, { requiredKeys: [] })
  const plain = fc.dictionary(fc.string(), fc.string())
  fc.assert(
    fc.property(fc.record({ data: plain }), object, (original, patch) => {
      expect(applyStrategicMergePatch(original, patch, type)).toEqual(
        applyMergePatch(original, patch),
      )
    }),
  )
})

test('applying twice changes nothing more', () => {
  const container = fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), image: fc.string() })
  const list = fc.uniqueArray(container, { selector: item => item.name })
  fc.assert(
    fc.property(list, list, (original, patch) => {
      const once = applyStrategicMergePatch(
        { containers: original },
        { containers: patch },
        podSpec,
      )
      expect(applyStrategicMergePatch(once, { containers: patch }, podSpec)).toEqual(once)
      const names = (once['containers'] as { name: string }[]).map(item => item.name)
      expect(names.filter(name => patch.some(item => item.name === name))).toEqual(
        patch.map(item => item.name),
      )
      expect(new Set(names)).toEqual(new Set([...original, ...patch].map(item => item.name)))
    }),
  )
})
