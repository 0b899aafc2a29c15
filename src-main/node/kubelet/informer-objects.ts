import type { Informer } from '#client/informer.ts'
import {
  configMaps,
  persistentVolumeClaims,
  persistentVolumes,
  type ResourceType,
  secrets,
  services,
} from '#client/resource-types.ts'
import type { Client } from '#client/rest.ts'
import type { SharedInformers } from '#client/shared-informers.ts'
import type {
  ConfigMap,
  PersistentVolume,
  PersistentVolumeClaim,
  Secret,
  Service,
} from '#kubernetes/api/core-v1.ts'
import type { KubernetesObject } from '#kubernetes/objects.ts'
import { isNotFound } from '#kubernetes/status-error.ts'
import type { ObjectSource } from './object-source.ts'

/**
 * What pods refer to, from informers; what those haven't seen yet is asked for.
 * Claims and volumes are asked for always: they are bound before their pods are.
 */
export class InformerObjects implements ObjectSource, Disposable {
  readonly #client: Client
  readonly #configMaps: Informer<ConfigMap>
  readonly #secrets: Informer<Secret>
  readonly #services: Informer<Service>
  readonly #owned = new DisposableStack()

  constructor(client: Client, informers: SharedInformers) {
    this.#client = client
    this.#configMaps = this.#owned.use(informers.use(configMaps)).informer
    this.#secrets = this.#owned.use(informers.use(secrets)).informer
    this.#services = this.#owned.use(informers.use(services)).informer
  }

  /** Resolves once Services are known, without which containers would lack their variables. */
  get synced(): Promise<void> {
    return this.#services.synced
  }

  configMap(namespace: string, name: string): Promise<ConfigMap | undefined> {
    return this.#find(this.#configMaps, configMaps, namespace, name)
  }

  secret(namespace: string, name: string): Promise<Secret | undefined> {
    return this.#find(this.#secrets, secrets, namespace, name)
  }

  claim(namespace: string, name: string): Promise<PersistentVolumeClaim | undefined> {
    return this.#get(persistentVolumeClaims, namespace, name)
  }

  volume(name: string): Promise<PersistentVolume | undefined> {
    return this.#get(persistentVolumes, undefined, name)
  }

  services(namespace: string): Service[] {
    const kubernetes =
      namespace === 'default' ? undefined : this.#services.get('default/kubernetes')
    return [...this.#services.list(namespace), ...(kubernetes ? [kubernetes] : [])]
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
  }

  async #find<T extends KubernetesObject>(
    informer: Informer<T>,
    type: ResourceType<T>,
    namespace: string,
    name: string,
  ): Promise<T | undefined> {
    return informer.get(`${namespace}/${name}`) ?? this.#get(type, namespace, name)
  }

  async #get<T extends KubernetesObject>(
    type: ResourceType<T>,
    namespace: string | undefined,
    name: string,
  ): Promise<T | undefined> {
    try {
      return await this.#client.get(type, { namespace, name })
    } catch (error) {
      if (isNotFound(error)) return undefined
      throw error
    }
  }
}
