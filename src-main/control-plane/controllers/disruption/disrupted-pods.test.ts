import { expect, test } from 'vitest'
import { formatTime } from '#base/clock.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { countHealthy, disruptedPods } from './disrupted-pods.ts'

const now = Date.parse('2026-01-02T12:00:00Z')
const ago = (seconds: number) => formatTime(now - seconds * 1000)
const pod = (name: string, deletionTimestamp?: string): Stored<Pod> => ({
  metadata: {
    name,
    uid: name,
    resourceVersion: '1',
    creationTimestamp: ago(600),
    ...(deletionTimestamp ? { deletionTimestamp } : {}),
  },
  spec: { containers: [] },
  status: { conditions: [{ type: 'Ready', status: 'True' }] },
})

test('an evicted pod counts as gone for two minutes, then as one that stayed', () => {
  const pods = [pod('fresh'), pod('older'), pod('stale'), pod('going', ago(1)), pod('other')]
  const known = { fresh: ago(10), older: ago(100), stale: ago(121), going: ago(5), gone: ago(5) }
  const { pending, overdue, recheckInMs } = disruptedPods(pods, known, now)
  expect(pending).toEqual({ fresh: ago(10), older: ago(100) })
  expect(overdue.map(({ metadata }) => metadata.name)).toEqual(['stale'])
  expect(recheckInMs).toBe(20_001)
  expect(countHealthy(pods, pending)).toBe(2)
})

test('without evictions there is nothing to look at again', () => {
  expect(disruptedPods([pod('a')], undefined, now)).toEqual({
    pending: {},
    overdue: [],
    recheckInMs: undefined,
  })
})
