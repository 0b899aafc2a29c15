import { formatTime } from '#base/clock.ts'
import type { Job, JobCondition, JobStatus } from '#kubernetes/api/batch-v1.ts'

/** Why a Job ends, before all its pods have. */
export interface Outcome {
  type: 'SuccessCriteriaMet' | 'FailureTarget'
  reason: string
  message: string
}

export const findCondition = (
  status: JobStatus | undefined,
  type: string,
): JobCondition | undefined => status?.conditions?.find(condition => condition.type === type)

const isTrue = (job: Job, type: string): boolean =>
  findCondition(job.status, type)?.status === 'True'

export const isFinished = (job: Job): boolean => isTrue(job, 'Complete') || isTrue(job, 'Failed')

/** The outcome that the status announces already. */
export function announcedOutcome({ status }: Job): Outcome | undefined {
  for (const type of ['FailureTarget', 'SuccessCriteriaMet'] as const) {
    const found = findCondition(status, type)
    if (found?.status === 'True') {
      return { type, reason: found.reason ?? '', message: found.message ?? '' }
    }
  }
  return undefined
}

/** Sets a condition; false when it was so before. A condition that isn't there is as good as a false one. */
export function setCondition(
  status: JobStatus,
  note: { type: string; status: 'True' | 'False'; reason: string; message: string },
  now: number,
): boolean {
  const known = findCondition(status, note.type)
  if (known?.status === note.status || (!known && note.status === 'False')) return false
  const time = formatTime(now)
  const condition: JobCondition = { ...note, lastProbeTime: time, lastTransitionTime: time }
  const others = (status.conditions ?? []).filter(other => other !== known)
  status.conditions = [...others, condition]
  return true
}
