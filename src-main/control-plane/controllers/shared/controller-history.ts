import { controllerRevisions, type ResourceType } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { ControllerRevision } from '#kubernetes/api/apps-v1.ts'
import type { PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { semanticEqual } from '#kubernetes/deep-equal.ts'
import { apiVersionOf, type KubernetesObject, type Stored } from '#kubernetes/objects.ts'
import { controllerReference, isControlledBy } from '#kubernetes/owners.ts'
import { isAlreadyExists, isNotFound } from '#kubernetes/status-error.ts'
import { podTemplateHash } from './pod-template-hash.ts'

/** The label by which pods, and the revisions of DaemonSets, name their revision. */
export const revisionHashLabel = 'controller-revision-hash'

/** An owner of revisions, as StatefulSets and DaemonSets are. */
export interface Versioned extends KubernetesObject {
  spec: { template: PodTemplateSpec; revisionHistoryLimit?: number }
  status?: { collisionCount?: number }
}

/** What a revision remembers: a patch that brings the template back. */
export const revisionData = (template: PodTemplateSpec): Record<string, unknown> => ({
  spec: { template: { ...template, $patch: 'replace' } },
})

/** The template that a revision remembers. */
export function templateOf({ data }: ControllerRevision): PodTemplateSpec {
  const spec = data?.['spec'] as { template?: Record<string, unknown> } | undefined
  const { $patch: _, ...template } = spec?.template ?? {}
  return template as PodTemplateSpec
}

/** Keeps the revisions of one kind of owner. */
export class ControllerHistory<O extends Versioned> {
  readonly #client: Client
  readonly #type: ResourceType<O>
  /** The label that carries a revision's hash. */
  readonly #hashLabel: string

  constructor(client: Client, type: ResourceType<O>, hashLabel: string) {
    this.#client = client
    this.#type = type
    this.#hashLabel = hashLabel
  }

  /**
   * The revision of the owner's template: known, brought back to the front, or made anew. Throws when the name is
   * taken by something else, after telling `collided` the count that makes another name.
   */
  async current(
    owner: Stored<O>,
    known: readonly Stored<ControllerRevision>[],
    collided: (collisionCount: number) => Promise<void>,
  ): Promise<Stored<ControllerRevision>> {
    const data = revisionData(owner.spec.template)
    const newest = Math.max(0, ...known.map(({ revision }) => revision))
    const same = known
      .filter(revision => semanticEqual(revision.data, data))
      .sort((a, b) => b.revision - a.revision)[0]
    if (!same) return this.#create(owner, data, newest + 1, collided)
    if (same.revision === newest) return same
    return this.#client.update(controllerRevisions, { ...same, revision: newest + 1 })
  }

  async #create(
    owner: Stored<O>,
    data: Record<string, unknown>,
    revision: number,
    collided: (collisionCount: number) => Promise<void>,
  ): Promise<Stored<ControllerRevision>> {
    const { template } = owner.spec
    const collisions = owner.status?.collisionCount ?? 0
    const hash = podTemplateHash(template, collisions)
    const { annotations } = owner.metadata
    const wanted: ControllerRevision = {
      metadata: {
        name: `${owner.metadata.name}-${hash}`,
        namespace: owner.metadata.namespace ?? '',
        labels: { ...template.metadata?.labels, [this.#hashLabel]: hash },
        ...(annotations ? { annotations } : {}),
        ownerReferences: [
          controllerReference(owner, {
            apiVersion: apiVersionOf(this.#type),
            kind: this.#type.kind,
          }),
        ],
      },
      data,
      revision,
    }
    try {
      return await this.#client.create(controllerRevisions, wanted)
    } catch (error) {
      if (!isAlreadyExists(error)) throw error
      const there = await this.#client.get(controllerRevisions, wanted.metadata)
      if (isControlledBy(there, owner) && semanticEqual(there.data, data)) return there
      await collided(collisions + 1)
      throw error
    }
  }

  /** Deletes the oldest revisions beyond the owner's limit; those in `live` are needed. */
  async truncate(
    owner: Stored<O>,
    known: readonly Stored<ControllerRevision>[],
    live: ReadonlySet<string>,
  ): Promise<void> {
    const old = known
      .filter(({ metadata }) => !live.has(metadata.name))
      .sort((a, b) => a.revision - b.revision)
    const surplus = old.length - (owner.spec.revisionHistoryLimit ?? 10)
    for (const { metadata } of old.slice(0, Math.max(0, surplus))) {
      try {
        await this.#client.delete(controllerRevisions, metadata)
      } catch (error) {
        if (!isNotFound(error)) throw error
      }
    }
  }
}
