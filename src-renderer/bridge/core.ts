import type { InputOf, StreamName } from '../../src-main/contract/contract.ts'
import type { Connection } from './connection.ts'
import { LiveTable, type TableInput } from './live-table.ts'
import { LiveValue } from './live-value.ts'
import { Settings } from './settings.ts'
import { Usage, type UsageInput } from './usage.ts'

/** The core as the window sees it: calls on the connection, and one shared live object per question. */
export class Core {
  readonly connection: Connection
  readonly settings: Settings
  readonly #tables = new Map<string, LiveTable>()
  readonly #usages = new Map<string, Usage>()
  readonly #values = new Map<string, LiveValue<StreamName>>()

  constructor(connection: Connection) {
    this.connection = connection
    this.settings = new Settings(connection)
  }

  call: Connection['call'] = (name, input, signal) => this.connection.call(name, input, signal)

  /** The live table of one kind; the same one for everybody who asks the same. */
  table(input: TableInput): LiveTable {
    return remember(
      this.#tables,
      JSON.stringify(input),
      () => new LiveTable(this.connection, input),
    )
  }

  /** What pods or nodes use; the same one for everybody who asks the same. */
  usage(input: UsageInput): Usage {
    return remember(this.#usages, JSON.stringify(input), () => new Usage(this.connection, input))
  }

  /** The latest of a stream; the same one for everybody who asks the same. */
  live<N extends StreamName>(name: N, input: InputOf<N>): LiveValue<N> {
    return remember(
      this.#values as unknown as Map<string, LiveValue<N>>,
      name + JSON.stringify(input),
      () => new LiveValue(this.connection, name, input),
    )
  }
}

const kept = 256

/** Idle live objects hold no rows and no stream, so forgetting the oldest costs at most a second watch. */
function remember<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key)
  if (known) return known
  const made = make()
  map.set(key, made)
  const oldest = map.keys().next()
  if (map.size > kept && !oldest.done) map.delete(oldest.value)
  return made
}
