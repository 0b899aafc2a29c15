import { expect, test } from 'vitest'
import { objectStatus } from './object-status.ts'
import { containerSquares, podStatus } from './pod-status.ts'

test.each([
  ['Running', '2/2', 'ok', 'Running'],
  ['Running', '1/2', 'warn', 'Not ready'],
  ['Completed', '0/1', 'idle', 'Completed'],
  ['ContainerCreating', '0/1', 'busy', 'ContainerCreating'],
  ['Init:0/2', '0/1', 'busy', 'Init:0/2'],
  ['Pending', '0/1', 'warn', 'Pending'],
  ['CrashLoopBackOff', '0/1', 'bad', 'CrashLoopBackOff'],
  ['ImagePullBackOff', '0/1', 'bad', 'ImagePullBackOff'],
  ['Init:CrashLoopBackOff', '0/1', 'bad', 'Init:CrashLoopBackOff'],
  ['OOMKilled', '0/1', 'bad', 'OOMKilled'],
  ['Evicted', '0/1', 'bad', 'Evicted'],
  ['Unknown', '1/1', 'idle', 'Unknown'],
])('podStatus: %s with %s ready is %s', (word, ready, tone, shown) => {
  expect(podStatus({}, word, ready)).toEqual({ word: shown, tone })
})

test('podStatus shows a pod that is being deleted as Terminating', () => {
  const pod = { metadata: { deletionTimestamp: '2026-01-01T00:00:00Z' } }
  expect(podStatus(pod, 'Running', '1/1')).toEqual({ word: 'Terminating', tone: 'warn' })
})

test('containerSquares puts init containers first and counts a sidecar as a container', () => {
  const squares = containerSquares({
    spec: {
      nodeName: 'n',
      initContainers: [{ name: 'migrate' }, { name: 'mesh', restartPolicy: 'Always' }],
      containers: [{ name: 'api' }, { name: 'late' }],
    },
    status: {
      initContainerStatuses: [
        {
          name: 'migrate',
          restartCount: 0,
          state: { terminated: { exitCode: 0, reason: 'Completed', finishedAt: 't' } },
        },
        { name: 'mesh', ready: true, restartCount: 0, state: { running: { startedAt: 's' } } },
      ],
      containerStatuses: [
        { name: 'api', restartCount: 3, state: { waiting: { reason: 'CrashLoopBackOff' } } },
      ],
    },
  })
  expect(squares.map(({ name, init, state }) => [name, init, state])).toEqual([
    ['migrate', true, 'ended'],
    ['mesh', false, 'ready'],
    ['api', false, 'failed'],
    ['late', false, 'waiting'],
  ])
})

const deployment = (status: object, replicas = 2) => ({
  metadata: { generation: 2 },
  spec: { replicas },
  status: { observedGeneration: 2, ...status },
})

test.each([
  [deployment({ readyReplicas: 2, updatedReplicas: 2 }), 'Available', 'ok'],
  [deployment({ readyReplicas: 1, updatedReplicas: 2 }), 'Not ready', 'warn'],
  [deployment({ readyReplicas: 2, updatedReplicas: 1 }), 'Rolling out', 'busy'],
  [
    deployment({ readyReplicas: 2, updatedReplicas: 2, observedGeneration: 1 }),
    'Rolling out',
    'busy',
  ],
  [deployment({}, 0), 'Scaled to 0', 'idle'],
  [
    deployment({
      conditions: [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }],
    }),
    'ProgressDeadlineExceeded',
    'bad',
  ],
])('objectStatus of a Deployment %#', (object, word, tone) => {
  expect(objectStatus(object, 'Deployment', {})).toMatchObject({ word, tone })
})

test('objectStatus judges a custom kind by its Ready condition, and leaves others alone', () => {
  const custom = {
    status: { conditions: [{ type: 'Ready', status: 'False', reason: 'Issuing', message: 'm' }] },
  }
  expect(objectStatus(custom, 'Certificate', {})).toEqual({
    word: 'Issuing',
    tone: 'warn',
    message: 'm',
  })
  expect(objectStatus({}, 'ConfigMap', {})).toBeUndefined()
})

test('a pod in trouble shows its evidence, a healthy one says nothing', () => {
  const pod = (status: Record<string, unknown>) => ({ metadata: {}, status })
  const back = {
    name: 'main',
    state: { waiting: { reason: 'CrashLoopBackOff', message: 'back-off 10s restarting …' } },
    lastState: { terminated: { exitCode: 3 } },
  }
  expect(podStatus(pod({ containerStatuses: [back] }), 'CrashLoopBackOff', '0/1')).toMatchObject({
    tone: 'bad',
    message: 'main exited with code 3',
  })
  const waiting = { type: 'PodScheduled', status: 'False', message: '0/1 nodes are available' }
  expect(podStatus(pod({ conditions: [waiting] }), 'Pending', '0/1')).toMatchObject({
    tone: 'warn',
    message: '0/1 nodes are available',
  })
  expect(podStatus(pod({ containerStatuses: [back] }), 'Running', '1/1')).toEqual({
    word: 'Running',
    tone: 'ok',
  })
})
