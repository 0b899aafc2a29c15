import { type DiscoveredResource, type Discovery, discover } from '#client/discovery.ts'
import type { Client } from '#client/rest.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'

/** What a pass over a namespace left in it, and why. */
export interface ContentLeft {
  /** How many objects are left, by `pods.` or `deployments.apps`. */
  objects: Map<string, number>
  /** How many objects wait for a finalizer, by finalizer. */
  finalizers: Map<string, number>
  /** The longest grace period of the pods that are ending. */
  graceSeconds: number
  /** Deletions that failed. */
  failures: unknown[]
  /** Group versions that couldn't be asked what they hold. */
  discovery: Discovery['failures']
}

/** Deletes everything in a namespace, of whatever kind the server serves; pods first, since the rest may be what holds them. */
export class NamespaceContent {
  readonly #client: Client

  constructor(client: Client) {
    this.#client = client
  }

  /**
   * One pass over all kinds; answers what is left. While pods are left, nothing else is touched
   * (https://kep.k8s.io/5080).
   */
  async deleteAll(namespace: string): Promise<ContentLeft> {
    const { resources, failures } = await discover(this.#client)
    const left: ContentLeft = {
      objects: new Map(),
      finalizers: new Map(),
      graceSeconds: 0,
      failures: [],
      discovery: failures,
    }
    const deletable = resources.filter(
      ({ namespaced, preferred, verbs }) =>
        namespaced && preferred && verbs.includes('delete') && verbs.includes('list'),
    )
    const deleteKinds = (types: DiscoveredResource[]) =>
      Promise.all(
        types.map(type =>
          this.#deleteKind(type, namespace, left).catch(error => left.failures.push(error)),
        ),
      )
    await deleteKinds(deletable.filter(isPods))
    if (left.objects.size > 0 || left.failures.length > 0) return left
    await deleteKinds(deletable.filter(type => !isPods(type)))
    return left
  }

  async #deleteKind(type: DiscoveredResource, namespace: string, left: ContentLeft): Promise<void> {
    const first = await this.#list(type, namespace)
    if (first.length === 0) return
    if (type.verbs.includes('deletecollection')) {
      await this.#client.deleteCollection(type, {
        namespace,
        deleteOptions: { propagationPolicy: 'Background' },
      })
    } else {
      for (const { metadata } of first) {
        try {
          await this.#client.delete(type, metadata, { propagationPolicy: 'Background' })
        } catch (error) {
          if (!isNotFound(error)) throw error
        }
      }
    }
    this.#count(type, await this.#list(type, namespace), left)
  }

  async #list(type: DiscoveredResource, namespace: string) {
    try {
      return (await this.#client.list(type, { namespace, metadataOnly: true })).items
    } catch (error) {
      if (isNotFound(error)) return []
      throw error
    }
  }

  #count(type: DiscoveredResource, remaining: KubernetesObject[], left: ContentLeft): void {
    if (remaining.length === 0) return
    left.objects.set(`${type.resource}.${type.group}`, remaining.length)
    for (const { metadata } of remaining) {
      left.graceSeconds = Math.max(left.graceSeconds, metadata.deletionGracePeriodSeconds ?? 0)
      for (const finalizer of metadata.finalizers ?? []) {
        left.finalizers.set(finalizer, (left.finalizers.get(finalizer) ?? 0) + 1)
      }
    }
  }
}

const isPods = ({ group, resource }: DiscoveredResource): boolean =>
  group === '' && resource === 'pods'
