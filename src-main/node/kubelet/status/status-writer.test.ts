import { expect, test } from 'vitest'
import { statusPatch } from './status-writer.ts'

test('statusPatch holds only what changed, and conditions one by one', () => {
  const ready = { type: 'Ready', status: 'False' }
  const scheduled = { type: 'PodScheduled', status: 'True' }
  const from = { phase: 'Pending' as const, hostIP: '1.1.1.1', conditions: [ready, scheduled] }
  expect(statusPatch(from, from)).toBeUndefined()
  expect(
    statusPatch(from, {
      ...from,
      phase: 'Running',
      conditions: [{ ...ready, status: 'True' }, scheduled],
    }),
  ).toEqual({ phase: 'Running', conditions: [{ type: 'Ready', status: 'True' }] })
})

test('statusPatch replaces addresses instead of merging them', () => {
  const from = { podIPs: [{ ip: '10.0.0.1' }] }
  expect(statusPatch(from, { podIPs: [{ ip: '10.0.0.2' }] })).toEqual({
    podIPs: [{ ip: '10.0.0.2' }, { $patch: 'replace' }],
  })
})

test("statusPatch deletes what was said of a resize that is done, and nobody else's conditions", () => {
  const others = { type: 'example.com/Gate', status: 'True' }
  const pending = { type: 'PodResizePending', status: 'True', reason: 'Deferred' }
  expect(statusPatch({ conditions: [others, pending] }, { conditions: [] })).toEqual({
    conditions: [{ type: 'PodResizePending', $patch: 'delete' }],
  })
})
