import { expect, test } from 'vitest'
import { explain, explainByPod, podInTrouble } from './why.ts'

const pod = (name: string, status: object) => ({
  kind: 'Pod',
  metadata: { name },
  spec: {},
  status: { phase: 'Running', ...status },
})
const well = pod('well', {
  conditions: [{ type: 'Ready', status: 'True' }],
  containerStatuses: [{ name: 'main', ready: true, state: { running: {} } }],
})
const unpulled = pod('unpulled', {
  phase: 'Pending',
  containerStatuses: [
    { name: 'main', image: 'nowhere/app:1', state: { waiting: { reason: 'ImagePullBackOff' } } },
  ],
})
const unready = pod('unready', {
  conditions: [{ type: 'Ready', status: 'False' }],
  containerStatuses: [{ name: 'main', ready: false, state: { running: {} } }],
})
const probeFails = { type: 'Warning', reason: 'Unhealthy', message: 'Readiness probe failed' }
const deployment = (...conditions: object[]) => ({
  kind: 'Deployment',
  metadata: { name: 'web' },
  status: { conditions },
})

test('a workload is explained by the pod of it that is in trouble', () => {
  const found = podInTrouble([well, unready, unpulled])
  expect(found).toBe(unpulled)
  const panel = explainByPod(explain(deployment(), []), unpulled, [])
  expect(panel?.sentence).toBe('The image nowhere/app:1 cannot be had.')
  expect(panel?.chain.map(({ kind, name }) => `${kind} ${name}`).slice(0, 2)).toEqual([
    'Pod unpulled',
    'Container main',
  ])
  // The pod itself offers to change its image.
  expect(explain(unpulled, [])?.mend).toMatchObject({ what: 'image', container: 'main' })
  expect(panel).not.toHaveProperty('mend')
})

test('what a workload says of itself comes before its pod', () => {
  const late = { type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }
  const panel = explainByPod(explain(deployment(late), []), unpulled, [])
  expect(panel?.chain.map(({ kind }) => kind).slice(0, 2)).toEqual(['Deployment', 'Pod'])
})

test('a pod that only is not ready yet is no trouble until an event says so', () => {
  expect(podInTrouble([well])).toBeUndefined()
  expect(podInTrouble([well, unready])).toBe(unready)
  expect(explainByPod(null, unready, [])).toBeNull()
  expect(explainByPod(null, unready, [probeFails])?.sentence).toBe(
    'main runs, but its probe fails.',
  )
})

test('a pod that gates hold up is not said to find no node', () => {
  const unscheduled = (reason: string) =>
    pod('waiting', {
      phase: 'Pending',
      conditions: [{ type: 'PodScheduled', status: 'False', reason, message: 'said' }],
    })
  expect(explain(unscheduled('SchedulingGated'), [])?.sentence).toBe(
    'Scheduling gates hold this pod up.',
  )
  expect(explain(unscheduled('Unschedulable'), [])?.sentence).toBe('No node takes this pod.')
})
