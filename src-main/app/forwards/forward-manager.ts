import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Clock } from '#base/clock.ts'
import { Emitter } from '#base/emitter.ts'
import type { InputOf } from '#contract/contract.ts'
import type { Forward } from '#contract/forwards.ts'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { OpenClusters } from '../clusters/open-clusters.ts'
import { chooseLocalPort } from './local-listener.ts'
import { PortForward, type WantedForward } from './port-forward.ts'

/**
 * The forwards that a person wants, kept in a file. Those of a cluster that is open are at work; others rest, since
 * nothing is contacted before it is opened.
 */
export class ForwardManager implements Disposable {
  readonly #file: string
  readonly #clusters: OpenClusters
  readonly #clock: Clock
  readonly #wanted = new Map<string, WantedForward>()
  readonly #working = new Map<string, PortForward>()
  readonly #owned = new DisposableStack()
  #saving: Promise<void> = Promise.resolve()
  readonly changed = new Emitter<void>()

  constructor(options: { file: string; clusters: OpenClusters; clock: Clock }) {
    this.#file = options.file
    this.#clusters = options.clusters
    this.#clock = options.clock
    this.#owned.use(this.#clusters.changed.on(() => this.#adjust()))
  }

  /** Reads what was wanted when the app last ran. A file that can't be read counts as empty. */
  async load(): Promise<void> {
    try {
      const saved = JSON.parse(await readFile(this.#file, 'utf8')) as WantedForward[]
      for (const wanted of saved) this.#wanted.set(wanted.id, wanted)
    } catch {
      // Nothing was ever forwarded.
    }
    this.#adjust()
  }

  list(): Forward[] {
    return [...this.#wanted.values()].map(({ on, ...wanted }) => {
      const working = this.#working.get(wanted.id)
      const shown = working?.shown ?? { state: on ? ('resting' as const) : ('off' as const) }
      return { ...wanted, ...shown, connections: working?.connections ?? 0 }
    })
  }

  /** Forwards a port and remembers it; throws, and remembers nothing, when the local port can't be had. */
  async add({ target, kind, port, localPort }: InputOf<'forwards.add'>): Promise<Forward> {
    const wanted: WantedForward = {
      id: randomUUID(),
      target,
      kind,
      port,
      localPort: localPort || (await chooseLocalPort(port)),
      on: true,
    }
    await this.#clusters.open(target.cluster)
    this.#wanted.set(wanted.id, wanted)
    try {
      await this.#start(wanted)
    } catch (error) {
      this.#forget(wanted.id)
      throw error
    }
    await this.#save()
    const added = this.list().find(({ id }) => id === wanted.id)
    if (!added) throw new Error('the forward was removed before it began')
    return added
  }

  async switch(id: string, on: boolean): Promise<void> {
    const wanted = this.#wanted.get(id)
    if (!wanted) return
    this.#stop(id)
    this.#wanted.set(id, { ...wanted, on })
    this.#adjust()
    this.changed.emit()
    await this.#save()
  }

  async remove(id: string): Promise<void> {
    this.#forget(id)
    await this.#save()
  }

  [Symbol.dispose](): void {
    this.#owned.dispose()
    for (const id of [...this.#working.keys()]) this.#stop(id)
  }

  #forget(id: string): void {
    this.#stop(id)
    this.#wanted.delete(id)
    this.changed.emit()
  }

  #stop(id: string): void {
    this.#working.get(id)?.[Symbol.dispose]()
    this.#working.delete(id)
  }

  /** Starts and stops forwards as clusters are opened and closed. */
  #adjust(): void {
    for (const wanted of this.#wanted.values()) {
      const isOpen = this.#clusters.stateOf(wanted.target.cluster).connection === 'connected'
      const works = this.#working.has(wanted.id)
      if (isOpen && wanted.on && !works) {
        // A port that can't be had shows in the list.
        this.#start(wanted).catch(() => {})
      } else if (!isOpen && works) {
        this.#stop(wanted.id)
        this.changed.emit()
      }
    }
  }

  async #start(wanted: WantedForward): Promise<void> {
    const { connection } = await this.#clusters.open(wanted.target.cluster)
    if (this.#working.has(wanted.id) || !this.#wanted.has(wanted.id)) return
    const changed = () => this.changed.emit()
    const working = new PortForward({ wanted, connection, clock: this.#clock, changed })
    this.#working.set(wanted.id, working)
    const localPort = await working.start()
    if (localPort !== wanted.localPort && this.#wanted.has(wanted.id))
      this.#wanted.set(wanted.id, { ...wanted, localPort })
    this.changed.emit()
  }

  #save(): Promise<void> {
    this.#saving = this.#saving.then(() =>
      writeFileAtomic(this.#file, `${JSON.stringify([...this.#wanted.values()], null, 2)}\n`, {
        mode: 0o600,
      }),
    )
    return this.#saving
  }
}
