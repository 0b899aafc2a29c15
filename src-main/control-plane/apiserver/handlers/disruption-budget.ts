import { formatTime } from '#base/clock.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget } from '#kubernetes/api/policy-v1.ts'
import { disruptionAllowed, withDisruptionAllowed } from '#kubernetes/disruption-budget.ts'
import { cloneJson } from '#kubernetes/json.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { type StatusError, statusError } from '#kubernetes/status-error.ts'
import { forbidden } from '../failures.ts'
import { type Target, writeOf } from './target.ts'

const tooManyText = "Cannot evict pod as it would violate the pod's disruption budget."
/** How long a client is to wait while the controller hasn't seen a budget's newest state. */
const unprocessedRetrySeconds = 10
const maxDisruptedPods = 2000
const conflictRetries = 20

/** The budgets that guard a pod. */
export function budgetsOf(pod: Readonly<Pod>, { services }: Target): PodDisruptionBudget[] {
  const { namespace, labels } = pod.metadata
  return [...services.caches.of(budgetDefinition(services)).values()]
    .map(({ object }) => object as unknown as PodDisruptionBudget)
    .filter(
      budget =>
        budget.metadata.namespace === namespace &&
        matchesLabelSelector(budget.spec.selector, labels),
    )
}

/** Takes one disruption off a budget for a pod that is about to be deleted. Throws a 429 when it allows none. */
export async function spendDisruption(
  target: Target,
  { metadata }: PodDisruptionBudget,
  podName: string,
  dryRun: boolean,
): Promise<void> {
  const { writer, services } = target
  const write = {
    ...writeOf(target, dryRun),
    definition: budgetDefinition(services),
    name: metadata.name ?? '',
    subresource: 'status',
  }
  await writer.update(write, {
    retries: conflictRetries,
    change(current) {
      const budget = cloneJson(current) as PodDisruptionBudget
      budget.status = spent(budget, podName, formatTime(services.clock.now()), target)
      return budget
    },
  })
}

function spent(
  budget: PodDisruptionBudget,
  podName: string,
  now: string,
  { services }: Target,
): NonNullable<PodDisruptionBudget['status']> {
  const { metadata, status } = budget
  const { name = '', generation = 0 } = metadata
  if (!status || (status.observedGeneration ?? 0) < generation) throw budgetUnprocessed(name)
  const refuse = (why: string) => forbidden(budgetDefinition(services), name, why)
  if (status.disruptionsAllowed < 0) throw refuse('pdb disruptions allowed is negative')
  const disrupted = status.disruptedPods ?? {}
  if (Object.keys(disrupted).length > maxDisruptedPods) {
    throw refuse('DisruptedPods map too big - too many evictions not confirmed by PDB controller')
  }
  if (status.disruptionsAllowed === 0) throw budgetExhausted(name, status)
  const disruptionsAllowed = status.disruptionsAllowed - 1
  const next = { ...status, disruptionsAllowed, disruptedPods: { ...disrupted, [podName]: now } }
  return disruptionsAllowed === 0 ? withDisruptionAllowed(next, now) : next
}

/** The 429 for a budget whose newest state isn't known yet. */
export const budgetUnprocessed = (name: string): StatusError =>
  tooMany(
    `The disruption budget ${name} is still being processed by the server.`,
    unprocessedRetrySeconds,
  )

function budgetExhausted(
  name: string,
  status: NonNullable<PodDisruptionBudget['status']>,
): StatusError {
  const condition = disruptionAllowed(status)
  return tooMany(
    condition?.reason === 'SyncFailed'
      ? `The disruption budget ${name} does not allow evicting pods currently because it failed sync: ${condition.message}`
      : `The disruption budget ${name} needs ${status.desiredHealthy} healthy pods and has ${status.currentHealthy} currently`,
  )
}

const tooMany = (message: string, retryAfterSeconds = 0): StatusError =>
  statusError('TooManyRequests', tooManyText, {
    causes: [{ reason: 'DisruptionBudget', message }],
    ...(retryAfterSeconds ? { retryAfterSeconds } : {}),
  })

const budgetDefinition = ({ catalog }: Target['services']) =>
  catalog.get('policy', 'v1', 'poddisruptionbudgets')
