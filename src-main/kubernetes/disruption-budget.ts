import type { Condition } from './api/meta-v1.ts'
import type { PodDisruptionBudgetStatus } from './api/policy-v1.ts'
import type { Time } from './scalars.ts'

const type = 'DisruptionAllowed'

/** The condition that tells whether a PodDisruptionBudget allows disruptions. */
export const disruptionAllowed = (
  status: PodDisruptionBudgetStatus | undefined,
): Condition | undefined => status?.conditions?.find(condition => condition.type === type)

/** A status whose condition follows from the number of disruptions that it allows. */
export const withDisruptionAllowed = (
  status: PodDisruptionBudgetStatus,
  now: Time,
): PodDisruptionBudgetStatus =>
  status.disruptionsAllowed > 0
    ? withCondition(status, { status: 'True', reason: 'SufficientPods', message: '' }, now)
    : withCondition(status, { status: 'False', reason: 'InsufficientPods', message: '' }, now)

/** A status that allows nothing, because the number of disruptions can't be told. */
export const withSyncFailed = (
  status: PodDisruptionBudgetStatus,
  message: string,
  now: Time,
): PodDisruptionBudgetStatus =>
  withCondition(
    { ...status, disruptionsAllowed: 0 },
    { status: 'False', reason: 'SyncFailed', message },
    now,
  )

function withCondition(
  status: PodDisruptionBudgetStatus,
  state: Pick<Condition, 'status' | 'reason' | 'message'>,
  now: Time,
): PodDisruptionBudgetStatus {
  const old = disruptionAllowed(status)
  const { observedGeneration } = status
  const condition: Condition = {
    type,
    ...(observedGeneration === undefined ? {} : { observedGeneration }),
    lastTransitionTime: old?.status === state.status ? old.lastTransitionTime : now,
    ...state,
  }
  const others = (status.conditions ?? []).filter(other => other.type !== type)
  return { ...status, conditions: [...others, condition] }
}
