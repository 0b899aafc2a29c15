import type { Mutation } from './mutation.ts'

const job = 'src-main/control-plane/controllers/job'
const cronJob = 'src-main/control-plane/controllers/cronjob'
const jobs = 'test/integration/controllers/jobs.test.ts'
const jobPolicies = 'test/integration/controllers/job-policies.test.ts'
const cronJobs = 'test/integration/controllers/cronjobs.test.ts'

/** Faults of Jobs and CronJobs. */
export const jobMutations: readonly Mutation[] = [
  {
    name: 'a job waits as long after the second failure as after the first',
    file: `${job}/pod-backoff.ts`,
    find: 'Math.min(initialMs * 2 ** (count - 1), maxMs)',
    replace: 'Math.min(initialMs, maxMs)',
    caughtBy: { file: jobs, test: 'failed pods are replaced after' },
  },
  {
    name: 'a job may fail once too often',
    file: `${job}/job-outcome.ts`,
    find: 'failed > (job.status?.failed ?? 0) && failed > limit',
    replace: 'failed > (job.status?.failed ?? 0) && failed > limit + 1',
    caughtBy: { file: jobs, test: 'failed pods are replaced after' },
  },
  {
    name: 'an index that waits holds all the others up',
    file: `${job}/manage-pods.ts`,
    find: 'if (job.spec.backoffLimitPerIndex !== undefined) return this.#retryIndexes(view, missing)',
    replace: 'if (job.spec.backoffLimitPerIndex === 0) return this.#retryIndexes(view, missing)',
    caughtBy: { file: jobPolicies, test: 'an index that failed waits alone' },
  },
  {
    name: 'an index is tried again as soon after an ignored failure as after the first',
    file: `${job}/index-planning.ts`,
    find: 'count: sumFailures(indexFailures(last)) + 1',
    replace: 'count: 1',
    caughtBy: { file: jobPolicies, test: 'an index that failed waits alone' },
  },
  {
    name: 'the first index is never run',
    file: `${job}/index-planning.ts`,
    find: 'for (let index = 0; index < completions && pending.length < count; index++) {',
    replace: 'for (let index = 1; index < completions && pending.length < count; index++) {',
    caughtBy: { file: jobs, test: 'an indexed job gives each pod' },
  },
  {
    name: 'an ignored failure counts',
    file: `${job}/failure-policy.ts`,
    find: "matchFailurePolicy(job, pod)?.action !== 'Ignore'",
    replace: "matchFailurePolicy(job, pod)?.action !== 'FailJob'",
    caughtBy: { file: jobs, test: 'a failure policy may fail' },
  },
  {
    name: 'a suspended job keeps its pods',
    file: `${job}/manage-pods.ts`,
    find: 'if (job.spec.suspend) return this.#remove(view, active)',
    replace: 'if (job.spec.suspend) return { active: running }',
    caughtBy: { file: jobs, test: 'a suspended job has no pods' },
  },
  {
    name: 'pods of a deleted job keep their finalizer',
    file: `${job}/job.ts`,
    find: 'await settleAll(held, pod => releasePod(this.#context.client, pod))',
    replace: 'await settleAll(held, pod => Promise.resolve(pod))',
    caughtBy: { file: jobs, test: 'pods of a deleted job are not held' },
  },
  {
    name: 'a finished job is kept past its time',
    file: 'src-main/control-plane/controllers/ttl-after-finished.ts',
    find: 'at + seconds * 1000 - now',
    replace: 'at + seconds * 2000 - now',
    caughtBy: { file: jobs, test: 'a job that ended is deleted' },
  },
  {
    name: 'Forbid lets a second job start',
    file: `${cronJob}/cronjob.ts`,
    find: "if (concurrencyPolicy === 'Forbid' && active.length > 0) {",
    replace: "if (concurrencyPolicy === 'Forbid' && active.length > 1) {",
    caughtBy: { file: cronJobs, test: 'Forbid starts no second job' },
  },
  {
    name: 'a cron job does not tell how much it missed',
    file: `${cronJob}/missed-times.ts`,
    find: 'export const tooManyMissed = 100',
    replace: 'export const tooManyMissed = 1_000_000',
    caughtBy: { file: cronJobs, test: 'after a long sleep one job is started' },
  },
  {
    name: 'the newest jobs of a history go first',
    file: `${cronJob}/cronjob-jobs.ts`,
    find: 'startOf(a) < startOf(b) ? -1 : startOf(a) > startOf(b) ? 1 : 0',
    replace: 'startOf(a) < startOf(b) ? 1 : startOf(a) > startOf(b) ? -1 : 0',
    caughtBy: { file: cronJobs, test: 'ended jobs beyond the history limits' },
  },
  {
    name: 'a time that the clocks skip is run an hour late',
    file: 'src-main/kubernetes/schedule-times.ts',
    find: 'if (fields.hours.includes(hour) && fields.minutes.includes(minute)) return found',
    replace: 'if (hour >= 0 && minute >= 0) return found',
    caughtBy: { file: 'src-main/kubernetes/schedule-times.test.ts' },
  },
]
