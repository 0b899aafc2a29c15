import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { FakeClock } from '#base/fake-clock.ts'
import type { Informer } from '#client/informer.ts'
import { jobs } from '#client/resource-types.ts'
import { jobController } from '#control-plane/controllers/job/job.ts'
import type { Job, JobStatus } from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { indexSet } from '#kubernetes/completion-indexes.ts'
import { isPodActive } from '#kubernetes/pod-state.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import { namespace, type PodChange, pause, WorkloadWorld } from '../support/workload-world.ts'
import { checkProperty, longTimeoutMs } from './check-property.ts'

const clock = new FakeClock(Math.floor(Date.now() / 1000) * 1000)
let world: WorkloadWorld
beforeAll(async () => {
  world = await WorkloadWorld.start([jobController], clock)
})
afterAll(() => world?.[Symbol.asyncDispose]())

const spec = fc.record({
  completionMode: fc.constantFrom('Indexed' as const, 'NonIndexed' as const),
  completions: fc.integer({ min: 1, max: 4 }),
  parallelism: fc.integer({ min: 1, max: 3 }),
  backoffLimit: fc.integer({ min: 0, max: 6 }),
  podReplacementPolicy: fc.constantFrom('Failed' as const, 'TerminatingOrFailed' as const),
})
/** What happens between the looks at time; `end` decides how the next pods end. */
const steps = fc.array(
  fc.oneof(
    fc.record({ do: fc.constantFrom('kill', 'lose'), which: fc.nat(5) }),
    fc.record({ do: fc.constant('restart') }),
    fc.record({ do: fc.constant('suspend'), to: fc.boolean() }),
    fc.record({
      do: fc.constant('end'),
      codes: fc.array(fc.nat(1), { minLength: 1, maxLength: 4 }),
    }),
    fc.record({ do: fc.constant('parallelism'), to: fc.integer({ min: 1, max: 3 }) }),
  ),
  { minLength: 3, maxLength: 8, size: 'max' },
)
const indexKey = 'batch.kubernetes.io/job-completion-index'
let count = 0

/** What holds of a Job whatever happens: its pods at every change, and its numbers from one status to the next. */
class Rules {
  readonly violations: string[] = []
  most: number
  readonly #succeeded = new Set<string>()
  #before: JobStatus = {}

  constructor(parallelism: number) {
    this.most = parallelism
  }

  get successes(): number {
    return this.#succeeded.size
  }

  look(informer: Informer<Pod>, { pod }: PodChange): void {
    if (pod.status?.phase === 'Succeeded') this.#succeeded.add(pod.metadata.uid)
    const active = informer.list().filter(isPodActive)
    if (active.length > this.most) this.violations.push(`${active.length} pods of ${this.most}`)
    const indexes = active.flatMap(({ metadata }) => metadata.annotations?.[indexKey] ?? [])
    if (new Set(indexes).size < indexes.length) this.violations.push(`indexes ${indexes}`)
  }

  status({ spec, status = {} }: Job): void {
    const { completions = 1 } = spec
    for (const number of ['succeeded', 'failed'] as const) {
      if ((status[number] ?? 0) < (this.#before[number] ?? 0)) {
        this.violations.push(
          `${number} fell from ${this.#before[number]} to ${status[number] ?? 0}`,
        )
      }
    }
    const done = indexSet(status.completedIndexes, completions)
    for (const index of indexSet(this.#before.completedIndexes, completions)) {
      if (!done.has(index)) this.violations.push(`index ${index} is no longer done`)
    }
    this.#before = status
  }
}

const isOver = ({ status }: Job): boolean =>
  (status?.conditions ?? []).some(
    ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
  )

test('whatever happens to a job, it runs no index twice at once, counts each pod once, and comes to an end', {
  timeout: longTimeoutMs,
}, async () => {
  await checkProperty(fc.tuple(spec, steps), 5, async ([chosen, todo]) => {
    const name = `work-${++count}`
    const rules = new Rules(chosen.parallelism)
    await using _following = await world.follow(name, (informer, change) =>
      rules.look(informer, change),
    )
    const edit = (change: object) =>
      world.client.patch(jobs, { namespace, name }, { spec: change }, { type: 'merge' })
    const look = async (): Promise<Job> => {
      const job = await world.client.get(jobs, { namespace, name })
      rules.status(job)
      return job
    }
    const act = async (step: (typeof todo)[number]): Promise<void> => {
      if (step.do === 'restart') return world.restartControllers()
      if ('which' in step) {
        return step.do === 'kill' ? world.kill(name, step.which) : world.loseNode(name, step.which)
      }
      if ('codes' in step) {
        let next = 0
        const { codes } = step
        world.kubelet.endOf = () => ({ exitCode: codes[next++ % codes.length] ?? 0 })
        return world.kubelet.look()
      }
      if (!('to' in step)) return
      if (typeof step.to === 'number') {
        rules.most = Math.max(rules.most, step.to)
        await edit({ parallelism: step.to })
      } else await edit({ suspend: step.to })
    }
    world.kubelet.endOf = () => undefined
    await world.client.create(jobs, job(name, chosen))
    for (const step of todo) {
      if (isOver(await look())) break
      await act(step)
      await clock.advance(1000)
      await pause(5)
      expect(rules.violations, JSON.stringify(step)).toEqual([])
    }
    world.kubelet.endOf = () => ({ exitCode: 0 })
    if (!isOver(await look())) await edit({ suspend: false })
    await world.kubelet.look()
    const ended = await untilOver(look)
    expect(rules.violations).toEqual([])
    expectCounted(ended, rules.successes)
    await remove(name)
  })
})

async function untilOver(look: () => Promise<Job>): Promise<Job> {
  const deadline = performance.now() + 30_000
  for (;;) {
    const job = await look()
    if (isOver(job)) return job
    expect(performance.now(), JSON.stringify(job.status)).toBeLessThan(deadline)
    await clock.advance(5000)
    await pause(5)
  }
}

/** Each success counts exactly once, and a job that is over has nothing left to do. */
function expectCounted({ spec, status = {} }: Job, successes: number): void {
  const { completionMode, completions = 1 } = spec
  const isComplete = status.conditions?.some(({ type }) => type === 'Complete')
  if (isComplete) expect(status.succeeded).toBeGreaterThanOrEqual(completions)
  if (completionMode === 'NonIndexed') expect(status.succeeded ?? 0).toBe(successes)
  else expect(status.succeeded ?? 0).toBe(indexSet(status.completedIndexes, completions).size)
  expect(status).toMatchObject({ ready: 0, terminating: 0, uncountedTerminatedPods: {} })
  expect(status.active ?? 0).toBe(0)
}

const job = (name: string, chosen: Partial<Job['spec']>): Job => ({
  metadata: { name, namespace },
  spec: {
    ...chosen,
    template: {
      metadata: { labels: { app: name } },
      spec: { restartPolicy: 'Never', containers: [{ name: 'work', image: 'work:1' }] },
    },
  },
})

async function remove(name: string): Promise<void> {
  try {
    await world.client.delete(jobs, { namespace, name }, { propagationPolicy: 'Background' })
  } catch (error) {
    if (!isNotFound(error)) throw error
  }
  await world.clear(name)
}
