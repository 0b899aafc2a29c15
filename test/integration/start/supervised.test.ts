import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { expect, test } from 'vitest'
import { systemClock } from '#base/clock.ts'
import { silentLogger } from '#base/logger.ts'
import { forkNode } from '#hosts/supervisor/child.ts'
import { ClusterProcess } from '#hosts/supervisor/cluster-process.ts'
import type { FromCluster } from '#platform/cluster-messages.ts'
import { isAlive } from '#platform/processes.ts'
import { eventually } from '../../support/eventually.ts'
import { TestHome } from '../../support/headless.ts'
import { kubectl } from '../../support/kubectl.ts'

const entry = path.resolve('src-main/hosts/headless/main.ts')
const argumentsFor = (home: TestHome) => [
  ...['--data-dir', home.file('data'), '--runtime', 'simulated', '--kubeconfig', 'none'],
]

function supervise(home: TestHome, notices: string[] = []): ClusterProcess {
  return new ClusterProcess({
    fork: forkNode,
    name: 'local',
    entry,
    args: argumentsFor(home),
    clock: systemClock,
    logger: silentLogger,
    onChange: () => {},
    onNotice: (_, message) => notices.push(message),
  })
}

test('a supervised cluster tells its steps with their times, and stops', async () => {
  await using home = await TestHome.make()
  const cluster = supervise(home)
  await cluster.start()
  const { state, steps, startupMs = 0 } = cluster.state
  expect(state).toBe('running')
  expect(steps.length).toBeGreaterThan(3)
  expect(steps.map(step => step.state)).toEqual(steps.map(() => 'done'))
  // Some run side by side, so that their sum may be more than the whole.
  const longest = Math.max(...steps.map(step => step.ms ?? 0))
  expect(longest).toBeGreaterThan(10)
  expect(longest).toBeLessThan(startupMs)
  await cluster.stop({ stopPods: false })
  expect(cluster.state.state).toBe('stopped')
})

test('a start can be cancelled', async () => {
  await using home = await TestHome.make()
  const cluster = supervise(home)
  const starting = cluster.start()
  const outcome = expect(starting).rejects.toThrow('was stopped')
  await eventually(() => expect(cluster.state.steps.length).toBeGreaterThan(0), { everyMs: 5 })
  await cluster.stop({ stopPods: false })
  await outcome
  expect(cluster.state.state).toBe('stopped')
})

test('a cluster that crashes is started again, on the same address, and it is said', async () => {
  await using home = await TestHome.make()
  const notices: string[] = []
  const cluster = supervise(home, notices)
  await cluster.start()
  const { apiServer, kubeconfig = '' } = cluster.state
  const { readFileSync } = await import('node:fs')
  const { pid } = JSON.parse(readFileSync(home.file('data/clusters/local/running.json'), 'utf8'))
  process.kill(pid, 'SIGKILL')
  await eventually(() => expect(notices.join()).toContain('crashed and is started again'))
  await eventually(() => expect(cluster.state.state).toBe('running'))
  expect(cluster.state.apiServer).toBe(apiServer)
  expect((await kubectl(kubeconfig, ['get', 'ns', 'default'])).code).toBe(0)
  await cluster.stop({ stopPods: false })
})

test('a cluster whose start fails says why', async () => {
  await using home = await TestHome.make()
  await home.start().ready()
  const cluster = supervise(home)
  await expect(cluster.start()).rejects.toThrow(/runs already/)
  expect(cluster.state).toMatchObject({ state: 'failed' })
})

test("a cluster ends when its parent's channel closes", async () => {
  await using home = await TestHome.make()
  const child: ChildProcess = fork(entry, argumentsFor(home), {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    execArgv: [],
  })
  const ready = Promise.withResolvers<void>()
  child.on('message', (message: FromCluster) => {
    if (message.type === 'ready') ready.resolve()
  })
  await ready.promise
  const ended = once(child, 'exit')
  child.disconnect()
  expect(await ended).toEqual([0, null])
  expect(isAlive(child.pid ?? 0)).toBe(false)
})
