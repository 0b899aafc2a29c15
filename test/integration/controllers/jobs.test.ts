import { afterEach, beforeEach, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import { events, jobs, pods, serviceAccounts } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import { jobController } from '#control-plane/controllers/job/job.ts'
import { ttlAfterFinishedController } from '#control-plane/controllers/ttl-after-finished.ts'
import type { Job, JobSpec } from '#kubernetes/api/batch-v1.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { type ControlledCluster, startControlledCluster } from '../../support/controlled-cluster.ts'
import { eventually } from '../../support/eventually.ts'
import { PretendKubelet } from '../../support/pretend-kubelet.ts'

let clock: FakeClock
let controlled: ControlledCluster
let client: Client
let kubelet: PretendKubelet

beforeEach(async () => {
  clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
  controlled = await startControlledCluster({
    clock,
    only: [jobController, ttlAfterFinishedController],
  })
  client = controlled.client
  await client.create(serviceAccounts, { metadata: { name: 'default', namespace: 'default' } })
  kubelet = new PretendKubelet(client, clock)
})

afterEach(async () => {
  await kubelet?.[Symbol.asyncDispose]()
  await controlled?.[Symbol.asyncDispose]()
})

const named = { name: 'work', namespace: 'default' }

const start = (spec: Partial<JobSpec> = {}, restartPolicy: 'Never' | 'OnFailure' = 'Never') =>
  client.create(jobs, {
    metadata: named,
    spec: {
      ...spec,
      template: { spec: { containers: [{ name: 'main', image: 'work:1' }], restartPolicy } },
    },
  })
const read = () => client.get(jobs, named)
const podsOf = async () => (await client.list(pods, { namespace: 'default' })).items
const conditions = ({ status }: Job) =>
  (status?.conditions ?? []).map(({ type, status, reason }) => `${type}=${status} ${reason}`)
const notes = async () =>
  (await client.list(events, { namespace: 'default' })).items.map(
    ({ reason, message }) => `${reason}: ${message}`,
  )
const until = (check: (job: Job) => void) => eventually(async () => check(await read()))
/** Lets what waits for time happen, while the rest of the world answers in its own time. */
const pass = async (seconds: number) => clock.advance(seconds * 1000)
/** Leaves those who would do something too early the time for it. */
const settled = () => new Promise(resolve => setTimeout(resolve, 200))

const succeed = () => ({ exitCode: 0 })
const fail = () => ({ exitCode: 1 })

test('a job runs its completions, at most its parallelism at once, and is complete', async () => {
  let most = 0
  await start({ completions: 5, parallelism: 2 })
  await until(({ status }) => expect(status).toMatchObject({ active: 2, ready: 2 }))
  most = (await podsOf()).length
  expect(most).toBe(2)
  kubelet.endOf = succeed
  await kubelet.look()
  await until(job => {
    expect(job.status?.active ?? 0).toBeLessThanOrEqual(2)
    expect(conditions(job)).toEqual([
      'SuccessCriteriaMet=True CompletionsReached',
      'Complete=True CompletionsReached',
    ])
    expect(job.status).toMatchObject({
      succeeded: 5,
      ready: 0,
      terminating: 0,
      uncountedTerminatedPods: {},
    })
    expect(job.status?.completionTime).toBeDefined()
  })
  const left = await podsOf()
  expect(left).toHaveLength(5)
  for (const { metadata } of left) {
    expect(metadata.finalizers).toBeUndefined()
    expect(metadata.labels).toMatchObject({
      'job-name': 'work',
      'batch.kubernetes.io/job-name': 'work',
    })
  }
  await eventually(async () => expect(await notes()).toContain('Completed: Job completed'))
})

test('failed pods are replaced after 10 s, 20 s …, until the back-off limit', async () => {
  kubelet.endOf = fail
  await start({ backoffLimit: 2 })
  await until(({ status }) => expect(status?.failed).toBe(1))
  await pass(9)
  await settled()
  expect(await podsOf()).toHaveLength(1)
  await pass(2)
  await until(({ status }) => expect(status?.failed).toBe(2))
  await pass(18)
  await settled()
  expect(await podsOf()).toHaveLength(2)
  await pass(3)
  await until(job => {
    expect(job.status?.failed).toBe(3)
    expect(conditions(job)).toEqual([
      'FailureTarget=True BackoffLimitExceeded',
      'Failed=True BackoffLimitExceeded',
    ])
  })
  await eventually(async () =>
    expect(await notes()).toContain(
      'BackoffLimitExceeded: Job has reached the specified backoff limit',
    ),
  )
})

test('a job that is active for too long is failed and its pods deleted', async () => {
  await start({ activeDeadlineSeconds: 30 })
  await until(({ status }) => expect(status?.active).toBe(1))
  await pass(31)
  await until(job => expect(conditions(job)).toContain('Failed=True DeadlineExceeded'))
  await eventually(async () => expect(await podsOf()).toEqual([]))
  expect((await read()).status).toMatchObject({ failed: 1 })
})

test('a job whose deadline is over waits for its pods to end, and keeps nobody from their turn', async () => {
  await start({ activeDeadlineSeconds: 30 })
  await until(({ status }) => expect(status?.active).toBe(1))
  await kubelet[Symbol.asyncDispose]()
  await pass(31)
  await until(job => expect(conditions(job)).toEqual(['FailureTarget=True DeadlineExceeded']))
  const [{ metadata } = { metadata: { name: '' } }] = await podsOf()
  const pod = { name: metadata.name, namespace: 'default' }
  await client.delete(pods, pod, { gracePeriodSeconds: 0 })
  await until(job => expect(conditions(job)).toContain('Failed=True DeadlineExceeded'))
})

test('a suspended job has no pods; resuming it starts its time anew', async () => {
  await start({ suspend: true, parallelism: 2, completions: 2 })
  await until(job => expect(conditions(job)).toEqual(['Suspended=True JobSuspended']))
  expect(await podsOf()).toEqual([])
  expect((await read()).status?.startTime).toBeUndefined()
  await client.patch(jobs, named, { spec: { suspend: false } }, { type: 'merge' })
  await until(job => {
    expect(conditions(job)).toEqual(['Suspended=False JobResumed'])
    expect(job.status).toMatchObject({ active: 2 })
    expect(job.status?.startTime).toBeDefined()
  })
  await client.patch(jobs, named, { spec: { suspend: true } }, { type: 'merge' })
  await eventually(async () => expect(await podsOf()).toEqual([]))
  await until(job => {
    expect(conditions(job)).toEqual(['Suspended=True JobSuspended'])
    expect(job.status?.failed).toBeUndefined()
  })
  await eventually(async () =>
    expect(await notes()).toEqual(
      expect.arrayContaining(['Suspended: Job suspended', 'Resumed: Job resumed']),
    ),
  )
})

test('an indexed job gives each pod its index and notes which are done', async () => {
  kubelet.endOf = pod =>
    pod.metadata.annotations?.['batch.kubernetes.io/job-completion-index'] === '1'
      ? undefined
      : { exitCode: 0 }
  await start({ completionMode: 'Indexed', completions: 4, parallelism: 4 })
  await until(({ status }) => {
    expect(status).toMatchObject({ completedIndexes: '0,2,3', succeeded: 3, active: 1 })
  })
  const [running] = (await podsOf()).filter(({ status }) => status?.phase === 'Running')
  expect(running?.metadata.name).toMatch(/^work-1-[a-z0-9]{5}$/)
  expect(running?.spec?.hostname).toBe('work-1')
  expect(running?.spec?.containers[0]?.env).toEqual([
    {
      name: 'JOB_COMPLETION_INDEX',
      valueFrom: {
        fieldRef: {
          apiVersion: 'v1',
          fieldPath: "metadata.labels['batch.kubernetes.io/job-completion-index']",
        },
      },
    },
  ])
  kubelet.endOf = succeed
  await kubelet.look()
  await until(job => {
    expect(job.status).toMatchObject({ completedIndexes: '0-3', succeeded: 4 })
    expect(conditions(job)).toContain('Complete=True CompletionsReached')
  })
})

test('an index that fails too often fails alone, and the job when the others are done', async () => {
  kubelet.endOf = pod => ({
    exitCode: pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'] === '0' ? 1 : 0,
  })
  await start({
    completionMode: 'Indexed',
    completions: 2,
    parallelism: 2,
    backoffLimitPerIndex: 1,
  })
  await until(({ status }) => {
    expect(status?.succeeded).toBe(1)
    expect(status?.active).toBeUndefined()
  })
  await pass(11)
  await until(job => {
    expect(job.status).toMatchObject({ completedIndexes: '1', failedIndexes: '0', failed: 2 })
    expect(conditions(job)).toEqual([
      'FailureTarget=True FailedIndexes',
      'Failed=True FailedIndexes',
    ])
  })
  for (const { metadata } of await podsOf()) expect(metadata.finalizers).toBeUndefined()
})

test('a failure policy may fail the job at once, or not count a failure', async () => {
  kubelet.endOf = () => ({ exitCode: 3 })
  const rule = (action: 'FailJob' | 'Ignore', code: number) => ({
    action,
    onExitCodes: { operator: 'In' as const, values: [code] },
  })
  await start({
    backoffLimit: 0,
    podFailurePolicy: { rules: [rule('Ignore', 3), rule('FailJob', 42)] },
  })
  await eventually(async () => {
    const [pod] = await podsOf()
    expect(pod?.status?.phase).toBe('Failed')
    expect(pod?.metadata.finalizers).toBeUndefined()
  })
  expect((await read()).status?.failed).toBeUndefined()
  kubelet.endOf = () => ({ exitCode: 42 })
  await pass(11)
  await eventually(async () => {
    const job = await read()
    expect(conditions(job)).toContain('Failed=True PodFailurePolicy')
    expect(job.status?.conditions?.at(-1)?.message).toMatch(
      /^Container main for pod default\/work-\w+ failed with exit code 42 matching FailJob rule at index 1$/,
    )
  })
})

test('a failure policy may look at one container alone', async () => {
  kubelet.endOf = () => ({ exitCode: 42 })
  const image = 'work:1'
  const containers = ['main', 'side'].map(name => ({ name, image }))
  const onExitCodes = { containerName: 'side', operator: 'In' as const, values: [42] }
  await client.create(jobs, {
    metadata: named,
    spec: {
      podFailurePolicy: { rules: [{ action: 'FailJob', onExitCodes }] },
      template: { spec: { containers, restartPolicy: 'Never' } },
    },
  })
  await until(job => {
    expect(conditions(job)).toContain('Failed=True PodFailurePolicy')
    expect(job.status?.conditions?.at(-1)?.message).toMatch(/^Container side for pod /)
    expect(job.status?.conditions?.at(-1)?.lastProbeTime).toBeDefined()
  })
})

test('a job with a selector of its own takes the pods that this selects', async () => {
  kubelet.endOf = succeed
  const labels = { own: 'yes' }
  await client.create(jobs, {
    metadata: named,
    spec: {
      manualSelector: true,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'main', image: 'work:1' }], restartPolicy: 'Never' },
      },
    },
  })
  await until(job => expect(conditions(job)).toContain('Complete=True CompletionsReached'))
  const [pod] = await podsOf()
  expect(pod?.metadata.labels).toMatchObject(labels)
  expect((await read()).spec.selector).toEqual({ matchLabels: labels })
})

test('a success policy ends a job before all its indexes are done', async () => {
  kubelet.endOf = pod =>
    pod.metadata.labels?.['batch.kubernetes.io/job-completion-index'] === '0'
      ? succeed()
      : undefined
  await start({
    completionMode: 'Indexed',
    completions: 3,
    parallelism: 3,
    successPolicy: { rules: [{ succeededIndexes: '0' }] },
  })
  await until(job => {
    expect(conditions(job)).toEqual([
      'SuccessCriteriaMet=True SuccessPolicy',
      'Complete=True SuccessPolicy',
    ])
    expect(job.status?.completedIndexes).toBe('0')
  })
  await eventually(async () => expect(await podsOf()).toHaveLength(1))
})

test('a job that ended is deleted with its pods when its time is over', async () => {
  kubelet.endOf = succeed
  await start({ ttlSecondsAfterFinished: 60 })
  await until(job => expect(conditions(job)).toContain('Complete=True CompletionsReached'))
  await pass(50)
  await read()
  await pass(11)
  await eventually(async () => {
    const { metadata } = await read()
    expect(metadata.deletionTimestamp).toBeDefined()
    expect(metadata.finalizers).toEqual(['foregroundDeletion'])
  })
})

test('pods of a deleted job are not held', async () => {
  await start()
  await until(({ status }) => expect(status?.active).toBe(1))
  const [pod] = await podsOf()
  expect(pod?.metadata.finalizers).toEqual(['batch.kubernetes.io/job-tracking'])
  await client.delete(jobs, named, { propagationPolicy: 'Background' })
  await eventually(async () => expect(read()).rejects.toSatisfy(isNotFound))
  await eventually(async () => {
    const [left] = await podsOf()
    expect(left?.metadata.finalizers).toBeUndefined()
  })
})

test('nothing is counted twice when the controller restarts between', async () => {
  kubelet.endOf = succeed
  await start({ completions: 6, parallelism: 3 })
  for (let round = 0; round < 4; round++) {
    await eventually(async () => expect((await podsOf()).length).toBeGreaterThan(round))
    await controlled.restart()
  }
  await until(job => {
    expect(conditions(job)).toContain('Complete=True CompletionsReached')
    expect(job.status?.succeeded).toBe(6)
  })
  expect(await podsOf()).toHaveLength(6)
})
