import { expect, test } from 'vitest'
import type { Deployment, ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import type { IntOrString } from '#kubernetes/scalars.ts'
import { withReplicas } from './revisions.ts'
import {
  maxSurge,
  maxUnavailable,
  newReplicaSetSize,
  oldPodsToRemove,
  proportionalSizes,
} from './rollout-arithmetic.ts'

const deployment = (
  replicas: number,
  surge: IntOrString,
  unavailable: IntOrString,
): Deployment => ({
  metadata: { name: 'web' },
  spec: {
    replicas,
    selector: {},
    template: {},
    strategy: {
      type: 'RollingUpdate',
      rollingUpdate: { maxSurge: surge, maxUnavailable: unavailable },
    },
  },
})

const replicaSet = (
  replicas: number,
  available = replicas,
  desired = 10,
  max = 13,
): ReplicaSet => ({
  metadata: { annotations: withReplicas({}, desired, max) },
  spec: { replicas, selector: {} },
  status: { replicas, availableReplicas: available },
})

test.each([
  [10, '25%', '25%', 3, 2],
  [3, '25%', '25%', 1, 0],
  [1, '25%', '25%', 1, 0],
  [4, 0, 0, 0, 1],
  [4, '0%', '0%', 0, 1],
  [2, 5, 5, 5, 2],
  [0, 1, 1, 1, 0],
] as const)(
  '%i replicas with surge %s and unavailable %s allow %i more and %i fewer',
  (replicas, surge, unavailable, more, fewer) => {
    const subject = deployment(replicas, surge, unavailable)
    expect([maxSurge(subject), maxUnavailable(subject)]).toEqual([more, fewer])
  },
)

test('newReplicaSetSize fills the surge and no more', () => {
  const subject = deployment(10, 3, 2)
  const old = replicaSet(10)
  expect(newReplicaSetSize(subject, [old], undefined)).toBe(3)
  const newest = replicaSet(3)
  expect(newReplicaSetSize(subject, [old, newest], newest)).toBe(3)
  expect(newReplicaSetSize(subject, [replicaSet(8), newest], newest)).toBe(5)
  expect(newReplicaSetSize(subject, [newest], newest)).toBe(10)
})

test('oldPodsToRemove counts new pods that are not available as lost', () => {
  const subject = deployment(10, 3, 2)
  const old = replicaSet(10)
  const starting = replicaSet(3, 0)
  expect(oldPodsToRemove(subject, [old, starting], starting)).toBe(2)
  const running = replicaSet(3, 3)
  expect(oldPodsToRemove(subject, [old, running], running)).toBe(5)
})

test('proportionalSizes shares growth as the documentation shows, and shrinking alike', () => {
  const old = replicaSet(8)
  const newest = replicaSet(5)
  const sizes = (replicas: number) =>
    proportionalSizes(deployment(replicas, 3, 2), [old, newest]).map(({ size }) => size)
  expect(sizes(15)).toEqual([11, 7])
  expect(sizes(5)).toEqual([5, 3])
  expect(sizes(0)).toEqual([0, 0])
})

test('proportionalSizes gives what rounding leaves over to the largest', () => {
  const equal = [replicaSet(4, 4, 10, 13), replicaSet(4, 4, 10, 13), replicaSet(4, 4, 10, 13)]
  const sizes = proportionalSizes(deployment(11, 3, 2), equal).map(({ size }) => size)
  expect(sizes).toEqual([6, 4, 4])
})
