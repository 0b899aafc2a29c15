import { expect, test } from 'vitest'
import type { Container, ContainerState, ContainerStatus } from '#kubernetes/api/core-v1.ts'
import { endStatuses, unknownEnd } from './end-statuses.ts'

const status = (state: ContainerState, more: Partial<ContainerStatus> = {}): ContainerStatus =>
  ({ name: '', state, ...more }) as ContainerStatus
const waiting = status({ waiting: { reason: 'PodInitializing' } })
const ended = (exitCode: number) => status({ terminated: { exitCode } })
const retried = status(waiting.state ?? {}, { lastState: { terminated: { exitCode: 1 } } })
const sidecar = (started: boolean) => status({ running: {} }, { started })

const shown = ({ state }: ContainerStatus) => {
  if (state === unknownEnd) return 'unknown'
  return state?.terminated?.exitCode ?? (state?.running ? 'running' : 'waiting')
}

type Shown = ReturnType<typeof shown>
test.each<[string, ContainerStatus[], ContainerStatus[], Shown[], Shown[]]>([
  ['no init containers', [], [waiting, ended(0)], [], ['unknown', 0]],
  [
    'init containers, none of them tried',
    [waiting, waiting],
    [waiting],
    ['unknown', 'waiting'],
    ['waiting'],
  ],
  [
    'an init container that failed',
    [ended(0), ended(1), waiting],
    [waiting],
    [0, 1, 'waiting'],
    ['waiting'],
  ],
  [
    'an init container that was to be tried again',
    [retried, waiting],
    [waiting],
    ['unknown', 'waiting'],
    ['waiting'],
  ],
  [
    'init containers that are done',
    [ended(0), ended(0)],
    [waiting, waiting],
    [0, 0],
    ['unknown', 'unknown'],
  ],
  [
    'init containers that failed after the pod had run',
    [ended(1)],
    [ended(0), waiting],
    [1],
    [0, 'unknown'],
  ],
])(
  'a pod with %s ends with what never started as failed',
  (_which, init, containers, ...expected) => {
    const spec = { containers: [], initContainers: init.map(() => ({ name: '' }) as Container) }
    const after = endStatuses(spec, { init, containers })
    expect([after.init.map(shown), after.containers.map(shown)]).toEqual(expected)
  },
)

test.each([
  [true, 'unknown'],
  [false, 'waiting'],
])(
  'a pod whose last init container is a sidecar was initialized when that had started: %s',
  (started, app) => {
    const spec = { containers: [], initContainers: [{ name: '', restartPolicy: 'Always' }] }
    const after = endStatuses(spec, { init: [sidecar(started)], containers: [waiting] })
    expect(after.containers.map(shown)).toEqual([app])
  },
)
