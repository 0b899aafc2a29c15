import type { PodInfo } from './pod-info.ts'

/** A pod that waits for others to leave its node. */
export interface Nomination {
  readonly info: PodInfo
  readonly node: string
  /** The uids of the pods that are to leave for it. */
  readonly victims: ReadonlySet<string>
}

const none: readonly PodInfo[] = []

/** The pods that others were displaced for: until they are bound their place counts as taken. */
export class Nominations {
  readonly #byPod = new Map<string, Nomination>()

  get size(): number {
    return this.#byPod.size
  }

  get(uid: string): Nomination | undefined {
    return this.#byPod.get(uid)
  }

  put(nomination: Nomination): void {
    this.#byPod.set(nomination.info.uid, nomination)
  }

  remove(uid: string): void {
    this.#byPod.delete(uid)
  }

  /** The other pods nominated to a node that a pod must leave room for. */
  before(pod: PodInfo, node: string): readonly PodInfo[] {
    if (this.#byPod.size === 0) return none
    return this.#on(node).filter(info => info.uid !== pod.uid && info.priority >= pod.priority)
  }

  /** The pods nominated to a node that a pod of higher priority takes the place of. */
  after(pod: PodInfo, node: string): readonly PodInfo[] {
    return this.#on(node).filter(info => info.priority < pod.priority)
  }

  #on(node: string): PodInfo[] {
    return [...this.#byPod.values()].filter(one => one.node === node).map(({ info }) => info)
  }
}
