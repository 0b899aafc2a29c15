import { expect, test } from 'vitest'
import { refuseResize } from './refuse-resize.ts'

const node = { cpu: '4', memory: '8Gi', pods: '110' }

test.each([
  ['fits beside the others', { cpu: '2', memory: '1Gi' }, { cpu: '2', memory: '7Gi' }, undefined],
  [
    'needs more CPU than the node has',
    { cpu: '4500m' },
    {},
    {
      reason: 'Infeasible',
      message: "Node didn't have enough capacity: cpu, requested: 4500, capacity: 4000",
    },
  ],
  [
    'needs more of both than the node has',
    { cpu: '5', memory: '9Gi' },
    {},
    {
      reason: 'Infeasible',
      message:
        "Node didn't have enough capacity: memory, requested: 9663676416, capacity: 8589934592",
    },
  ],
  [
    'needs memory that others have now',
    { cpu: '1', memory: '2Gi' },
    { cpu: '1', memory: '7Gi' },
    {
      reason: 'Deferred',
      message:
        "Node didn't have enough resource: memory, requested: 2147483648, used: 7516192768, capacity: 8589934592",
    },
  ],
  ['asks for nothing of what is overbooked', { memory: '1Gi' }, { cpu: '5' }, undefined],
])('a resize that %s', (_what, requested, used, verdict) => {
  expect(refuseResize(requested, used, node)).toEqual(verdict)
})
