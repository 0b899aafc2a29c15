/** A value that can be watched: what `useSyncExternalStore` takes. */
export interface Readable<T> {
  get(): T
  subscribe(listener: () => void): () => void
}

/** A value that announces its changes. `started` runs with the first listener, its result when the last one leaves. */
export class Store<T> implements Readable<T> {
  readonly #listeners = new Set<() => void>()
  readonly #started: (() => () => void) | undefined
  #stop: (() => void) | undefined
  #value: T

  constructor(value: T, started?: () => () => void) {
    this.#value = value
    this.#started = started
  }

  get = (): T => this.#value

  set(value: T): void {
    if (Object.is(value, this.#value)) return
    this.#value = value
    for (const listener of [...this.#listeners]) listener()
  }

  update(change: (value: T) => T): void {
    this.set(change(this.#value))
  }

  subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    if (this.#listeners.size === 1) this.#stop = this.#started?.()
    return () => {
      if (!this.#listeners.delete(listener) || this.#listeners.size) return
      this.#stop?.()
      this.#stop = undefined
    }
  }
}
