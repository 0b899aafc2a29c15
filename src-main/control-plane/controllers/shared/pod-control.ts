import { errorMessage } from '#base/errors.ts'
import type { EventRecorder } from '#client/events.ts'
import { pods, type ResourceType } from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { Pod, PodTemplateSpec } from '#kubernetes/api/core-v1.ts'
import { apiVersionOf, type KubernetesObject, type Stored } from '#kubernetes/objects.ts'
import { controllerReference } from '#kubernetes/owners.ts'
import { isNamespaceTerminating, isNotFound } from '#kubernetes/status-error.ts'

export { isNamespaceTerminating }

/** Creates and deletes pods for one kind of owner, and says so in events about the owner. */
export class PodControl<O extends KubernetesObject> {
  readonly #client: Client
  readonly #recorder: EventRecorder
  readonly #kind: { apiVersion: string; kind: string }

  constructor(client: Client, recorder: EventRecorder, owner: ResourceType<O>) {
    this.#client = client
    this.#recorder = recorder
    this.#kind = { apiVersion: apiVersionOf(owner), kind: owner.kind }
  }

  /** Creates a pod from a template, named after its owner unless told. Throws what the API server answers. */
  async create(
    owner: Stored<O>,
    template: PodTemplateSpec,
    generateName = `${owner.metadata.name}-`,
  ): Promise<Stored<Pod>> {
    const { labels, annotations, finalizers } = template.metadata ?? {}
    const pod: Pod = {
      metadata: {
        generateName,
        namespace: owner.metadata.namespace ?? '',
        ...(labels ? { labels } : {}),
        ...(annotations ? { annotations } : {}),
        ...(finalizers ? { finalizers } : {}),
        ownerReferences: [controllerReference(owner, this.#kind)],
      },
      spec: template.spec ?? { containers: [] },
    }
    try {
      const created = await this.#client.create(pods, pod)
      this.#note(owner, 'Normal', 'SuccessfulCreate', `Created pod: ${created.metadata.name}`)
      return created
    } catch (error) {
      if (!isNamespaceTerminating(error)) {
        this.#note(owner, 'Warning', 'FailedCreate', `Error creating: ${errorMessage(error)}`)
      }
      throw error
    }
  }

  /** Deletes a pod; true when it was already gone. */
  async delete(owner: Stored<O>, pod: Stored<Pod>): Promise<boolean> {
    try {
      const { uid } = pod.metadata
      await this.#client.delete(pods, pod.metadata, { preconditions: { uid } })
      this.#note(owner, 'Normal', 'SuccessfulDelete', `Deleted pod: ${pod.metadata.name}`)
      return false
    } catch (error) {
      if (isNotFound(error)) return true
      this.#note(owner, 'Warning', 'FailedDelete', `Error deleting: ${errorMessage(error)}`)
      throw error
    }
  }

  #note(owner: Stored<O>, type: 'Normal' | 'Warning', reason: string, message: string): void {
    this.#recorder.record(owner, { type, reason, message }, this.#kind)
  }
}
