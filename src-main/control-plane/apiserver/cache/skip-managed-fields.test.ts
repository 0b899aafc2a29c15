import { expect, test } from 'vitest'
import { textWithoutManagedFields } from './skip-managed-fields.ts'

const head = '{"kind":"Pod","apiVersion":"v1","metadata":{'
const managedFields = [{ manager: 'k"u[b', fieldsV1: { 'f:x': { 'k:{"a":"]\\\\"}': {} } } }]

test.each([
  ['last', { name: 'a', labels: { x: 'y' }, managedFields }],
  ['first', { managedFields, name: 'a' }],
  ['alone', { managedFields }],
  ['in the middle', { name: 'a', managedFields, uid: '1' }],
  ['after text that looks like them', { name: ',"managedFields":[1]\\', managedFields }],
  ['after other nested names', { annotations: { managedFields: 'x' }, managedFields, uid: 'ü' }],
  ['absent', { name: 'a', labels: { managedFields: '[' } }],
  ['absent and nothing else', {}],
])('textWithoutManagedFields drops managedFields that are %s', (_, metadata) => {
  const rest = { spec: { template: { metadata: { managedFields } }, n: [1, -2.5e3, null, true] } }
  const json = Buffer.from(JSON.stringify({ kind: 'Pod', apiVersion: 'v1', metadata, ...rest }))
  const { managedFields: _dropped, ...kept } = metadata as Record<string, unknown>
  expect(JSON.parse(textWithoutManagedFields(json, head.length))).toEqual({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: kept,
    ...rest,
  })
})
