import { deployments, type pods, replicaSets } from '#client/resource-types.ts'
import type { Deployment, DeploymentStatus, ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { ControllerContext } from '../define-controller.ts'
import { sameTemplate } from '../shared/pod-template-hash.ts'
import {
  findCondition,
  hasProgressDeadline,
  isComplete,
  setCondition,
  untilTimedOut,
} from './deployment-conditions.ts'
import { deploymentStatus, rolloutStatus } from './deployment-status.ts'
import { desiredReplicasOf, maxReplicasOf, revisionOf, withReplicas } from './revisions.ts'
import { createdAt, maxSurge, replicasOf, wantedReplicas } from './rollout-arithmetic.ts'

export type DeploymentContext = ControllerContext<
  Deployment,
  { replicaSets: typeof replicaSets; pods: typeof pods }
>

/**
 * One look at one Deployment: its state, its ReplicaSets, and what may be done to them. Writes replace what is held
 * here, so that a later step of the same look builds on what an earlier one wrote.
 */
export class DeploymentSync {
  readonly context: DeploymentContext
  deployment: Stored<Deployment>
  readonly #replicaSets: Stored<ReplicaSet>[]

  constructor(
    context: DeploymentContext,
    deployment: Stored<Deployment>,
    owned: Stored<ReplicaSet>[],
  ) {
    this.context = context
    this.deployment = deployment
    this.#replicaSets = [...owned].sort((a, b) => createdAt(a) - createdAt(b))
  }

  /** All ReplicaSets of the Deployment, oldest first. */
  get all(): Stored<ReplicaSet>[] {
    return this.#replicaSets
  }

  /** The ReplicaSet of the current template; of several the oldest. */
  get newest(): Stored<ReplicaSet> | undefined {
    const { template } = this.deployment.spec
    return this.#replicaSets.find(({ spec }) => sameTemplate(spec?.template, template))
  }

  /** Those of former templates. */
  get old(): Stored<ReplicaSet>[] {
    const { newest } = this
    return this.#replicaSets.filter(replicaSet => replicaSet !== newest)
  }

  /** Takes in a ReplicaSet as it was written. */
  put(replicaSet: Stored<ReplicaSet>): void {
    const index = this.#replicaSets.findIndex(
      ({ metadata }) => metadata.uid === replicaSet.metadata.uid,
    )
    if (index < 0) this.#replicaSets.push(replicaSet)
    else this.#replicaSets[index] = replicaSet
  }

  /** Resizes a ReplicaSet and tells so; true when its size changed. */
  async scale(replicaSet: Stored<ReplicaSet>, size: number): Promise<boolean> {
    const from = replicasOf(replicaSet)
    const wanted = wantedReplicas(this.deployment)
    const max = wanted + maxSurge(this.deployment)
    const sized = desiredReplicasOf(replicaSet) === wanted && maxReplicasOf(replicaSet) === max
    if (from === size && sized) return false
    const { metadata, spec } = replicaSet
    const updated = await this.context.client.update(replicaSets, {
      ...replicaSet,
      metadata: { ...metadata, annotations: withReplicas(metadata.annotations, wanted, max) },
      spec: { ...spec, selector: spec?.selector ?? {}, replicas: size },
    })
    this.put(updated)
    if (from === size) return false
    const direction = size > from ? 'up' : 'down'
    this.note(
      'Normal',
      'ScalingReplicaSet',
      `Scaled ${direction} replica set ${metadata.name} from ${from} to ${size}`,
    )
    return true
  }

  note(type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.context.recorder.record(
      this.deployment,
      { type, reason, message },
      { apiVersion: 'apps/v1', kind: 'Deployment' },
    )
  }

  /** Records in the `Progressing` condition that the rollout was paused or resumed, for its deadline's sake. */
  async notePause(): Promise<void> {
    const { deployment } = this
    if (!hasProgressDeadline(deployment)) return
    const reason = findCondition(deployment.status, 'Progressing')?.reason
    if (reason === 'ProgressDeadlineExceeded') return
    const wasPaused = reason === 'DeploymentPaused'
    if (Boolean(deployment.spec.paused) === wasPaused) return
    const note = deployment.spec.paused
      ? { reason: 'DeploymentPaused', message: 'Deployment is paused' }
      : { reason: 'DeploymentResumed', message: 'Deployment is resumed' }
    const now = this.context.clock.now()
    await this.replaceStatus(
      setCondition(
        deployment.status ?? {},
        { type: 'Progressing', status: 'Unknown', ...note },
        now,
      ),
    )
  }

  /** Whether the wanted size changed since the ReplicaSets were last scaled. */
  wasResized(): boolean {
    const wanted = wantedReplicas(this.deployment)
    return this.#replicaSets.some(replicaSet => {
      const desired = desiredReplicasOf(replicaSet)
      return replicasOf(replicaSet) > 0 && desired !== undefined && desired !== wanted
    })
  }

  /** Deletes the oldest revisions beyond the history limit; only such as are empty and seen to be. */
  async cleanUp(): Promise<void> {
    const limit = this.deployment.spec.revisionHistoryLimit
    if (limit === undefined || limit === 2 ** 31 - 1) return
    const alive = this.old.filter(({ metadata }) => !metadata.deletionTimestamp)
    const excess = alive
      .sort((a, b) => revisionOf(a) - revisionOf(b))
      .slice(0, Math.max(0, alive.length - limit))
    for (const replicaSet of excess) {
      const { metadata, status } = replicaSet
      const seen = (status?.observedGeneration ?? 0) >= (metadata.generation ?? 0)
      if ((status?.replicas ?? 0) > 0 || replicasOf(replicaSet) > 0 || !seen) continue
      await this.context.client.delete(replicaSets, metadata)
    }
  }

  /** Writes the status as it follows from the ReplicaSets, without judging progress. */
  async writeStatus(): Promise<void> {
    await this.replaceStatus(
      deploymentStatus(this.deployment, this.all, this.newest, this.context.clock.now()),
    )
  }

  /** Writes the status with the rollout's progress judged. */
  async writeRolloutStatus(): Promise<void> {
    await this.replaceStatus(
      rolloutStatus(this.deployment, this.all, this.newest, this.context.clock.now()),
    )
  }

  /** Writes a status, and annotations when given, unless nothing differs. */
  async replaceStatus(
    status: DeploymentStatus,
    annotations = this.deployment.metadata.annotations,
  ): Promise<void> {
    const { deployment } = this
    if (
      semanticEqual(deployment.status, status) &&
      semanticEqual(deployment.metadata.annotations, annotations)
    ) {
      return
    }
    this.deployment = await this.context.client.updateStatus(deployments, {
      ...deployment,
      metadata: { ...deployment.metadata, ...(annotations ? { annotations } : {}) },
      status,
    })
  }

  /** When to look again whether the rollout is stuck, in milliseconds; undefined when that isn't awaited. */
  untilStuck(): number | undefined {
    const { deployment } = this
    const { status } = deployment
    if (!hasProgressDeadline(deployment) || isComplete(deployment, status)) return undefined
    if (findCondition(status, 'Progressing')?.reason === 'ProgressDeadlineExceeded')
      return undefined
    const left = untilTimedOut(deployment, status, this.context.clock.now())
    return left === undefined ? undefined : Math.max(0, left) + 1000
  }
}
