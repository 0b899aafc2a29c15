import { expect, test } from 'vitest'
import { countedPlacement } from './placement.ts'

test.for(['preemption: ', 'no new claims to deallocate, preemption: '])(
  'countedPlacement reads what any scheduler says, the most frequent reason first: %s',
  tried => {
    const message =
      "0/12 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label), " +
      '3 Insufficient cpu, 8 node(s) had untolerated taint {role: control, plane}. ' +
      `${tried}0/12 nodes are available: 4 No preemption victims found for incoming pod.`
    expect(countedPlacement(message)?.reasons.map(({ count, reason }) => [count, reason])).toEqual([
      [8, 'node(s) had untolerated taint {role: control, plane}'],
      [3, 'Insufficient cpu'],
      [1, "node(s) didn't match pod topology spread constraints (missing required label)"],
    ])
  },
)

test.for([
  'no nodes available to schedule pods',
  '0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims.',
  '',
])('countedPlacement makes nothing of %j', message => {
  expect(countedPlacement(message)).toBeUndefined()
})
