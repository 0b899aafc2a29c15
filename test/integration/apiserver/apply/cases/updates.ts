import type { ApplyCase, CaseWrite } from '../apply-case.ts'
import { deployment, spec } from '../shapes.ts'

const reset = [{ op: 'replace', path: '/metadata/managedFields', value: [{}] }]
const applied: CaseWrite = { by: 'ann', apply: { data: { k: '1' } } }

/** A write that adds the key `k` and its number, by a manager of its own. */
const writes = (count: number, form: (key: string) => CaseWrite): CaseWrite[] =>
  Array.from({ length: count }, (_, index) => form(`k${String(index + 1).padStart(2, '0')}`))
const updates = (count: number): CaseWrite[] =>
  writes(count, key => ({ by: key.replace('k', 'u'), merge: { data: { [key]: '1' } } }))

const ownKeys = (first: number, last: number) =>
  Object.fromEntries(
    Array.from({ length: last - first + 1 }, (_, index) => {
      const number = String(first + index).padStart(2, '0')
      return [`u${number} updates`, [`.data.k${number}`]]
    }),
  )

/** Writes that are no apply: what they come to own, how ownership is forgotten, how much of it is kept. */
export const updatesAndManagedFields: readonly ApplyCase[] = [
  {
    name: 'who creates owns every field, and the maps that hold them',
    kind: 'ConfigMap',
    write: { by: 'ann', create: { metadata: { labels: { l: '1' } }, data: { k: '1' } } },
    status: 201,
    entries: [
      {
        manager: 'ann',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: {
          'f:data': { '.': {}, 'f:k': {} },
          'f:metadata': { 'f:labels': { '.': {}, 'f:l': {} } },
        },
      },
    ],
  },
  {
    name: 'an update owns what it changes, and takes it from its applier',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', apply: { metadata: { labels: { 'test-label': 'test' } }, data: { k: '1' } } },
    ],
    write: { by: 'ben', merge: { data: { k: 'new' } } },
    entries: [
      {
        manager: 'ann',
        operation: 'Apply',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:metadata': { 'f:labels': { 'f:test-label': {} } } },
      },
      {
        manager: 'ben',
        operation: 'Update',
        apiVersion: 'v1',
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:k': {} } },
      },
    ],
    times: { 'ann applies': 0, 'ben updates': 1 },
  },
  {
    name: 'a PUT owns what differs from what was stored',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { a: '1', b: '1', c: '1' } } }],
    write: { by: 'ben', replace: { data: { a: '1', b: '2', d: '1' } } },
    fields: { data: { a: '1', b: '2', d: '1' } },
    owners: { 'ann applies': ['.data.a'], 'ben updates': ['.data.b', '.data.d'] },
  },
  {
    name: 'a PUT of what is stored changes nothing',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', replace: { data: { k: '1' } } },
    unchanged: true,
  },
  {
    name: 'a JSON patch owns what it changes',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', json: [{ op: 'add', path: '/data/j', value: '2' }] },
    owners: { 'ann applies': ['.data.k'], 'ben updates': ['.data.j'] },
  },
  {
    name: 'a strategic merge patch owns what it changes',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', strategic: { data: { j: '2' } } },
    owners: { 'ann applies': ['.data.k'], 'ben updates': ['.data.j'] },
  },
  {
    name: 'the updates of one manager are one entry, whose time is the last one’s',
    kind: 'ConfigMap',
    before: [
      { by: 'ann', create: { data: { a: '1' } } },
      { by: 'ann', merge: { data: { b: '1' } } },
    ],
    write: { by: 'ann', merge: { data: { c: '1' } } },
    owners: { 'ann updates': ['.data', '.data.a', '.data.b', '.data.c'] },
    times: { 'ann updates': 2 },
  },
  {
    name: 'managedFields of [{}] forgets who owns what',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', json: reset },
    fields: { 'metadata.managedFields': undefined, data: { k: '1' } },
  },
  {
    name: 'managedFields of [{}] in a PUT forgets too',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', replace: { metadata: { managedFields: [{}] }, data: { k: '1' } } },
    fields: { 'metadata.managedFields': undefined },
  },
  {
    name: 'managedFields of [{}] in a merge patch forgets too',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', merge: { metadata: { managedFields: [{}] } } },
    fields: { 'metadata.managedFields': undefined },
  },
  {
    name: 'an empty managedFields forgets nothing',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', merge: { metadata: { managedFields: [] } } },
    owners: { 'ann applies': ['.data.k'] },
    unchanged: true,
  },
  {
    name: 'managedFields that can’t be read are ignored',
    kind: 'ConfigMap',
    before: [applied],
    write: {
      by: 'ben',
      merge: { metadata: { managedFields: [{ manager: 'x', operation: 'Wish' }] } },
    },
    owners: { 'ann applies': ['.data.k'] },
  },
  {
    name: 'managedFields may be rewritten, as a client that migrates does',
    kind: 'ConfigMap',
    before: [{ by: 'kubectl-client-side-apply', create: { data: { k: '1' } } }],
    write: {
      by: 'ann',
      json: [
        { op: 'replace', path: '/metadata/managedFields/0/operation', value: 'Apply' },
        { op: 'replace', path: '/metadata/managedFields/0/manager', value: 'kubectl' },
      ],
    },
    owners: { 'kubectl applies': ['.data', '.data.k'] },
  },
  {
    name: 'an object that nobody owns stays so when it is updated',
    kind: 'ConfigMap',
    before: [applied, { by: 'ben', json: reset }],
    write: { by: 'cas', merge: { data: { j: '1' } } },
    fields: { 'metadata.managedFields': undefined, data: { j: '1', k: '1' } },
  },
  {
    name: 'an object that nobody owned belongs to before-first-apply when it is applied',
    kind: 'ConfigMap',
    before: [applied, { by: 'ben', json: reset }],
    write: { by: 'cas', apply: { data: { j: '1' } } },
    owners: { 'before-first-apply updates': ['.data', '.data.k'], 'cas applies': ['.data.j'] },
  },
  {
    name: 'and to change it then is a conflict',
    kind: 'ConfigMap',
    before: [applied, { by: 'ben', json: reset }],
    write: { by: 'cas', apply: { data: { k: '2' } } },
    conflict: { '"before-first-apply" using v1': ['.data.k'] },
  },
  {
    name: 'ten updaters are kept apart',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }, ...updates(9)],
    write: { by: 'u10', merge: { data: { k10: '1' } } },
    owners: { 'ann applies': ['.data.k'], ...ownKeys(1, 10) },
  },
  {
    name: 'of more than ten updaters the oldest become ancient-changes',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }, ...updates(10)],
    write: { by: 'u11', merge: { data: { k11: '1' } } },
    owners: {
      'ann applies': ['.data.k'],
      'ancient-changes updates': ['.data.k01', '.data.k02'],
      ...ownKeys(3, 11),
    },
    // The time of the newer of those that were merged.
    times: { 'ancient-changes updates': 2, 'u11 updates': 11 },
  },
  {
    name: 'ancient-changes takes in one after the other',
    kind: 'ConfigMap',
    before: [{ by: 'ann', apply: { data: { k: '1' } } }, ...updates(11)],
    write: { by: 'u12', merge: { data: { k12: '1' } } },
    owners: {
      'ann applies': ['.data.k'],
      'ancient-changes updates': ['.data.k01', '.data.k02', '.data.k03'],
      ...ownKeys(4, 12),
    },
  },
  {
    name: 'appliers are never merged, however many they are',
    kind: 'ConfigMap',
    before: writes(12, key => ({ by: `a-${key}`, apply: { data: { [key]: '1' } } })),
    write: { by: 'ben', merge: { data: { k: '1' } } },
    owners: {
      ...Object.fromEntries(
        Array.from({ length: 12 }, (_, index) => {
          const key = `k${String(index + 1).padStart(2, '0')}`
          return [`a-${key} applies`, [`.data.${key}`]]
        }),
      ),
      'ben updates': ['.data.k'],
    },
  },
  {
    name: 'appliers come before updaters, each by time',
    kind: 'ConfigMap',
    before: [
      { by: 'zoe', create: { data: { z: '1' } } },
      { by: 'yan', apply: { data: { y: '1' } } },
      { by: 'ann', merge: { data: { a: '1' } } },
    ],
    write: { by: 'ben', apply: { data: { b: '1' } } },
    entries: [
      entry('yan', 'Apply', { 'f:data': { 'f:y': {} } }),
      entry('ben', 'Apply', { 'f:data': { 'f:b': {} } }),
      entry('zoe', 'Update', { 'f:data': { '.': {}, 'f:z': {} } }),
      entry('ann', 'Update', { 'f:data': { 'f:a': {} } }),
    ],
  },
  {
    name: 'nobody owns what only names or dates the object',
    kind: 'ConfigMap',
    before: [applied],
    write: { by: 'ben', merge: { metadata: { annotations: { a: '1' } } } },
    owners: {
      'ann applies': ['.data.k'],
      'ben updates': ['.metadata.annotations', '.metadata.annotations.a'],
    },
  },
  {
    name: 'structs that are always there are owned only where they say something',
    kind: 'Deployment',
    before: [{ by: 'ann', apply: deployment({ replicas: 1 }) }],
    write: {
      by: 'ben',
      strategic: spec({ template: { spec: { securityContext: { runAsUser: 1 } } } }),
    },
    owners: {
      'ann applies': 'anything',
      'ben updates': ['.spec.template.spec.securityContext.runAsUser'],
    },
  },
  {
    name: 'of an object that becomes a number nobody owns the fields',
    kind: 'Widget',
    before: [{ by: 'cas', create: spec({ free: { x: { a: 1, b: { c: 2 } } } }) }],
    write: { by: 'cas', merge: spec({ free: { x: 1 } }) },
    owners: { 'cas updates': ['.spec', '.spec.free', '.spec.free.x', '.spec.size'] },
  },
  {
    name: 'of a number that becomes an object its writer owns the fields',
    kind: 'Widget',
    before: [{ by: 'cas', create: spec({ free: { x: 1 } }) }],
    write: { by: 'ben', merge: spec({ free: { x: { a: 1 } } }) },
    owners: {
      'ben updates': ['.spec.free.x', '.spec.free.x.a'],
      'cas updates': ['.spec', '.spec.free', '.spec.size'],
    },
  },
]

function entry(manager: string, operation: string, fieldsV1: object) {
  return { manager, operation, apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 }
}
