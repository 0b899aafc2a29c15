import type { Connection } from './connection.ts'
import { Store } from './store.ts'

/** What the window remembers between starts. Reads are at once, from a copy; writes go to the core. */
export class Settings {
  /** Undefined until the core answered. */
  readonly all = new Store<Readonly<Record<string, unknown>> | undefined>(undefined)
  readonly #connection: Connection

  constructor(connection: Connection) {
    this.#connection = connection
    connection.call('settings.read', {}).then(
      all => this.all.update(now => ({ ...all, ...now })),
      () => this.all.update(now => now ?? {}),
    )
  }

  read(key: string): unknown {
    return this.all.get()?.[key]
  }

  /** Remembers a value; null forgets it. A write that fails is only not remembered. */
  write(key: string, value: unknown): void {
    this.all.update(now => ({ ...now, [key]: value }))
    this.#connection.call('settings.write', { key, value }).catch(() => undefined)
  }
}
