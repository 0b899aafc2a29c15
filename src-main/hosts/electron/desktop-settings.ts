import { readFileSync } from 'node:fs'
import { writeFileAtomic } from '#platform/atomic-file.ts'
import type { WindowPlace } from './window-place.ts'

/** What the desktop host remembers between starts. */
export interface DesktopSettings {
  window?: WindowPlace
  /** False: the local cluster waits until it is started by hand. */
  startOnOpen: boolean
}

/** The desktop host's own settings in one file. One that can't be read counts as empty. */
export class DesktopSettingsFile {
  readonly #file: string
  #settings: DesktopSettings
  #writing: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
    this.#settings = { startOnOpen: true, ...readJson(file) }
  }

  get(): DesktopSettings {
    return this.#settings
  }

  /** Changes some and writes all; writes follow one another. */
  set(change: Partial<DesktopSettings>): Promise<void> {
    this.#settings = { ...this.#settings, ...change }
    const write = () => writeFileAtomic(this.#file, `${JSON.stringify(this.#settings, null, 2)}\n`)
    this.#writing = this.#writing.then(write, write)
    return this.#writing
  }
}

function readJson(file: string): Partial<DesktopSettings> {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'))
    return typeof value === 'object' && value !== null ? value : {}
  } catch {
    return {}
  }
}
