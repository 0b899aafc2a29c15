import { expect, test } from 'vitest'
import type {
  Container,
  ContainerState,
  ContainerStatus,
  Pod,
  PodSpec,
  PodStatus,
} from '#kubernetes/api/core-v1.ts'
import { podColumns } from './pod-columns.ts'

const now = Date.parse('2026-01-02T15:04:05Z')
const ago = (minutes: number) => new Date(now - minutes * 60_000).toISOString()

const container = (name: string, rest: Partial<Container> = {}): Container => ({ name, ...rest })
const report = (
  name: string,
  state: ContainerState,
  rest: Partial<ContainerStatus> = {},
): ContainerStatus => ({
  name,
  state,
  ready: false,
  restartCount: 0,
  image: '',
  imageID: '',
  ...rest,
})
const running = (name: string, rest: Partial<ContainerStatus> = {}) =>
  report(name, { running: {} }, { ready: true, ...rest })
const waiting = (reason: string): ContainerState => ({ waiting: { reason } })
const ended = (exitCode: number, reason?: string, signal?: number): ContainerState => ({
  terminated: { exitCode, ...(reason ? { reason } : {}), ...(signal ? { signal } : {}) },
})
const lastEnded = (minutes: number, restartCount: number): Partial<ContainerStatus> => ({
  restartCount,
  lastState: { terminated: { exitCode: 1, finishedAt: ago(minutes) } },
})

interface State {
  spec?: Partial<PodSpec>
  status: PodStatus
  deleted?: true
}

function cells({ spec, status, deleted }: State): string[] {
  const pod: Pod = {
    metadata: {
      name: 'web',
      creationTimestamp: ago(60),
      ...(deleted ? { deletionTimestamp: ago(0) } : {}),
    },
    spec: { containers: [container('a')], ...spec },
    status,
  }
  return podColumns.slice(1, 4).map(({ value }) => String(value(pod, now)))
}

const two = { containers: [container('a'), container('b')] }
const withInit = { initContainers: [container('i'), container('j')] }
const withSidecar = { initContainers: [container('s', { restartPolicy: 'Always' })] }
const initialized = { type: 'Initialized', status: 'True' }
const ready = { type: 'Ready', status: 'True' }

const table: [what: string, state: State, ready: string, status: string, restarts: string][] = [
  ['just created', { status: { phase: 'Pending' } }, '0/1', 'Pending', '0'],
  [
    'gated',
    {
      status: {
        phase: 'Pending',
        conditions: [{ type: 'PodScheduled', status: 'False', reason: 'SchedulingGated' }],
      },
    },
    '0/1',
    'SchedulingGated',
    '0',
  ],
  [
    'creating',
    {
      status: { phase: 'Pending', containerStatuses: [report('a', waiting('ContainerCreating'))] },
    },
    '0/1',
    'ContainerCreating',
    '0',
  ],
  [
    'running',
    { status: { phase: 'Running', containerStatuses: [running('a')] } },
    '1/1',
    'Running',
    '0',
  ],
  [
    'running, not ready',
    { status: { phase: 'Running', containerStatuses: [running('a', { ready: false })] } },
    '0/1',
    'Running',
    '0',
  ],
  [
    'one of two ready',
    {
      spec: two,
      status: {
        phase: 'Running',
        containerStatuses: [running('a'), running('b', { ready: false })],
      },
    },
    '1/2',
    'Running',
    '0',
  ],
  [
    'restarted a while ago',
    { status: { phase: 'Running', containerStatuses: [running('a', lastEnded(5, 3))] } },
    '1/1',
    'Running',
    '3 (5m ago)',
  ],
  [
    'crashing',
    {
      status: {
        phase: 'Running',
        containerStatuses: [report('a', waiting('CrashLoopBackOff'), lastEnded(1, 2))],
      },
    },
    '0/1',
    'CrashLoopBackOff',
    '2 (60s ago)',
  ],
  [
    'without its image',
    { status: { phase: 'Pending', containerStatuses: [report('a', waiting('ImagePullBackOff'))] } },
    '0/1',
    'ImagePullBackOff',
    '0',
  ],
  [
    'done',
    { status: { phase: 'Succeeded', containerStatuses: [report('a', ended(0, 'Completed'))] } },
    '0/1',
    'Completed',
    '0',
  ],
  [
    'failed',
    { status: { phase: 'Failed', containerStatuses: [report('a', ended(1, 'Error'))] } },
    '0/1',
    'Error',
    '0',
  ],
  [
    'out of memory',
    { status: { phase: 'Failed', containerStatuses: [report('a', ended(137, 'OOMKilled'))] } },
    '0/1',
    'OOMKilled',
    '0',
  ],
  [
    'ended without a reason',
    { status: { phase: 'Failed', containerStatuses: [report('a', ended(3))] } },
    '0/1',
    'ExitCode:3',
    '0',
  ],
  [
    'killed by a signal',
    { status: { phase: 'Failed', containerStatuses: [report('a', ended(137, undefined, 9))] } },
    '0/1',
    'Signal:9',
    '0',
  ],
  ['evicted', { status: { phase: 'Failed', reason: 'Evicted' } }, '0/1', 'Evicted', '0'],
  [
    'one done, one running and ready',
    {
      spec: two,
      status: {
        phase: 'Running',
        conditions: [ready],
        containerStatuses: [report('a', ended(0, 'Completed')), running('b')],
      },
    },
    '1/2',
    'Running',
    '0',
  ],
  [
    'one done, one running, not ready',
    {
      spec: two,
      status: {
        phase: 'Running',
        containerStatuses: [report('a', ended(0, 'Completed')), running('b')],
      },
    },
    '1/2',
    'NotReady',
    '0',
  ],
  [
    'one done, one failed',
    {
      spec: two,
      status: {
        phase: 'Failed',
        containerStatuses: [report('a', ended(0, 'Completed')), report('b', ended(2, 'Error'))],
      },
    },
    '0/2',
    'Error',
    '0',
  ],
  [
    'first init container waits',
    {
      spec: withInit,
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          report('i', waiting('PodInitializing')),
          report('j', waiting('PodInitializing')),
        ],
      },
    },
    '0/1',
    'Init:0/2',
    '0',
  ],
  [
    'second init container runs',
    {
      spec: withInit,
      status: {
        phase: 'Pending',
        initContainerStatuses: [report('i', ended(0, 'Completed')), report('j', { running: {} })],
      },
    },
    '0/1',
    'Init:1/2',
    '0',
  ],
  [
    'init container crashes',
    {
      spec: withInit,
      status: {
        phase: 'Pending',
        initContainerStatuses: [
          report('i', waiting('CrashLoopBackOff'), lastEnded(3, 4)),
          report('j', waiting('PodInitializing')),
        ],
      },
    },
    '0/1',
    'Init:CrashLoopBackOff',
    '4 (3m ago)',
  ],
  [
    'init container failed',
    {
      spec: withInit,
      status: { phase: 'Failed', initContainerStatuses: [report('i', ended(1, 'Error'))] },
    },
    '0/1',
    'Init:Error',
    '0',
  ],
  [
    'init container ended without a reason',
    { spec: withInit, status: { phase: 'Failed', initContainerStatuses: [report('i', ended(7))] } },
    '0/1',
    'Init:ExitCode:7',
    '0',
  ],
  [
    'init container killed by a signal',
    {
      spec: withInit,
      status: { phase: 'Failed', initContainerStatuses: [report('i', ended(137, undefined, 9))] },
    },
    '0/1',
    'Init:Signal:9',
    '0',
  ],
  [
    'initialised, now creating',
    {
      spec: withInit,
      status: {
        phase: 'Pending',
        conditions: [initialized],
        initContainerStatuses: [report('i', ended(0)), report('j', ended(0))],
        containerStatuses: [report('a', waiting('PodInitializing'))],
      },
    },
    '0/1',
    'PodInitializing',
    '0',
  ],
  [
    'with a sidecar',
    {
      spec: withSidecar,
      status: {
        phase: 'Running',
        conditions: [initialized],
        initContainerStatuses: [running('s', { started: true, ...lastEnded(2, 1) })],
        containerStatuses: [running('a')],
      },
    },
    '2/2',
    'Running',
    '1 (2m ago)',
  ],
  [
    'sidecar not started',
    {
      spec: withSidecar,
      status: {
        phase: 'Pending',
        initContainerStatuses: [report('s', { running: {} }, { started: false })],
      },
    },
    '0/2',
    'Init:0/1',
    '0',
  ],
  [
    'being deleted',
    { deleted: true, status: { phase: 'Running', containerStatuses: [running('a')] } },
    '1/1',
    'Terminating',
    '0',
  ],
  [
    'being deleted on a lost node',
    { deleted: true, status: { phase: 'Running', reason: 'NodeLost' } },
    '0/1',
    'Unknown',
    '0',
  ],
  [
    'done and being deleted',
    {
      deleted: true,
      status: { phase: 'Succeeded', containerStatuses: [report('a', ended(0, 'Completed'))] },
    },
    '0/1',
    'Completed',
    '0',
  ],
]

test.each(table)('a pod that is %s', (_what, state, ready, status, restarts) => {
  expect(cells(state)).toEqual([ready, status, restarts])
})

test('wide columns say where a pod is and which gates are met', () => {
  const pod: Pod = {
    metadata: { name: 'web' },
    spec: {
      containers: [],
      nodeName: 'node-1',
      readinessGates: [{ conditionType: 'a.io/x' }, { conditionType: 'a.io/y' }],
    },
    status: { podIPs: [{ ip: '10.1.2.3' }], conditions: [{ type: 'a.io/x', status: 'True' }] },
  }
  const wide = (given: Pod) =>
    podColumns.filter(({ priority }) => priority).map(({ value }) => value(given, now))
  expect(wide(pod)).toEqual(['10.1.2.3', 'node-1', '<none>', '1/2'])
  expect(wide({ metadata: {}, spec: { containers: [] } })).toEqual([
    '<none>',
    '<none>',
    '<none>',
    '<none>',
  ])
})
