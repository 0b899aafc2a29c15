import type { Clock } from '#base/clock.ts'
import type { PodFilter, PodSandbox, PodSandboxConfig } from '../container-runtime.ts'
import { AddressPool } from './address-pool.ts'
import type { ContainerLives } from './container-lives.ts'
import type { SimulatedEvents } from './simulated-events.ts'
import type { SimulatedState } from './simulated-state.ts'

export interface SimulatedSandboxesOptions {
  /** Where pods' addresses come from. */
  podCidr: string
  state: SimulatedState
  lives: ContainerLives
  events: SimulatedEvents
  clock: Clock
}

/** The sandboxes of a simulated engine, each with an address of its own unless its pod has the host's network. */
export class SimulatedSandboxes {
  readonly #options: SimulatedSandboxesOptions
  readonly #addresses: AddressPool

  constructor(options: SimulatedSandboxesOptions) {
    this.#options = options
    this.#addresses = new AddressPool(options.podCidr)
  }

  /** Takes in the sandboxes that an earlier process left: their addresses stay theirs. */
  adopt(): void {
    for (const { ips } of this.#options.state.sandboxes.values())
      for (const ip of ips) this.#addresses.claim(ip)
  }

  run({ name, namespace, uid, attempt, ...config }: PodSandboxConfig): string {
    const { state, events, clock } = this.#options
    const id = state.newId()
    state.addSandbox({
      id,
      config: { name, namespace, uid, attempt },
      state: 'ready',
      createdAt: clock.now(),
      ips: config.hostNetwork ? [] : [this.#addresses.take()],
      labels: config.labels,
      annotations: config.annotations,
    })
    events.announce('sandbox', uid, id, 'start')
    return id
  }

  /** Ends everything that runs in it, and frees its address. */
  stop(id: string): void {
    const { state, lives, events } = this.#options
    const sandbox = state.sandboxes.get(id)
    if (sandbox?.state !== 'ready') return
    const { uid } = sandbox.config
    for (const container of state.containersOf(uid))
      if (container.shown.sandboxId === id) lives.end(container, 137, 'Error')
    for (const ip of sandbox.ips) this.#addresses.release(ip)
    sandbox.ips = []
    sandbox.state = 'notready'
    events.announce('sandbox', uid, id, 'die')
  }

  remove(id: string): void {
    const { state, events } = this.#options
    const sandbox = state.sandboxes.get(id)
    if (!sandbox) return
    this.stop(id)
    const { uid } = sandbox.config
    for (const { shown } of state.containersOf(uid))
      if (shown.sandboxId === id) state.removeContainer(shown.id)
    state.removeSandbox(id)
    events.announce('sandbox', uid, id, 'destroy')
  }

  /** The newest attempt first. */
  list(filter?: PodFilter): PodSandbox[] {
    const { state } = this.#options
    const listed = filter ? state.sandboxesOf(filter.podUid) : [...state.sandboxes.values()]
    return listed
      .map(sandbox => ({ ...sandbox }))
      .sort((a, b) => b.config.attempt - a.config.attempt)
  }

  /** Throws for one that isn't running. */
  getRunning(id: string): PodSandbox {
    const sandbox = this.#options.state.sandboxes.get(id)
    if (sandbox?.state !== 'ready') throw new Error(`sandbox ${id} is not running`)
    return sandbox
  }

  /** The running one that has an address. */
  findByAddress(address: string): PodSandbox | undefined {
    return [...this.#options.state.sandboxes.values()].find(
      ({ state, ips }) => state === 'ready' && ips.includes(address),
    )
  }
}
