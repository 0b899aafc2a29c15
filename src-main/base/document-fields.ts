/**
 * The fields of a document, or of a part of it, as JSON and YAML have it: each is asked for once, with what it has to be,
 * and what nobody asked for is an error. All errors name the field. A field that is null isn't there.
 */
export class DocumentFields {
  readonly #path: string
  readonly #left: Map<string, unknown>

  /** `path` begins the messages, such as `profiles[0].pluginConfig[1].args`; a whole document has none. */
  constructor(value: unknown, path = '') {
    this.#path = path
    if (!isRecord(value)) throw new Error(`${path || 'the document'}: fields are wanted`)
    this.#left = new Map(Object.entries(value))
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

  /** Texts by name; numbers and truth values are taken as they are written. */
  map(field: string): Record<string, string> | undefined {
    const value = this.#typed(field, 'names with texts', isRecord)
    const entries = Object.entries(value ?? {}).map(([name, one]) => {
      if (typeof one === 'object') throw this.wrong(`${field}.${name}`, 'a text is wanted')
      return [name, String(one)]
    })
    return value && Object.fromEntries(entries)
  }

  /** The parts of a list of objects; undefined when the field isn't there. */
  list(field: string): DocumentFields[] | undefined {
    const items = this.#typed<unknown[]>(field, 'a list', Array.isArray)
    return items?.map((item, index) => new DocumentFields(item, `${this.at(field)}[${index}]`))
  }

  part(field: string): DocumentFields | undefined {
    const value = this.#take(field)
    return value === undefined ? undefined : new DocumentFields(value, this.at(field))
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
    return value ?? undefined
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
