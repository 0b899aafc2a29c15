import type { Pod } from '#kubernetes/api/core-v1.ts'
import type { Stored } from '#kubernetes/objects.ts'
import type { ConfigKind } from '../config-readers.ts'
import type { BoundPod } from '../pod-facts.ts'
import { mountsObject } from '../volumes/pod-volumes.ts'
import type { PodContext } from './pod-context.ts'
import { PodWorker } from './pod-worker.ts'

/** One worker for each pod of the node, by uid. */
export class PodWorkers implements AsyncDisposable {
  readonly #context: PodContext
  readonly #workers = new Map<string, PodWorker>()
  /** What the last whole listing said of each pod, to find out what events have missed. */
  readonly #prints = new Map<string, string>()

  constructor(context: PodContext) {
    this.#context = context
  }

  get size(): number {
    return this.#workers.size
  }

  find(uid: string): PodWorker | undefined {
    return this.#workers.get(uid)
  }

  [Symbol.iterator](): IterableIterator<PodWorker> {
    return this.#workers.values()
  }

  update(pod: BoundPod): void {
    const { uid } = pod.metadata
    const known = this.#workers.get(uid)
    if (known) known.update(pod)
    else this.#workers.set(uid, new PodWorker(this.#context, pod, () => this.#done(uid)))
  }

  removed(pod: BoundPod): void {
    this.#workers.get(pod.metadata.uid)?.removed()
  }

  engineChanged(podUid: string): void {
    this.#workers.get(podUid)?.wake()
  }

  wakeAll(): void {
    for (const worker of this.#workers.values()) worker.wake()
  }

  /** A ConfigMap or Secret that a pod refers to changed: wakes the pod when it waits for that or shows it. */
  configChanged({ metadata }: Stored<Pod>, kind: ConfigKind, name: string): void {
    const worker = this.#workers.get(metadata.uid)
    if (!worker) return
    const waits = worker.waiting.size > 0 || !worker.state.sandboxes.length
    if (waits || mountsObject(worker.pod, kind, name)) worker.wake()
  }

  /** Compares the engine with what was listed before and wakes the pods that differ: the guard against lost events. */
  async relist(): Promise<void> {
    const { runtime } = this.#context
    const [sandboxes, containers] = await Promise.all([
      runtime.listPodSandboxes(),
      runtime.listContainers(),
    ])
    const prints = new Map<string, string>()
    const add = (uid: string, text: string) => prints.set(uid, `${prints.get(uid) ?? ''}${text};`)
    for (const { id, state, config } of sandboxes) add(config.uid, `${id} ${state}`)
    for (const { id, state, podUid } of containers) add(podUid, `${id} ${state}`)
    for (const [uid, worker] of this.#workers)
      if (prints.get(uid) !== this.#prints.get(uid)) worker.wake()
    this.#prints.clear()
    for (const [uid, print] of prints) this.#prints.set(uid, print)
  }

  /** Stops looking after pods; their containers run on. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all([...this.#workers.values()].map(worker => worker[Symbol.asyncDispose]()))
    this.#workers.clear()
  }

  #done(uid: string): void {
    const worker = this.#workers.get(uid)
    if (!worker) return
    this.#workers.delete(uid)
    this.#prints.delete(uid)
    this.#context.tokens.forget(uid)
    this.#context.images.forget(uid)
    this.#context.crashes.forget(`${uid}_`)
    void worker[Symbol.asyncDispose]()
  }
}
