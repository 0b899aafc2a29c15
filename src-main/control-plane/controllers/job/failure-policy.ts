import type {
  Job,
  PodFailurePolicyOnExitCodesRequirement,
  PodFailurePolicyRule,
} from '#kubernetes/api/batch-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'

/** What a Job's failure policy makes of a failed pod. */
export interface PolicyMatch {
  action: PodFailurePolicyRule['action']
  /** Why, in upstream's words. */
  message: string
}

/** The first rule that a failed pod matches. */
export function matchFailurePolicy(job: Job, pod: Stored<Pod>): PolicyMatch | undefined {
  if (pod.status?.phase !== 'Failed') return undefined
  for (const [index, rule] of (job.spec.podFailurePolicy?.rules ?? []).entries()) {
    const { action } = rule
    const what = matchRule(rule, pod)
    if (what) return { action, message: `${what} matching ${action} rule at index ${index}` }
  }
  return undefined
}

/** Whether a failed pod counts against the limits of its Job. */
export const countsAsFailure = (job: Job, pod: Stored<Pod>): boolean =>
  matchFailurePolicy(job, pod)?.action !== 'Ignore'

function matchRule(
  { onExitCodes, onPodConditions = [] }: PodFailurePolicyRule,
  pod: Stored<Pod>,
): string | undefined {
  if (onExitCodes) {
    const container = matchExitCodes(onExitCodes, pod)
    return (
      container &&
      `Container ${container.name} for pod ${keyOf(pod)} failed with exit code ${container.exitCode}`
    )
  }
  const matched = (pod.status?.conditions ?? []).find(condition =>
    onPodConditions.some(
      ({ type, status = 'True' }) => condition.type === type && condition.status === status,
    ),
  )
  return matched && `Pod ${keyOf(pod)} has condition ${matched.type}`
}

function matchExitCodes(
  { containerName, operator, values }: PodFailurePolicyOnExitCodesRequirement,
  { status }: Pod,
): { name: string; exitCode: number } | undefined {
  for (const { name, state } of [
    ...(status?.containerStatuses ?? []),
    ...(status?.initContainerStatuses ?? []),
  ]) {
    const exitCode = state?.terminated?.exitCode ?? 0
    if (exitCode === 0 || (containerName !== undefined && containerName !== name)) continue
    if (values.includes(exitCode) === (operator === 'In')) return { name, exitCode }
  }
  return undefined
}
