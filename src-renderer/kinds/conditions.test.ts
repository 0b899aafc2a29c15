import { expect, test } from 'vitest'
import { isGood } from './conditions.ts'

test.each([
  'Ready',
  'Available',
  'Progressing',
  'AbleToScale',
  'ScalingActive',
  'PodScheduled',
  'Complete',
  'Established',
  'DisruptionAllowed',
])('%s is good when it is true', type => {
  expect(isGood({ type, status: 'True' })).toBe(true)
  expect(isGood({ type, status: 'False' })).toBe(false)
  expect(isGood({ type, status: 'Unknown' })).toBe(false)
})

test.each([
  'MemoryPressure',
  'NetworkUnavailable',
  'ScalingLimited',
  'ReplicaFailure',
  'Failed',
  'FailureTarget',
  'Suspended',
  'NamespaceDeletionContentFailure',
  'NamespaceFinalizersRemaining',
  'NonStructuralSchema',
  'Dangling',
  'FileSystemResizePending',
  'PodResizeInProgress',
])('%s is good when it is false', type => {
  expect(isGood({ type, status: 'False' })).toBe(true)
  expect(isGood({ type, status: 'True' })).toBe(false)
  expect(isGood({ type, status: 'Unknown' })).toBe(false)
})
