import { expect, test } from 'vitest'
import type { PodSpec } from '#kubernetes/api/core-v1.ts'
import type { RuntimeContainer } from '../../runtimes/container-runtime.ts'
import type { BoundPod } from '../pod-facts.ts'
import type { PodRuntimeState } from '../pod-runtime-state.ts'
import { type ProbeVerdict, podActions } from './pod-actions.ts'

const pod = (spec: Partial<PodSpec> = {}): BoundPod => ({
  metadata: { name: 'p', namespace: 'd', uid: 'u', resourceVersion: '1', creationTimestamp: '' },
  spec: { restartPolicy: 'Always', containers: [{ name: 'a' }, { name: 'b' }], ...spec },
})

const container = (
  name: string,
  state: RuntimeContainer['state'],
  exitCode?: number,
  sandboxId = 's0',
): RuntimeContainer => ({
  id: `${name}-id`,
  sandboxId,
  podUid: 'u',
  name,
  attempt: 0,
  image: '',
  imageId: '',
  state,
  createdAt: 1,
  startedAt: 1,
  finishedAt: state === 'exited' ? 2 : undefined,
  exitCode,
  reason: undefined,
  message: undefined,
  resources: {},
  labels: {},
  annotations: {},
})

const engine = (
  containers: RuntimeContainer[],
  sandbox: 'ready' | 'notready' | 'none' = 'ready',
): PodRuntimeState => ({
  sandboxes:
    sandbox !== 'none'
      ? [
          {
            id: 's0',
            config: { name: 'p', namespace: 'd', uid: 'u', attempt: 0 },
            state: sandbox,
            createdAt: 0,
            ips: [],
            labels: {},
            annotations: {},
          },
        ]
      : [],
  containers,
})

function actions(
  spec: Partial<PodSpec>,
  state: PodRuntimeState,
  probes: { verdict?: ProbeVerdict; started?: boolean; again?: string } = {},
) {
  const { newSandbox, kill, start, finished } = podActions({
    pod: pod(spec),
    state,
    verdict: name => (name === 'a' ? probes.verdict : undefined),
    isToRunAgain: ({ name }) => name === probes.again,
    hasStarted: () => probes.started ?? true,
  })
  return {
    ...(newSandbox ? { sandbox: newSandbox.attempt } : {}),
    ...(kill.length ? { kill: kill.map(({ message }) => message) } : {}),
    ...(start.length ? { start: start.map(({ name }) => name) } : {}),
    ...(finished ? { finished } : {}),
  }
}

const running = [container('a', 'running'), container('b', 'running')]
const init = (restartPolicy?: string): Partial<PodSpec> => ({
  initContainers: [{ name: 'i', ...(restartPolicy ? { restartPolicy } : {}) }],
})

test('a new pod gets a sandbox, then all its containers', () => {
  expect(actions({}, engine([], 'none'))).toEqual({ sandbox: 0, start: ['a', 'b'] })
  expect(actions({}, engine([]))).toEqual({ start: ['a', 'b'] })
  expect(actions({}, engine(running))).toEqual({})
})

test('a dead sandbox is replaced and everything in it runs again', () => {
  expect(actions({}, engine(running, 'notready'))).toEqual({ sandbox: 1, start: ['a', 'b'] })
})

test('what ended is restarted as the policy says', () => {
  const failedAndDone = [container('a', 'exited', 1), container('b', 'exited', 0)]
  expect(actions({}, engine(failedAndDone))).toEqual({ start: ['a', 'b'] })
  expect(actions({ restartPolicy: 'OnFailure' }, engine(failedAndDone))).toEqual({ start: ['a'] })
  expect(actions({ restartPolicy: 'Never' }, engine(failedAndDone))).toEqual({ finished: true })
})

test('what was ended to run again does, however it ended', () => {
  const done = [container('a', 'exited', 0), container('b', 'exited', 0)]
  expect(actions({ restartPolicy: 'OnFailure' }, engine(done), { again: 'a' })).toEqual({
    start: ['a'],
  })
})

test('a container whose image changed is ended to run again, whatever the policy', () => {
  const made = { ...container('a', 'running'), labels: { 'dev.slipway.image': 'app:1' } }
  const containers = [{ name: 'a', image: 'app:2' }]
  const changed = { kill: ['Container a definition changed, will be restarted'] }
  expect(actions({ containers, restartPolicy: 'Never' }, engine([made]))).toEqual(changed)
  expect(actions({ containers: [{ name: 'a', image: 'app:1' }] }, engine([made]))).toEqual({})
  const sidecar = { ...made, name: 'i', id: 'i-id' }
  const initContainers = [{ name: 'i', image: 'app:2', restartPolicy: 'Always' }]
  expect(actions({ initContainers }, engine([sidecar, ...running]))).toEqual({
    kill: ['Container i definition changed, will be restarted'],
  })
})

test('a finished pod gets no new sandbox', () => {
  const done = [container('a', 'exited', 0), container('b', 'exited', 0)]
  expect(actions({ restartPolicy: 'OnFailure' }, engine(done, 'notready'))).toEqual({
    finished: true,
  })
})

test('init containers run before the others and only until they succeed', () => {
  expect(actions(init(), engine([]))).toEqual({ start: ['i'] })
  expect(actions(init(), engine([container('i', 'running')]))).toEqual({})
  expect(actions(init(), engine([container('i', 'exited', 0)]))).toEqual({ start: ['a', 'b'] })
  expect(actions(init(), engine([container('i', 'exited', 1)]))).toEqual({ start: ['i'] })
  expect(
    actions({ ...init(), restartPolicy: 'Never' }, engine([container('i', 'exited', 1)])),
  ).toEqual({ finished: true })
})

test('a new sandbox is initialised anew', () => {
  const old = [container('i', 'exited', 0, 'gone'), container('a', 'exited', 1, 'gone')]
  expect(actions(init(), engine(old))).toEqual({ start: ['i'] })
})

test('a sidecar starts first, lets the others start once it has started, and is kept running', () => {
  const sidecar = init('Always')
  expect(actions(sidecar, engine([]))).toEqual({ start: ['i'] })
  const alone = engine([container('i', 'running')])
  expect(actions(sidecar, alone, { started: false })).toEqual({})
  expect(actions(sidecar, alone)).toEqual({ start: ['a', 'b'] })
  expect(actions(sidecar, engine([container('i', 'exited', 0), ...running]))).toEqual({
    start: ['i'],
  })
})

test('a failed liveness probe kills, and says whether it will be restarted', () => {
  expect(actions({}, engine(running), { verdict: 'liveness' })).toEqual({
    kill: ['Container a failed liveness probe, will be restarted'],
  })
  expect(actions({ restartPolicy: 'Never' }, engine(running), { verdict: 'startup' })).toEqual({
    kill: ['Container a failed startup probe'],
  })
})
