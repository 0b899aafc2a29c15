import { GoProgram, lacksGo } from '../../support/go-program.ts'

/** Who owns what, in the library's words. */
export interface OracleManager {
  version: string
  applied: boolean
  /** `fieldsV1`. */
  fields: object
}

/** One write to one object. */
export interface OracleRequest {
  /** A schema that `define` gave a name. */
  schema: string
  /** The type of the object by version. */
  versions: Readonly<Record<string, string>>
  live: object
  managers: Readonly<Record<string, OracleManager>>
  /** What nobody comes to own, as `fieldsV1`. */
  ignored?: object
  write: {
    manager: string
    version: string
    value: object
    /** An apply, else an update. */
    apply: boolean
    force?: boolean
  }
}

/** What comes of a write: the object and its managers, or conflicts, or an error. */
export interface OracleAnswer {
  object?: object
  managers?: Record<string, OracleManager>
  /** Each with its path as conflicts print it. */
  conflicts?: { manager: string; path: string }[]
  error?: string
}

/** Why the library doesn't run here; undefined when it does. */
export const lacksOracle = (): string | undefined => lacksGo(['sigs.k8s.io/structured-merge-diff'])

/** The merge library of Kubernetes, in a program of its own (main.go). */
export class Oracle implements AsyncDisposable {
  readonly #program: GoProgram

  private constructor(program: GoProgram) {
    this.#program = program
  }

  static async start(): Promise<Oracle> {
    return new Oracle(await GoProgram.start(import.meta.dirname))
  }

  /** Gives a schema its name. */
  async define(schema: string, types: readonly object[]): Promise<void> {
    const { error } = await this.#ask({ schema, types: { types } })
    if (error) throw new Error(`the library can't read the schema ${schema}: ${error}`)
  }

  write(request: OracleRequest): Promise<OracleAnswer> {
    return this.#ask(request)
  }

  async #ask(question: object): Promise<OracleAnswer> {
    const [answer] = await this.#program.ask<OracleAnswer>([question])
    return answer ?? {}
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#program[Symbol.asyncDispose]()
  }
}
