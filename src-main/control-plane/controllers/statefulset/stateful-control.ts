import { errorMessage } from '#base/errors.ts'
import type { Informer } from '#client/informer.ts'
import { persistentVolumeClaims, pods } from '#client/resource-types.ts'
import type { ControllerRevision, StatefulSet } from '#kubernetes/api/apps-v1.ts'
import type { PersistentVolumeClaim, Pod } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { keyOf, type Stored } from '#kubernetes/objects.ts'
import { isAlreadyExists, isNotFound } from '#kubernetes/status-error.ts'
import type { ControllerContext } from '../define-controller.ts'
import { isNamespaceTerminating } from '../shared/pod-control.ts'
import { ownersOfClaim } from './claim-owners.ts'
import { claimsAt, hasIdentity, podAt, statefulSetKind, withIdentity } from './stateful-pods.ts'

type Context = Pick<ControllerContext<StatefulSet, Record<never, never>>, 'client' | 'recorder'>

/** Creates, mends and deletes the pods and claims of StatefulSets, and says so in events. */
export class StatefulControl {
  readonly #context: Context
  readonly #claims: Informer<PersistentVolumeClaim>

  constructor(context: Context, claims: Informer<PersistentVolumeClaim>) {
    this.#context = context
    this.#claims = claims
  }

  async create(
    set: Stored<StatefulSet>,
    ordinal: number,
    revision: Stored<ControllerRevision>,
  ): Promise<void> {
    const pod = podAt(set, ordinal, revision)
    const { name = '' } = pod.metadata
    await this.createClaims(set, ordinal, name)
    try {
      await this.#context.client.create(pods, pod)
      this.#note(
        set,
        'SuccessfulCreate',
        `create Pod ${name} in StatefulSet ${set.metadata.name} successful`,
      )
    } catch (error) {
      if (isNamespaceTerminating(error) || isAlreadyExists(error)) throw error
      this.#fail(set, 'create', name, error)
      throw error
    }
  }

  /** Makes the claims of an ordinal that aren't there. One that is being deleted has to be gone first. */
  async createClaims(set: Stored<StatefulSet>, ordinal: number, pod: string): Promise<void> {
    for (const claim of claimsAt(set, ordinal)) {
      const there = this.#claims.get(keyOf(claim))
      const { name } = claim.metadata
      if (there?.metadata.deletionTimestamp) throw new Error(`pvc ${name} is being deleted`)
      if (there) continue
      const { owners } = ownersOfClaim(claim, set, ordinal, undefined)
      if (owners.length > 0) claim.metadata.ownerReferences = owners
      const about = `Claim ${name}`
      try {
        await this.#context.client.create(persistentVolumeClaims, claim)
        const message = `create ${about} Pod ${pod} in StatefulSet ${set.metadata.name} success`
        this.#note(set, 'SuccessfulCreate', message)
      } catch (error) {
        if (isAlreadyExists(error)) continue
        const message = `create ${about} for Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${errorMessage(error)}`
        this.#record(set, 'Warning', 'FailedCreate', message)
        throw error
      }
    }
  }

  /** Puts labels right that someone took off, and makes claims that a pod still waits for. */
  async mend(set: Stored<StatefulSet>, pod: Stored<Pod>, ordinal: number): Promise<void> {
    if (pod.status?.phase === 'Pending') await this.createClaims(set, ordinal, pod.metadata.name)
    if (hasIdentity(pod, set, ordinal)) return
    try {
      await this.#context.client.update(pods, withIdentity(pod, ordinal))
      const { name } = pod.metadata
      this.#note(
        set,
        'SuccessfulUpdate',
        `update Pod ${name} in StatefulSet ${set.metadata.name} successful`,
      )
    } catch (error) {
      this.#fail(set, 'update', pod.metadata.name, error)
      throw error
    }
  }

  async delete(set: Stored<StatefulSet>, pod: Stored<Pod>): Promise<void> {
    const { name, uid } = pod.metadata
    try {
      await this.#context.client.delete(pods, pod.metadata, { preconditions: { uid } })
      this.#note(
        set,
        'SuccessfulDelete',
        `delete Pod ${name} in StatefulSet ${set.metadata.name} successful`,
      )
    } catch (error) {
      if (isNotFound(error)) return
      this.#fail(set, 'delete', name, error)
      throw error
    }
  }

  /** Makes the claims of an ordinal go with the set or with the pod, as the retention policy says. */
  async applyRetention(
    set: Stored<StatefulSet>,
    ordinal: number,
    pod: Stored<Pod> | undefined,
  ): Promise<void> {
    for (const { metadata } of claimsAt(set, ordinal)) {
      const claim = this.#claims.get(keyOf({ metadata }))
      if (!claim) continue
      const { owners: ownerReferences, isForeign } = ownersOfClaim(claim, set, ordinal, pod)
      if (semanticEqual(claim.metadata.ownerReferences ?? [], ownerReferences)) continue
      if (isForeign) {
        const message = `PersistentVolumeClaim ${metadata.name} has a conflicting OwnerReference that acts as a manging controller, the retention policy is ignored for this claim`
        this.#record(set, 'Warning', 'ConflictingController', message)
      }
      await this.#context.client.update(persistentVolumeClaims, {
        ...claim,
        metadata: { ...claim.metadata, ownerReferences },
      })
    }
  }

  #fail(
    set: Stored<StatefulSet>,
    verb: 'create' | 'update' | 'delete',
    pod: string,
    error: unknown,
  ) {
    const reason = { create: 'FailedCreate', update: 'FailedUpdate', delete: 'FailedDelete' }[verb]
    const message = `${verb} Pod ${pod} in StatefulSet ${set.metadata.name} failed error: ${errorMessage(error)}`
    this.#record(set, 'Warning', reason, message)
  }

  #note(set: Stored<StatefulSet>, reason: string, message: string): void {
    this.#record(set, 'Normal', reason, message)
  }

  #record(set: Stored<StatefulSet>, type: 'Normal' | 'Warning', reason: string, message: string) {
    this.#context.recorder.record(set, { type, reason, message }, statefulSetKind)
  }
}
