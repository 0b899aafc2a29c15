/** Fields of a document as JSON and YAML have it: each is asked for once, with what it has to be; what nobody asked for is an error. */
export class Arguments {
  readonly #path: string
  readonly #left: Map<string, unknown>

  /** `path` begins the messages, such as `profiles[0].pluginConfig[1].args`. */
  constructor(value: unknown, path: string) {
    this.#path = path
    if (!isRecord(value)) throw new Error(`${path}: fields are wanted`)
    this.#left = new Map(Object.entries(value).filter(([, one]) => one !== null))
  }

  /** An error about one of the fields. */
  wrong(field: string, what: string): Error {
    return new Error(`${this.at(field)}: ${what}`)
  }

  at(field: string): string {
    return this.#path ? `${this.#path}.${field}` : field
  }

  text(field: string): string | undefined {
    return this.#typed(field, 'a text', one => typeof one === 'string')
  }

  boolean(field: string): boolean | undefined {
    return this.#typed(field, 'true or false', one => typeof one === 'boolean')
  }

  integer(field: string, least: number, most: number): number | undefined {
    return this.#typed(
      field,
      `a whole number from ${least} to ${most}`,
      (one): one is number => Number.isInteger(one) && Number(one) >= least && Number(one) <= most,
    )
  }

  oneOf<T extends string>(field: string, words: readonly T[]): T | undefined {
    return this.#typed(field, `one of ${words.join(', ')}`, (one): one is T =>
      words.includes(one as T),
    )
  }

  texts(field: string): string[] | undefined {
    return this.#typed(
      field,
      'a list of texts',
      (one): one is string[] => Array.isArray(one) && one.every(text => typeof text === 'string'),
    )
  }

  /** The parts of a list of objects; undefined when the field isn't there. */
  list(field: string): Arguments[] | undefined {
    const items = this.#typed<unknown[]>(field, 'a list', Array.isArray)
    return items?.map((item, index) => new Arguments(item, `${this.at(field)}[${index}]`))
  }

  part(field: string): Arguments | undefined {
    const value = this.#take(field)
    return value === undefined ? undefined : new Arguments(value, this.at(field))
  }

  /** A value that is checked elsewhere. */
  any(field: string): unknown {
    return this.#take(field)
  }

  /** Throws when there is a field that nobody asked for. */
  done(): void {
    const [unknown] = this.#left.keys()
    if (unknown !== undefined) throw this.wrong(unknown, 'is not known')
  }

  #typed<T>(field: string, wanted: string, is: (value: unknown) => value is T): T | undefined {
    const value = this.#take(field)
    if (value === undefined || is(value)) return value
    throw this.wrong(field, `${wanted} is wanted, not ${JSON.stringify(value)}`)
  }

  #take(field: string): unknown {
    const value = this.#left.get(field)
    this.#left.delete(field)
    return value
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
