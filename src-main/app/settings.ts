import { readFile } from 'node:fs/promises'
import { writeFileAtomic } from '#platform/atomic-file.ts'

/** What the window remembers, as one JSON file. A damaged file counts as empty and is kept beside the new one. */
export class Settings {
  readonly #file: string
  #values: Record<string, unknown> | undefined
  #writing: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
  }

  async read(): Promise<Record<string, unknown>> {
    this.#values ??= await this.#load()
    return this.#values
  }

  /** Sets one key; null removes it. */
  async write(key: string, value: unknown): Promise<void> {
    const values = { ...(await this.read()) }
    if (value === null) delete values[key]
    else values[key] = value
    this.#values = values
    this.#writing = this.#writing.then(() =>
      writeFileAtomic(this.#file, `${JSON.stringify(this.#values, null, 2)}\n`, {
        mode: 0o600,
      }),
    )
    await this.#writing
  }

  async #load(): Promise<Record<string, unknown>> {
    let text: string
    try {
      text = await readFile(this.#file, 'utf8')
    } catch {
      return {}
    }
    try {
      return JSON.parse(text) as Record<string, unknown>
    } catch {
      await writeFileAtomic(`${this.#file}.damaged`, text, { mode: 0o600 })
      return {}
    }
  }
}
