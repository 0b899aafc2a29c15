import { expect, test } from 'vitest'
import type { ContainerStatus, ResourceRequirements } from '#kubernetes/api/core-v1.ts'
import type { BoundPod } from '../pod-facts.ts'
import { areSameResources, rememberedResources, withResources } from './pod-resources.ts'

const status = (name: string, given: Partial<ContainerStatus>): ContainerStatus => ({
  name,
  ready: true,
  restartCount: 0,
  image: '',
  imageID: '',
  ...given,
})
const pod = (
  resources: Record<string, ResourceRequirements>,
  containerStatuses: ContainerStatus[] = [],
): BoundPod => ({
  metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: {
    containers: Object.entries(resources).map(([name, own]) => ({ name, resources: own })),
  },
  status: { containerStatuses },
})
const cpu = (request: string, limit: string): ResourceRequirements => ({
  requests: { cpu: request },
  limits: { cpu: limit },
})
const remembered = (of: BoundPod) => Object.fromEntries(rememberedResources(of))

test('rememberedResources takes a pod without status for given what it asks for', () => {
  expect(remembered(pod({ a: cpu('1', '2') }))).toEqual({ a: cpu('1', '2') })
})

test('rememberedResources takes from the status what was given before a resize that waits', () => {
  const given = cpu('1', '2')
  const statuses = ['a', 'b'].map(name =>
    status(name, { allocatedResources: { cpu: '1' }, resources: given }),
  )
  expect(remembered(pod({ a: cpu('4', '8'), b: cpu('1', '9') }, statuses))).toEqual({
    a: given,
    b: given,
  })
})

test('rememberedResources takes a resize of limits alone for given: it needs no room', () => {
  const before = status('a', { allocatedResources: { cpu: '1' }, resources: cpu('1', '2') })
  expect(remembered(pod({ a: cpu('1', '4') }, [before]))).toEqual({ a: cpu('1', '4') })
})

test('areSameResources compares amounts of CPU and memory, not their spelling', () => {
  const of = (resources: ResourceRequirements) => new Map([['a', resources]])
  expect(areSameResources(of(cpu('1', '2')), of(cpu('1000m', '2')))).toBe(true)
  expect(areSameResources(of(cpu('1', '2')), of(cpu('1', '3')))).toBe(false)
  expect(areSameResources(of(cpu('1', '2')), of({ requests: { cpu: '1' } }))).toBe(false)
})

test('withResources leaves all else of a pod as it is', () => {
  const asked = pod({ a: cpu('4', '8'), b: {} })
  const given = withResources(asked, new Map([['a', cpu('1', '2')]]))
  expect(given).toEqual({ ...asked, spec: pod({ a: cpu('1', '2'), b: {} }).spec })
})
