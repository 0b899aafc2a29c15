import { describe, expect, test } from 'vitest'
import type { ObjectMeta } from '#kubernetes/api/meta-v1.ts'
import { validateObjectMeta, validateObjectMetaUpdate } from './object-meta.ts'

const good: ObjectMeta = { name: 'web', namespace: 'default' }
const texts = (errors: { field: string; message: string }[]) =>
  errors.map(({ field, message }) => `${field}: ${message}`)
const owner = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'web', uid: 'u' }
const qualified =
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

const cases: [what: string, meta: ObjectMeta, error: string][] = [
  ['no name', { name: '' }, 'metadata.name: Required value: name or generateName is required'],
  [
    'a bad name',
    { name: 'Web' },
    "metadata.name: Invalid value: \"Web\": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')",
  ],
  ['no namespace', { namespace: '' }, 'metadata.namespace: Required value'],
  [
    'a bad label key',
    { labels: { 'a b': 'c' } },
    `metadata.labels: Invalid value: "a b": name part ${qualified}`,
  ],
  [
    'a bad label value',
    { labels: { a: 'b c' } },
    "metadata.labels: Invalid value: \"b c\": a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')",
  ],
  [
    'a long label value',
    { labels: { a: 'x'.repeat(64) } },
    `metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 characters`,
  ],
  [
    'a bad annotation key',
    { annotations: { '/a': '' } },
    'metadata.annotations: Invalid value: "/a": prefix part must be non-empty',
  ],
  [
    'too many annotations',
    { annotations: { a: 'x'.repeat(262_144) } },
    'metadata.annotations: Too long: may not be more than 262144 bytes',
  ],
  [
    'an owner without a version',
    { ownerReferences: [{ ...owner, apiVersion: '' }] },
    'metadata.ownerReferences.apiVersion: Invalid value: "": version must not be empty',
  ],
  [
    'an owner without a kind',
    { ownerReferences: [{ ...owner, kind: '' }] },
    'metadata.ownerReferences.kind: Invalid value: "": must not be empty',
  ],
  [
    'an owner without a uid',
    { ownerReferences: [{ ...owner, uid: '' }] },
    'metadata.ownerReferences.uid: Invalid value: "": must not be empty',
  ],
  [
    'an event as owner',
    { ownerReferences: [{ ...owner, apiVersion: 'v1', kind: 'Event' }] },
    'metadata.ownerReferences: Invalid value: {"apiVersion":"v1","kind":"Event","name":"web","uid":"u"}: /v1, Kind=Event is disallowed from being an owner',
  ],
  [
    'two controllers',
    {
      ownerReferences: [
        { ...owner, controller: true },
        { ...owner, name: 'b', controller: true },
      ],
    },
    'metadata.ownerReferences: Invalid value: [{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web","uid":"u","controller":true},{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"b","uid":"u","controller":true}]: Only one reference can have Controller set to true. Found "true" in references for web and b',
  ],
  [
    'a finalizer without a domain',
    { finalizers: ['mine'] },
    'metadata.finalizers[0]: Invalid value: "mine": name is neither a standard finalizer name nor is it fully qualified',
  ],
  [
    'both finalizers of deletion',
    { finalizers: ['orphan', 'foregroundDeletion'] },
    'metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: finalizer orphan and foregroundDeletion cannot be both set',
  ],
  [
    'a negative generation',
    { generation: -1 },
    'metadata.generation: Invalid value: -1: must be greater than or equal to 0',
  ],
  [
    'an unknown operation',
    { managedFields: [{ operation: 'X' as 'Apply' }] },
    'metadata.managedFields[0].operation: Invalid value: "X": must be `Apply` or `Update`',
  ],
  [
    'unknown field marks',
    { managedFields: [{ operation: 'Apply', fieldsType: 'X' }] },
    'metadata.managedFields[0].fieldsType: Invalid value: "X": must be `FieldsV1`',
  ],
  [
    'a long manager',
    { managedFields: [{ operation: 'Apply', manager: 'x'.repeat(129) }] },
    'metadata.managedFields[0].manager: Too long: may not be more than 128 bytes',
  ],
]

describe('metadata', () => {
  test.each(cases)('with %s is refused', (_what, meta, error) => {
    expect(texts(validateObjectMeta({ ...good, ...meta }, { namespaced: true }))).toEqual([error])
  })

  test('may generate a name from a base that ends in a dash', () => {
    const meta = { ...good, generateName: 'web-' }
    expect(validateObjectMeta(meta, { namespaced: true })).toEqual([])
  })

  test('of what lives in no namespace has none', () => {
    expect(texts(validateObjectMeta(good, { namespaced: false }))).toEqual([
      'metadata.namespace: Forbidden: not allowed on this type',
    ])
  })

  test('may have annotations in upper case and names of other forms', () => {
    const meta = { name: 'system:node', annotations: { 'Example.COM/Key': '' } }
    expect(validateObjectMeta(meta, { namespaced: false, validateName: () => [] })).toEqual([])
  })
})

describe('an update of metadata', () => {
  const deleted = { ...good, finalizers: ['a.io/x'], deletionTimestamp: '2026-01-02T15:04:05Z' }
  test.each<[string, ObjectMeta, ObjectMeta, string]>([
    [
      'another name',
      { ...good, name: 'b' },
      good,
      'metadata.name: Invalid value: "b": field is immutable',
    ],
    [
      'another namespace',
      { ...good, namespace: 'b' },
      good,
      'metadata.namespace: Invalid value: "b": field is immutable',
    ],
    [
      'another uid',
      { ...good, uid: 'b' },
      { ...good, uid: 'a' },
      'metadata.uid: Invalid value: "b": field is immutable',
    ],
    [
      'a deletion',
      { ...good, deletionTimestamp: '2026-01-02T15:04:05Z' },
      good,
      'metadata.deletionTimestamp: Invalid value: "2026-01-02T15:04:05Z": field is immutable',
    ],
    [
      'an older generation',
      { ...good, generation: 1 },
      { ...good, generation: 2 },
      'metadata.generation: Invalid value: 1: must not be decremented',
    ],
    [
      'a new finalizer while being deleted',
      { ...deleted, finalizers: ['a.io/x', 'a.io/y'] },
      deleted,
      'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.io/y"}',
    ],
  ])('with %s is refused', (_what, meta, old, error) => {
    expect(texts(validateObjectMetaUpdate(meta, old))).toEqual([error])
  })

  test('may leave out what the server keeps', () => {
    expect(validateObjectMetaUpdate(good, { ...deleted, uid: 'a', generation: 2 })).toEqual([])
  })
})
