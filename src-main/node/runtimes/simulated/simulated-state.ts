import type { PodSandbox, RuntimeContainer } from '../container-runtime.ts'

/** What one simulated container remembers beside what it shows. */
export interface SimulatedContainer {
  shown: RuntimeContainer
  /** It ends by itself, as what comes before a pod's other containers does. */
  runsOnce?: boolean | undefined
  log: { at: number; text: string }[]
  /** What will come by itself. */
  timers: Disposable[]
}

export function dropTimers(container: SimulatedContainer): void {
  for (const timer of container.timers.splice(0)) timer[Symbol.dispose]()
}

/** Everything on one simulated engine, indexed by pod. */
export class SimulatedState {
  readonly sandboxes = new Map<string, PodSandbox>()
  readonly containers = new Map<string, SimulatedContainer>()
  readonly #byPod = new Map<string, { sandboxes: Set<string>; containers: Set<string> }>()
  #serial = 0

  newId(): string {
    this.#serial++
    return `${this.#serial.toString(16).padStart(16, '0')}${crypto.randomUUID().replaceAll('-', '')}0000000000000000`
  }

  addSandbox(sandbox: PodSandbox): void {
    this.sandboxes.set(sandbox.id, sandbox)
    this.#of(sandbox.config.uid).sandboxes.add(sandbox.id)
  }

  addContainer(container: SimulatedContainer): void {
    this.containers.set(container.shown.id, container)
    this.#of(container.shown.podUid).containers.add(container.shown.id)
  }

  removeSandbox(id: string): void {
    const sandbox = this.sandboxes.get(id)
    if (!sandbox) return
    this.sandboxes.delete(id)
    this.#of(sandbox.config.uid).sandboxes.delete(id)
    this.#forget(sandbox.config.uid)
  }

  removeContainer(id: string): void {
    const container = this.containers.get(id)
    if (!container) return
    dropTimers(container)
    this.containers.delete(id)
    this.#of(container.shown.podUid).containers.delete(id)
    this.#forget(container.shown.podUid)
  }

  sandboxesOf(podUid: string): PodSandbox[] {
    const ids = [...(this.#byPod.get(podUid)?.sandboxes ?? [])]
    return ids.flatMap(id => this.sandboxes.get(id) ?? [])
  }

  containersOf(podUid: string): SimulatedContainer[] {
    const ids = [...(this.#byPod.get(podUid)?.containers ?? [])]
    return ids.flatMap(id => this.containers.get(id) ?? [])
  }

  clear(): void {
    for (const container of this.containers.values()) dropTimers(container)
    this.sandboxes.clear()
    this.containers.clear()
    this.#byPod.clear()
  }

  #of(podUid: string) {
    let entry = this.#byPod.get(podUid)
    if (!entry) {
      entry = { sandboxes: new Set(), containers: new Set() }
      this.#byPod.set(podUid, entry)
    }
    return entry
  }

  #forget(podUid: string): void {
    const entry = this.#byPod.get(podUid)
    if (entry?.sandboxes.size === 0 && entry.containers.size === 0) this.#byPod.delete(podUid)
  }
}
