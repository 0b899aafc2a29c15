import { formatTime } from '#base/clock.ts'
import { errorMessage } from '#base/errors.ts'
import {
  deployments,
  podDisruptionBudgets,
  pods,
  replicaSets,
  statefulSets,
} from '#client/resource-types.ts'
import type { Deployment, ReplicaSet, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { PodDisruptionBudget, PodDisruptionBudgetStatus } from '#kubernetes/api/policy-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { withDisruptionAllowed, withSyncFailed } from '#kubernetes/disruption-budget.ts'
import { type KubernetesObject, keyOf, type Stored } from '#kubernetes/objects.ts'
import { isPodReady } from '#kubernetes/pod-state.ts'
import { labelSelectorOf } from '#kubernetes/selectors/label-selector.ts'
import { matchesLabelSelector } from '#kubernetes/selectors/match-label-selector.ts'
import { isConflict, isNotFound } from '#kubernetes/status-error.ts'
import { type ControllerContext, defineController } from '../define-controller.ts'
import { Scales } from '../shared/scales.ts'
import { countHealthy, disruptedPods } from './disrupted-pods.ts'
import { type Expectation, expectedPods } from './expected-pods.ts'

const reads = { pods, replicaSets, deployments, statefulSets }

/** Says of every PodDisruptionBudget how many of its pods may be evicted now. */
export const disruptionController = defineController({
  name: 'disruption-controller',
  component: 'controllermanager',
  for: podDisruptionBudgets,
  reads,
  start: context => {
    const disruption = new Disruption(context)
    return key => disruption.reconcile(key)
  },
})

type Context = ControllerContext<PodDisruptionBudget, typeof reads>
type Budget = Stored<PodDisruptionBudget>

class Disruption {
  readonly #context: Context
  readonly #scales: Scales

  constructor(context: Context) {
    this.#context = context
    this.#scales = new Scales(context.client)
    const { informers, on } = context
    on(informers.pods, {
      added: pod => this.#wakeGuarding(pod),
      updated: (pod, old) => {
        if (!semanticEqual(facts(pod), facts(old))) this.#wakeGuarding(pod, old)
      },
      deleted: pod => this.#wakeGuarding(pod),
    })
    const wakeNamespace = (object: Scaled, old: Scaled) => {
      if (object.spec?.replicas !== old.spec?.replicas) {
        for (const budget of context.informer.list(object.metadata.namespace)) this.#wake(budget)
      }
    }
    on<ReplicaSet>(informers.replicaSets, { updated: wakeNamespace })
    on<Deployment>(informers.deployments, { updated: wakeNamespace })
    on<StatefulSet>(informers.statefulSets, { updated: wakeNamespace })
  }

  async reconcile(key: string): Promise<number | undefined> {
    const budget = this.#context.informer.get(key)
    if (!budget) return undefined
    try {
      return await this.#sync(budget)
    } catch (error) {
      if (isNotFound(error)) return undefined
      if (!isConflict(error)) await this.#failSafe(budget, error)
      throw error
    }
  }

  async #sync(budget: Budget): Promise<number | undefined> {
    const { informers, clock } = this.#context
    const selected = informers.pods
      .list(budget.metadata.namespace)
      .filter(pod => matchesLabelSelector(budget.spec.selector, pod.metadata.labels))
    if (selected.length === 0) this.#note(budget, 'Normal', 'NoPods', 'No matching pods found')
    const expectation = await this.#expected(budget, selected)
    const { pending, overdue, recheckInMs } = disruptedPods(
      selected,
      budget.status?.disruptedPods,
      clock.now(),
    )
    for (const pod of overdue) this.#noteOverdue(pod, budget)
    const currentHealthy = countHealthy(selected, pending)
    const { expectedPods, desiredHealthy } = expectation
    const spare = expectedPods > 0 ? Math.max(0, currentHealthy - desiredHealthy) : 0
    await this.#write(budget, {
      observedGeneration: budget.metadata.generation ?? 0,
      disruptedPods: pending,
      disruptionsAllowed: spare,
      currentHealthy,
      desiredHealthy,
      expectedPods,
      conditions: budget.status?.conditions ?? [],
    })
    return recheckInMs
  }

  async #expected(budget: Budget, selected: Stored<Pod>[]): Promise<Expectation> {
    try {
      const expectation = await expectedPods(budget, selected, {
        ...this.#context.informers,
        scales: this.#scales,
      })
      if (expectation.someUnmanaged)
        this.#note(budget, 'Warning', 'UnmanagedPods', unmanaged(budget))
      return expectation
    } catch (error) {
      const message = `Failed to calculate the number of expected pods: ${errorMessage(error)}`
      this.#note(budget, 'Warning', 'CalculateExpectedPodCountFailed', message)
      throw error
    }
  }

  async #write(budget: Budget, counted: PodDisruptionBudgetStatus): Promise<void> {
    const { client, clock } = this.#context
    const status = withDisruptionAllowed(counted, formatTime(clock.now()))
    if (semanticEqual(status, budget.status)) return
    await client.updateStatus(podDisruptionBudgets, { ...budget, status })
  }

  /** While it can't be told what may be evicted, nothing may. */
  async #failSafe(budget: Budget, cause: unknown): Promise<void> {
    const { client, clock, logger } = this.#context
    const none = { disruptionsAllowed: 0, currentHealthy: 0, desiredHealthy: 0, expectedPods: 0 }
    const status = withSyncFailed(
      budget.status ?? none,
      errorMessage(cause),
      formatTime(clock.now()),
    )
    if (semanticEqual(status, budget.status)) return
    try {
      await client.updateStatus(podDisruptionBudgets, { ...budget, status })
    } catch (error) {
      logger.debug('could not write that a budget failed', { error: errorMessage(error) })
    }
  }

  /** Wakes the budgets that guard a pod, or did by its labels of before. */
  #wakeGuarding(pod: Stored<Pod>, old = pod): void {
    for (const budget of this.#context.informer.list(pod.metadata.namespace)) {
      const { selector } = budget.spec
      const guards = [pod, old].some(({ metadata }) =>
        matchesLabelSelector(selector, metadata.labels),
      )
      if (guards) this.#wake(budget)
    }
  }

  #wake(budget: Budget): void {
    this.#context.queue.add(keyOf(budget))
  }

  #note(budget: Budget, type: 'Normal' | 'Warning', reason: string, message: string): void {
    const kind = { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' }
    this.#context.recorder.record(budget, { type, reason, message }, kind)
  }

  #noteOverdue(pod: Stored<Pod>, { metadata }: Budget): void {
    const message = `Pod was expected by PDB ${metadata.namespace}/${metadata.name} to be deleted but it wasn't`
    const note = { type: 'Warning', reason: 'NotDeleted', message } as const
    this.#context.recorder.record(pod, note, { apiVersion: 'v1', kind: 'Pod' })
  }
}

type Scaled = Stored<KubernetesObject & { spec?: { replicas?: number } }>

/** What of a pod counts for a budget. */
const facts = (pod: Stored<Pod>) => [
  pod.metadata.uid,
  pod.metadata.labels,
  pod.metadata.deletionTimestamp !== undefined,
  pod.metadata.ownerReferences,
  isPodReady(pod),
]

const unmanaged = ({ spec }: Budget): string =>
  `Pods selected by this PodDisruptionBudget (selector: ${labelSelectorOf(spec.selector)}) were found to be unmanaged. As a result, the status of the PDB cannot be calculated correctly, which may result in undefined behavior. To account for these pods please set ".spec.minAvailable" field of the PDB to an integer value.`
