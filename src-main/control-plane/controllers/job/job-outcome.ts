import type { Job } from '#kubernetes/api/batch-v1.ts'
import { indexSet } from '#kubernetes/completion-indexes.ts'
import { matchFailurePolicy } from './failure-policy.ts'
import { announcedOutcome, type Outcome } from './job-conditions.ts'
import { countRestarts, isTracked } from './job-pods.ts'
import type { JobView } from './job-view.ts'

/** Whether and why a Job ends, whatever its pods still do: announced, failed, or a success policy that is met. */
export const outcomeOf = (view: JobView, now: number): Outcome | undefined =>
  announcedOutcome(view.job) ?? failureOf(view, now) ?? successByPolicy(view)

/** All completions are there. */
export const completionsReached: Outcome = {
  type: 'SuccessCriteriaMet',
  reason: 'CompletionsReached',
  message: 'Reached expected number of succeeded pods',
}

/** Whether enough pods succeeded and none is `active` any more. */
export function isComplete({ job, succeeded }: JobView, active: number): boolean {
  const { completions } = job.spec
  if (completions === undefined) return succeeded > 0 && active === 0
  return succeeded >= completions && active === 0
}

/** Milliseconds until the Job has been active for too long; undefined when it has no deadline or doesn't run. */
export function untilDeadline({ spec, status }: Job, now: number): number | undefined {
  const { activeDeadlineSeconds } = spec
  if (activeDeadlineSeconds === undefined || spec.suspend || !status?.startTime) return undefined
  return Date.parse(status.startTime) + activeDeadlineSeconds * 1000 - now
}

const failure = (reason: string, message: string): Outcome => ({
  type: 'FailureTarget',
  reason,
  message,
})

function failureOf(view: JobView, now: number): Outcome | undefined {
  const { job } = view
  for (const pod of view.pods) {
    const match = isTracked(pod) ? matchFailurePolicy(job, pod) : undefined
    if (match?.action === 'FailJob') return failure('PodFailurePolicy', match.message)
  }
  if (exceedsBackoffLimit(view)) {
    return failure('BackoffLimitExceeded', 'Job has reached the specified backoff limit')
  }
  if ((untilDeadline(job, now) ?? 1) <= 0) {
    return failure('DeadlineExceeded', 'Job was active longer than specified deadline')
  }
  return failureOfIndexes(view)
}

function exceedsBackoffLimit({ job, failed, active }: JobView): boolean {
  const limit = job.spec.backoffLimit ?? 6
  if (failed > (job.status?.failed ?? 0) && failed > limit) return true
  if (job.spec.template.spec?.restartPolicy !== 'OnFailure') return false
  const restarts = countRestarts(active)
  return limit === 0 ? restarts > 0 : restarts >= limit
}

function failureOfIndexes({ job, failedIndexes, succeededIndexes }: JobView): Outcome | undefined {
  const { maxFailedIndexes, completions = 0 } = job.spec
  if (failedIndexes.size === 0) return undefined
  if (maxFailedIndexes !== undefined && failedIndexes.size > maxFailedIndexes) {
    return failure(
      'MaxFailedIndexesExceeded',
      'Job has exceeded the specified maximal number of failed indexes',
    )
  }
  return failedIndexes.size + succeededIndexes.size >= completions
    ? failure('FailedIndexes', 'Job has failed indexes')
    : undefined
}

function successByPolicy({ job, succeededIndexes }: JobView): Outcome | undefined {
  const { successPolicy, completions = 0 } = job.spec
  for (const [position, rule] of (successPolicy?.rules ?? []).entries()) {
    const wanted = rule.succeededIndexes && indexSet(rule.succeededIndexes, completions)
    const met = wanted
      ? [...wanted].filter(index => succeededIndexes.has(index)).length
      : succeededIndexes.size
    const needed = rule.succeededCount ?? (wanted ? wanted.size : completions)
    if (met >= needed) {
      const message = `Matched rules at index ${position}`
      return { type: 'SuccessCriteriaMet', reason: 'SuccessPolicy', message }
    }
  }
  return undefined
}
