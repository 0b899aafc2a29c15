import type { LogLine } from '#contract/sessions.ts'

/** Cuts a log that was asked for with timestamps into its lines. Bytes may be cut anywhere, also within a character. */
export class LogLineReader {
  readonly #decoder = new TextDecoder()
  #rest = ''

  /** The lines that a piece of the log completes. */
  add(bytes: Uint8Array): LogLine[] {
    const lines = (this.#rest + this.#decoder.decode(bytes, { stream: true })).split('\n')
    this.#rest = lines.pop() ?? ''
    return lines.map(parseLine)
  }

  /** The last line, when it has no end. */
  finish(): LogLine[] {
    const rest = this.#rest
    this.#rest = ''
    return rest ? [parseLine(rest)] : []
  }
}

function parseLine(line: string): LogLine {
  const space = line.indexOf(' ')
  const time = space < 0 ? line : line.slice(0, space)
  if (!/^\d{4}-\d\d-\d\dT/.test(time)) return { time: '', text: line }
  return { time, text: space < 0 ? '' : line.slice(space + 1).replace(/\r$/, '') }
}
