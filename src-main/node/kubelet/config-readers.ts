import type { Informer } from '#client/informer.ts'
import { configMaps, secrets } from '#client/resource-types.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'
import { type KubernetesObject, keyOf, type Stored } from '#kubernetes/objects.ts'
import { podReferences } from '#kubernetes/pod-references.ts'

export type ConfigKind = 'configMap' | 'secret'

/** A ConfigMap or Secret of this name, which the pod refers to, came, changed or went. */
type ConfigChange = (pod: Stored<Pod>, kind: ConfigKind, name: string) => void

/** Tells of what the pods of one node refer to, until the result is disposed. */
export type ConfigFeed = (changed: ConfigChange) => Disposable

const byConfig = 'config'

/**
 * Tells each kubelet of this process which of its pods refer to a ConfigMap or Secret that changed: by one look-up,
 * however many nodes there are.
 */
export class ConfigReaders implements Disposable {
  readonly #pods: Informer<Pod>
  readonly #kubelets = new Map<string, ConfigChange>()
  readonly #owned = new DisposableStack()

  /** The informer must hold the pods of all these nodes, and may hold others'. */
  constructor(pods: Informer<Pod>, informers: Pick<SharedInformers, 'use'>) {
    this.#pods = pods
    pods.addIndex(byConfig, configOf)
    this.#follow('configMap', this.#owned.use(informers.use(configMaps)).informer)
    this.#follow('secret', this.#owned.use(informers.use(secrets)).informer)
  }

  of(nodeName: string): ConfigFeed {
    return changed => {
      this.#kubelets.set(nodeName, changed)
      return { [Symbol.dispose]: () => this.#kubelets.delete(nodeName) }
    }
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }

  #follow<T extends KubernetesObject>(kind: ConfigKind, informer: Informer<T>): void {
    const changed = (object: Stored<T>) => {
      for (const pod of this.#pods.byIndex(byConfig, `${kind} ${keyOf(object)}`))
        this.#kubelets.get(pod.spec.nodeName ?? '')?.(pod, kind, object.metadata.name)
    }
    this.#owned.use(informer.on({ added: changed, updated: changed, deleted: changed }))
  }
}

function configOf(pod: Stored<Pod>): string[] {
  const references = [...podReferences(pod)].filter(
    ({ kind }) => kind === 'configMap' || kind === 'secret',
  )
  return [
    ...new Set(references.map(({ kind, name }) => `${kind} ${pod.metadata.namespace}/${name}`)),
  ]
}
