import { errorMessage } from '#base/errors.ts'
import { replicaSets } from '#client/resource-types.ts'
import type { ReplicaSet } from '#kubernetes/api/apps-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import type { Stored } from '#kubernetes/objects.ts'
import { controllerReference, isControlledBy } from '#kubernetes/owners.ts'
import { isAlreadyExists } from '#kubernetes/status-error.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { podTemplateHash, podTemplateHashLabel, sameTemplate } from '../shared/pod-template-hash.ts'
import {
  type ConditionNote,
  findCondition,
  hasProgressDeadline,
  setCondition,
} from './deployment-conditions.ts'
import type { DeploymentSync } from './deployment-sync.ts'
import { maxRevision, newestAnnotations, revisionAnnotation, withReplicas } from './revisions.ts'
import { maxSurge, newReplicaSetSize, wantedReplicas } from './rollout-arithmetic.ts'

/** Gives the newest ReplicaSet its revision and annotations, and makes it when `create` and it isn't there. */
export const prepareNewest = (sync: DeploymentSync, create: boolean): Promise<void> =>
  new NewReplicaSet(sync).prepare(create)

class NewReplicaSet {
  readonly #sync: DeploymentSync

  constructor(sync: DeploymentSync) {
    this.#sync = sync
  }

  async prepare(create: boolean): Promise<void> {
    const revision = maxRevision(this.#sync.old) + 1
    const { newest } = this.#sync
    if (newest) await this.#refresh(newest, revision)
    else if (create) await this.#create(revision)
  }

  async #refresh(replicaSet: Stored<ReplicaSet>, revision: number): Promise<void> {
    const { context, deployment } = this.#sync
    const { metadata, spec } = replicaSet
    const annotations = newestAnnotations(deployment, replicaSet, revision)
    const minReadySeconds = deployment.spec.minReadySeconds ?? 0
    const stale =
      !semanticEqual(metadata.annotations, annotations) ||
      (spec?.minReadySeconds ?? 0) !== minReadySeconds
    if (stale) {
      const updated = await context.client.update(replicaSets, {
        ...replicaSet,
        metadata: { ...metadata, annotations },
        spec: { ...spec, selector: spec?.selector ?? {}, minReadySeconds },
      })
      this.#sync.put(updated)
    }
    const known = findCondition(deployment.status, 'Progressing')
    await this.#writeRevision(
      annotations[revisionAnnotation],
      known
        ? undefined
        : {
            type: 'Progressing',
            status: 'True',
            reason: 'FoundNewReplicaSet',
            message: `Found new replica set ${JSON.stringify(metadata.name)}`,
          },
    )
  }

  async #create(revision: number): Promise<void> {
    const { context } = this.#sync
    const wanted = this.#build(revision)
    let created: Stored<ReplicaSet>
    try {
      created = await context.client.create(replicaSets, wanted)
    } catch (error) {
      if (isNamespaceTerminating(error)) return
      if (!isAlreadyExists(error)) throw await this.#reportFailure(wanted, error)
      await this.#resolveCollision(wanted, error)
      return
    }
    this.#sync.put(created)
    const size = created.spec?.replicas ?? 0
    const { name } = created.metadata
    if (size > 0) {
      const message = `Scaled up replica set ${name} from 0 to ${size}`
      this.#sync.note('Normal', 'ScalingReplicaSet', message)
    }
    await this.#writeRevision(String(revision), {
      type: 'Progressing',
      status: 'True',
      reason: 'NewReplicaSetCreated',
      message: `Created new replica set ${JSON.stringify(name)}`,
    })
  }

  #build(revision: number): ReplicaSet {
    const { deployment, all } = this.#sync
    const { template, selector, minReadySeconds } = deployment.spec
    const hash = podTemplateHash(template, deployment.status?.collisionCount)
    const labels = { ...template.metadata?.labels, [podTemplateHashLabel]: hash }
    const replicaSet: ReplicaSet = {
      metadata: {
        name: `${deployment.metadata.name}-${hash}`,
        namespace: deployment.metadata.namespace ?? '',
        labels,
        ownerReferences: [
          controllerReference(deployment, { apiVersion: 'apps/v1', kind: 'Deployment' }),
        ],
      },
      spec: {
        replicas: newReplicaSetSize(deployment, all, undefined),
        ...(minReadySeconds === undefined ? {} : { minReadySeconds }),
        selector: {
          ...selector,
          matchLabels: { ...selector.matchLabels, [podTemplateHashLabel]: hash },
        },
        template: { ...template, metadata: { ...template.metadata, labels } },
      },
    }
    const size = wantedReplicas(deployment)
    const annotations = newestAnnotations(deployment, replicaSet, revision)
    replicaSet.metadata.annotations = withReplicas(annotations, size, size + maxSurge(deployment))
    return replicaSet
  }

  /** The name is taken: by our own earlier attempt that the informer doesn't show yet, or by another template. */
  async #resolveCollision(wanted: ReplicaSet, error: unknown): Promise<void> {
    const { context, deployment } = this.#sync
    const there = await context.client.get(replicaSets, wanted.metadata)
    const ours = isControlledBy(there, deployment)
    if (ours && sameTemplate(there.spec?.template, deployment.spec.template)) {
      this.#sync.put(there)
      return
    }
    const collisionCount = (deployment.status?.collisionCount ?? 0) + 1
    await this.#sync.replaceStatus({ ...deployment.status, collisionCount })
    throw error
  }

  async #reportFailure(wanted: ReplicaSet, error: unknown): Promise<unknown> {
    const { context, deployment } = this.#sync
    const message = `Failed to create new replica set ${JSON.stringify(wanted.metadata.name)}: ${errorMessage(error)}`
    if (hasProgressDeadline(deployment)) {
      const note = {
        type: 'Progressing',
        status: 'False',
        reason: 'ReplicaSetCreateError',
        message,
      }
      await this.#sync
        .replaceStatus(setCondition(deployment.status ?? {}, note, context.clock.now()))
        .catch(() => {})
    }
    this.#sync.note('Warning', 'ReplicaSetCreateError', message)
    return error
  }

  async #writeRevision(
    revision: string | undefined,
    note: ConditionNote | undefined,
  ): Promise<void> {
    const { context, deployment } = this.#sync
    const status = deployment.status ?? {}
    await this.#sync.replaceStatus(
      note && hasProgressDeadline(deployment)
        ? setCondition(status, note, context.clock.now())
        : status,
      revision
        ? { ...deployment.metadata.annotations, [revisionAnnotation]: revision }
        : deployment.metadata.annotations,
    )
  }
}
