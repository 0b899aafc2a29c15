import { expect, test } from 'vitest'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { podsToDelete } from './pods-to-delete.ts'

const now = Date.UTC(2026, 0, 2)

interface Traits {
  node?: string
  phase?: 'Pending' | 'Running' | 'Unknown'
  readyForMs?: number
  cost?: string
  restarts?: number
  ageMs?: number
}

function pod(name: string, traits: Traits = {}): Stored<Pod> {
  const { node = 'n1', phase = 'Running', readyForMs = 3_600_000, cost, restarts = 0 } = traits
  const at = (ms: number) => new Date(now - ms).toISOString()
  const ready = readyForMs >= 0
  return {
    metadata: {
      name,
      uid: name,
      resourceVersion: '1',
      creationTimestamp: at(traits.ageMs ?? 7_200_000),
      ...(cost ? { annotations: { 'controller.kubernetes.io/pod-deletion-cost': cost } } : {}),
    },
    spec: { containers: [], ...(node ? { nodeName: node } : {}) },
    status: {
      phase,
      conditions: [
        {
          type: 'Ready',
          status: ready ? 'True' : 'False',
          lastTransitionTime: at(Math.abs(readyForMs)),
        },
      ],
      containerStatuses: [{ name: 'c', ready, restartCount: restarts, image: '', imageID: '' }],
    },
  }
}

const chosen = (pods: Stored<Pod>[], count = 1) =>
  podsToDelete(pods, pods, count, now).map(({ metadata }) => metadata.name)

/** Of two pods that are alike, the one whose uid comes first goes: this one. */
const settled = pod('a-settled')

test.each([
  ['without a node', pod('other', { node: '' })],
  ['pending', pod('other', { phase: 'Pending' })],
  ['not ready', pod('other', { readyForMs: -1000 })],
  ['cheaper to delete', pod('other', { cost: '-5' })],
  ['ready for a shorter time', pod('other', { readyForMs: 60_000 })],
  ['restarted more often', pod('other', { restarts: 3 })],
  ['younger', pod('other', { ageMs: 60_000 })],
])('podsToDelete prefers a pod that is %s', (_, other) => {
  expect(chosen([settled, other])).toEqual(['other'])
  expect(chosen([other, settled])).toEqual(['other'])
})

test('podsToDelete prefers nodes with more pods of the same owner', () => {
  const pods = [pod('a'), pod('b', { node: 'n2' }), pod('c', { node: 'n2' })]
  expect(chosen(pods)).not.toEqual(['a'])
})

test('podsToDelete does not count pods on their way out where it looks for crowded nodes', () => {
  const leaving = pod('leaving', { node: 'n2' })
  leaving.metadata.deletionTimestamp = new Date(now).toISOString()
  const active = [pod('a'), pod('b', { node: 'n2' })]
  const doomed = podsToDelete(active, [...active, leaving], 1, now)
  expect(doomed.map(({ metadata }) => metadata.name)).toEqual(['a'])
})

test('podsToDelete weighs the criteria in the documented order', () => {
  const costly = pod('costly', { cost: '100', readyForMs: -1000 })
  const cheap = pod('cheap', { cost: '-100' })
  expect(chosen([cheap, costly])).toEqual(['costly'])
})
