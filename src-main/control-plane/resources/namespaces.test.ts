import { expect, test } from 'vitest'
import type { Namespace } from '#kubernetes/api/core-v1.ts'
import { namespaces } from './namespaces.ts'
import { created, failuresOf, statusFailuresOf, testContext } from './shared/testing.ts'

const namespace = (rest: Partial<Namespace> = {}): Namespace => ({
  metadata: { name: 'team' },
  spec: {},
  ...rest,
})

test('a namespace that is created is active, labelled with its name and kept by its finalizer', () => {
  const given = namespace({ status: { phase: 'Terminating' } })
  expect(created(namespaces, given)).toEqual({
    metadata: { name: 'team', labels: { 'kubernetes.io/metadata.name': 'team' } },
    spec: { finalizers: ['kubernetes'] },
    status: { phase: 'Active' },
  })
})

test('the label follows the name whatever a client writes', () => {
  const given = namespace()
  given.metadata.labels = { 'kubernetes.io/metadata.name': 'other' }
  namespaces.defaults?.(given)
  expect(given.metadata.labels).toEqual({ 'kubernetes.io/metadata.name': 'team' })
})

test('only finalize changes the finalizers', () => {
  const old = created(namespaces, namespace())
  const next = structuredClone(old)
  next.spec.finalizers = []
  namespaces.prepareForUpdate?.(next, old, testContext)
  expect(next.spec.finalizers).toEqual(['kubernetes'])
})

test.each<[string, Namespace, string]>([
  ['a dotted name', { metadata: { name: 'a.b' }, spec: {} }, 'metadata.name'],
  ['a finalizer of nobody', namespace({ spec: { finalizers: ['mine'] } }), 'spec.finalizers[0]'],
  ['a namespace', { metadata: { name: 'a', namespace: 'b' }, spec: {} }, 'metadata.namespace'],
])('a namespace with %s is refused', (_what, object, field) => {
  expect(failuresOf(namespaces, object).map(text => text.split(':')[0])).toEqual([field])
})

test('the phase says whether it is being deleted', () => {
  const terminating = (object: Namespace) => {
    object.status = { phase: 'Terminating' }
  }
  expect(statusFailuresOf(namespaces, namespace(), terminating)).toEqual([
    'status.phase: Invalid value: "Terminating": may only be \'Active\' if `deletionTimestamp` is empty',
  ])
})
