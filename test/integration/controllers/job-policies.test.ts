import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { jobs } from '#client/resource-types.ts'
import { jobController } from '#control-plane/controllers/job/job.ts'
import type { Job, JobSpec } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { eventually } from '../../support/eventually.ts'
import { namespace, WorkloadWorld } from '../../support/workload-world.ts'

const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
let world: WorkloadWorld

beforeAll(async () => {
  world = await WorkloadWorld.start([jobController], clock)
})
afterEach(() => {
  world.kubelet.endOf = () => undefined
  world.kubelet.mayGo = () => true
})
afterAll(() => world?.[Symbol.asyncDispose]())

const start = (name: string, spec: Partial<JobSpec>) =>
  world.client.create(jobs, {
    metadata: { name, namespace },
    spec: {
      ...spec,
      template: {
        metadata: { labels: { app: name } },
        spec: { restartPolicy: 'Never', containers: [{ name: 'main', image: 'work:1' }] },
      },
    },
  })
const read = (name: string) => world.client.get(jobs, { namespace, name })
const until = (name: string, check: (job: Job) => void) =>
  eventually(async () => check(await read(name)))
const reasons = ({ status }: Job) =>
  (status?.conditions ?? []).map(({ type, reason }) => `${type} ${reason}`)
const indexOf = ({ metadata }: Pod) =>
  Number(metadata.annotations?.['batch.kubernetes.io/job-completion-index'])
/** Has the pods of some indexes fail, and all others succeed. */
const endIndexes = (codes: Record<number, number>) => {
  world.kubelet.endOf = pod => ({ exitCode: codes[indexOf(pod)] ?? 0 })
}

/** Leaves those who would do something too early the time for it. */
const settled = () => new Promise(resolve => setTimeout(resolve, 200))

test('with podReplacementPolicy Failed a pod on its way out is replaced once it ended, else at once', async () => {
  world.kubelet.mayGo = () => false
  await start('patient', { podReplacementPolicy: 'Failed' })
  await start('hasty', { podReplacementPolicy: 'TerminatingOrFailed' })
  for (const name of ['patient', 'hasty']) {
    await until(name, ({ status }) => expect(status?.active).toBe(1))
    await world.evict(name)
  }
  await until('patient', ({ status }) => expect(status).toMatchObject({ terminating: 1, ready: 0 }))
  expect((await read('patient')).status?.active ?? 0).toBe(0)
  await clock.advance(20_000)
  await until('hasty', ({ status }) =>
    expect(status).toMatchObject({ terminating: 1, active: 1, failed: 1 }),
  )
  expect(await world.podsOf('patient')).toHaveLength(1)
  world.kubelet.mayGo = () => true
  await world.kubelet.look()
  await until('patient', ({ status }) =>
    expect(status).toMatchObject({ terminating: 0, failed: 1 }),
  )
  await clock.advance(20_000)
  await until('patient', ({ status }) => expect(status?.active).toBe(1))
})

test('a job of another controller is left alone', async () => {
  await start('foreign', { managedBy: 'example.com/queue' })
  await start('own', { managedBy: 'kubernetes.io/job-controller' })
  await until('own', ({ status }) => expect(status?.active).toBe(1))
  expect((await read('foreign')).status).toEqual({})
  expect(await world.podsOf('foreign')).toEqual([])
})

test('more failed indexes than a job may have fail it, though others still run', async () => {
  endIndexes({ 0: 1, 1: 1 })
  await start('brittle', {
    completionMode: 'Indexed',
    completions: 4,
    parallelism: 2,
    backoffLimitPerIndex: 0,
    maxFailedIndexes: 1,
  })
  await until('brittle', job => {
    expect(reasons(job)).toEqual([
      'FailureTarget MaxFailedIndexesExceeded',
      'Failed MaxFailedIndexesExceeded',
    ])
    expect(job.status).toMatchObject({ failedIndexes: '0,1', failed: 2 })
  })
})

test('an index that failed waits alone, longer each time, while the others go on', async () => {
  endIndexes({ 0: 1 })
  await start('independent', {
    completionMode: 'Indexed',
    completions: 6,
    parallelism: 2,
    backoffLimitPerIndex: 3,
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onExitCodes: { operator: 'In', values: [3] } }],
    },
  })
  const failures = async () => {
    const tries = (await world.podsOf('independent')).filter(pod => indexOf(pod) === 0)
    const count = ({ metadata }: Pod, kind: string) =>
      Number(metadata.annotations?.[`batch.kubernetes.io/job-index-${kind}`] ?? 0)
    return tries
      .map(pod => [count(pod, 'failure-count'), count(pod, 'ignored-failure-count')].join('+'))
      .sort()
  }
  await until('independent', ({ status }) => expect(status?.completedIndexes).toBe('1-5'))
  expect(await failures()).toEqual(['0+0'])
  endIndexes({ 0: 3 })
  await clock.advance(11_000)
  await eventually(async () => expect(await failures()).toEqual(['0+0', '1+0']))
  await clock.advance(11_000)
  await settled()
  expect(await failures()).toEqual(['0+0', '1+0'])
  endIndexes({})
  await clock.advance(10_000)
  await until('independent', ({ status }) => {
    expect(status).toMatchObject({ completedIndexes: '0-5', failed: 1 })
  })
  expect(await failures()).toEqual(['0+0', '1+0', '1+1'])
})

test('FailIndex fails an index without another try', async () => {
  endIndexes({ 1: 42 })
  await start('marked', {
    completionMode: 'Indexed',
    completions: 3,
    parallelism: 3,
    backoffLimitPerIndex: 5,
    podFailurePolicy: {
      rules: [{ action: 'FailIndex', onExitCodes: { operator: 'In', values: [42] } }],
    },
  })
  await until('marked', job => {
    expect(reasons(job)).toEqual(['FailureTarget FailedIndexes', 'Failed FailedIndexes'])
    expect(job.status).toMatchObject({ failedIndexes: '1', completedIndexes: '0,2', failed: 1 })
  })
})

test('a pod that was disrupted does not count where a policy ignores that', async () => {
  await start('disrupted', {
    backoffLimit: 0,
    podFailurePolicy: {
      rules: [{ action: 'Ignore', onPodConditions: [{ type: 'DisruptionTarget' }] }],
    },
  })
  await until('disrupted', ({ status }) => expect(status?.ready).toBe(1))
  await world.fail('disrupted', 0, [{ type: 'DisruptionTarget', status: 'True' }])
  await eventually(async () =>
    expect((await world.podsOf('disrupted')).map(pod => pod.status?.phase)).toContain('Failed'),
  )
  await clock.advance(20_000)
  await until('disrupted', job => {
    expect(job.status).toMatchObject({ active: 1, ready: 1 })
    expect(job.status?.failed ?? 0).toBe(0)
    expect(reasons(job)).toEqual([])
  })
})

test('enough successes of any index end a job', async () => {
  world.kubelet.endOf = pod => (indexOf(pod) > 0 ? { exitCode: 0 } : undefined)
  await start('enough', {
    completionMode: 'Indexed',
    completions: 3,
    parallelism: 3,
    successPolicy: { rules: [{ succeededCount: 2 }] },
  })
  await until('enough', job => {
    expect(reasons(job)).toEqual(['SuccessCriteriaMet SuccessPolicy', 'Complete SuccessPolicy'])
    expect(job.status).toMatchObject({ succeeded: 2, completedIndexes: '1,2' })
  })
})

test('an indexed job grows and shrinks with its completions', async () => {
  await start('elastic', { completionMode: 'Indexed', completions: 2, parallelism: 2 })
  await until('elastic', ({ status }) => expect(status?.ready).toBe(2))
  const resize = (size: number) =>
    world.client.patch(
      jobs,
      { namespace, name: 'elastic' },
      { spec: { completions: size, parallelism: size } },
      { type: 'merge' },
    )
  await resize(4)
  await until('elastic', ({ status }) => expect(status?.ready).toBe(4))
  await resize(1)
  await until('elastic', ({ status }) => expect(status).toMatchObject({ active: 1, ready: 1 }))
  const left = (await world.podsOf('elastic')).filter(pod => !pod.metadata.deletionTimestamp)
  expect(left.map(indexOf)).toEqual([0])
  endIndexes({})
  await world.kubelet.look()
  await until('elastic', job => expect(reasons(job)).toContain('Complete CompletionsReached'))
})
