import type { Informer, InformerHandlers } from '#client/informer.ts'
import type { Pod } from '#kubernetes/api/core-v1.ts'

/** The pods of one node. */
export interface PodFeed {
  /** Resolves when all of them have been seen once. */
  readonly synced: Promise<void>
  /** Listens; those that are known already are announced as added, at once. */
  on(handlers: InformerHandlers<Pod>): Disposable
}

const byNode = 'node'

/** Hands each kubelet of this process the pods of its node, from one watch and by one look-up, however many nodes there are. */
export class NodePods implements Disposable {
  readonly #informer: Informer<Pod>
  readonly #kubelets = new Map<string, InformerHandlers<Pod>>()
  readonly #listening: Disposable

  /** The informer must hold the pods of all these nodes, and may hold others'. */
  constructor(informer: Informer<Pod>) {
    this.#informer = informer
    informer.addIndex(byNode, ({ spec }) => [spec?.nodeName ?? ''])
    const kubeletOf = ({ spec }: Pod) => this.#kubelets.get(spec?.nodeName ?? '')
    this.#listening = informer.on({
      added: pod => kubeletOf(pod)?.added?.(pod),
      updated: (pod, old) => kubeletOf(pod)?.updated?.(pod, old),
      deleted: pod => kubeletOf(pod)?.deleted?.(pod),
    })
  }

  of(nodeName: string): PodFeed {
    return {
      synced: this.#informer.synced,
      on: handlers => {
        this.#kubelets.set(nodeName, handlers)
        for (const pod of this.#informer.byIndex(byNode, nodeName)) handlers.added?.(pod)
        return { [Symbol.dispose]: () => this.#kubelets.delete(nodeName) }
      },
    }
  }

  [Symbol.dispose](): void {
    this.#listening[Symbol.dispose]()
  }
}
