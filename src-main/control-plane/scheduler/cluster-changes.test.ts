import { expect, test } from 'vitest'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { podChanges } from './cluster-changes.ts'

const pod = (asked: string, given: string, has: string, ready = true): Pod => ({
  metadata: { name: 'p' },
  spec: {
    nodeName: 'n',
    containers: [{ name: 'c', resources: { requests: { cpu: asked } } }],
  },
  status: {
    containerStatuses: [
      {
        ...{ name: 'c', ready, restartCount: 0, image: '', imageID: '' },
        allocatedResources: { cpu: given },
        resources: { requests: { cpu: has } },
      },
    ],
  },
})

test.each([
  ['asks for less', pod('2', '2', '2'), pod('1', '2', '2')],
  ['was given less', pod('1', '2', '2'), pod('1', '1', '2')],
  ['has less', pod('1', '1', '2'), pod('1', '1', '1')],
])('a pod on a node that %s makes room', (_what, before, after) => {
  expect(podChanges(after, before)).toEqual(['pod removed'])
})

test('a pod on a node that only becomes ready changes nothing for others', () => {
  expect(podChanges(pod('1', '1', '1'), pod('1', '1', '1', false))).toEqual([])
  const starting: Pod = { ...pod('1', '1', '1'), status: {} }
  expect(podChanges(pod('1', '1', '1'), starting)).toEqual([])
})
