import type {
  LocalClusterState,
  LocalClusters,
  NewLocalCluster,
} from '#app/clusters/local-clusters.ts'
import { Emitter } from '#base/emitter.ts'
import type { ClusterRequest, FromCore, ToCore } from './messages.ts'

/** The local clusters as the core sees them: the main process starts and stops them, and says what they do. */
export class RemoteClusters implements LocalClusters {
  readonly #post: (message: FromCore) => void
  readonly #changed = new Emitter<void>()
  readonly #pending = new Map<number, PromiseWithResolvers<void>>()
  #clusters: LocalClusterState[]
  #next = 0

  constructor(post: (message: FromCore) => void, clusters: LocalClusterState[]) {
    this.#post = post
    this.#clusters = clusters
  }

  /** Takes what the main process says of clusters; other messages are none of its business. */
  receive(message: ToCore): void {
    if (message.type === 'clusters') {
      this.#clusters = message.clusters
      this.#changed.emit()
    } else if (message.type === 'answer') {
      const pending = this.#pending.get(message.id)
      this.#pending.delete(message.id)
      if (message.error === undefined) pending?.resolve()
      else pending?.reject(new Error(message.error))
    }
  }

  list(): LocalClusterState[] {
    return this.#clusters
  }

  onChange(listener: () => void): Disposable {
    return this.#changed.on(listener)
  }

  create(cluster: NewLocalCluster): Promise<void> {
    return this.#ask({ do: 'create', cluster })
  }

  start(name: string): Promise<void> {
    return this.#ask({ do: 'start', name })
  }

  stop(name: string, options: { stopPods: boolean }): Promise<void> {
    return this.#ask({ do: 'stop', name, ...options })
  }

  remove(name: string, options: { keepVolumes: boolean }): Promise<void> {
    return this.#ask({ do: 'remove', name, ...options })
  }

  #ask(request: ClusterRequest): Promise<void> {
    const id = this.#next++
    const pending = Promise.withResolvers<void>()
    this.#pending.set(id, pending)
    this.#post({ type: 'request', id, request })
    return pending.promise
  }
}
