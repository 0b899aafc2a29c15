/** A line of a log, or a mark across it. */
export interface LogEntry {
  /** Counts from the first line that ever came; a place that stays when old lines leave. */
  readonly index: number
  /** RFC 3339; empty for a mark. */
  readonly time: string
  /** Without escape sequences. */
  readonly text: string
  readonly severity: Severity
  readonly mark: boolean
  /** Which of several sources wrote it. */
  readonly source?: number
}

export type Severity = 'bad' | 'warn' | 'plain'

const escapes = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[ -/]*[@-~]`, 'g')
const bad = /\b(FATAL|ERROR|ERR|PANIC|CRITICAL)\b|"level":"(error|fatal)"|\blevel=(error|fatal)\b/i
const warn = /\b(WARN|WARNING)\b|"level":"warn(ing)?"|\blevel=warn(ing)?\b/i
const looksAt = 200

/** How serious a line says it is, from the words at its start. */
export function severityOf(text: string): Severity {
  const start = text.slice(0, looksAt)
  return bad.test(start) ? 'bad' : warn.test(start) ? 'warn' : 'plain'
}

/** A line as it came. */
export interface LogText {
  readonly time: string
  readonly text: string
  readonly source?: number | undefined
}

/** The last lines of a log, at most so many; older ones leave and are counted. */
export class LogBuffer {
  readonly #limit: number
  #entries: LogEntry[] = []
  #next = 0
  #dropped = 0

  constructor(limit = 50_000) {
    this.#limit = limit
  }

  get entries(): readonly LogEntry[] {
    return this.#entries
  }

  /** Lines that left for want of room. */
  get dropped(): number {
    return this.#dropped
  }

  add(lines: readonly LogText[]): void {
    this.#push(
      lines.map(({ time, text, source }) => {
        const clean = text.replace(escapes, '').replaceAll('\t', '    ').replace(/\r$/, '')
        return {
          index: this.#next++,
          time,
          text: clean,
          severity: severityOf(clean),
          mark: false,
          ...(source !== undefined && { source }),
        }
      }),
    )
  }

  mark(text: string): void {
    this.#push([{ index: this.#next++, time: '', text, severity: 'plain', mark: true }])
  }

  clear(): void {
    this.#entries = []
    this.#dropped = 0
  }

  #push(entries: LogEntry[]): void {
    const all = [...this.#entries, ...entries]
    const excess = Math.max(0, all.length - this.#limit)
    this.#dropped += excess
    this.#entries = excess ? all.slice(excess) : all
  }
}

/** Which entries a search finds, by place in the list; a text that is no expression is taken as it stands. */
export function findInLog(
  entries: readonly LogEntry[],
  query: string,
): { places: number[]; pattern: RegExp | undefined } {
  if (!query) return { places: [], pattern: undefined }
  const pattern = searchPattern(query)
  const places: number[] = []
  for (const [place, entry] of entries.entries()) {
    pattern.lastIndex = 0
    if (pattern.test(entry.text)) places.push(place)
  }
  pattern.lastIndex = 0
  return { places, pattern }
}

function searchPattern(query: string): RegExp {
  try {
    return new RegExp(query, 'gi')
  } catch {
    return new RegExp(query.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'gi')
  }
}

/** A text in pieces, each found or not. An expression that matches nothing at all finds nothing. */
export function splitMatches(
  text: string,
  pattern: RegExp | undefined,
): { text: string; found: boolean; at: number }[] {
  const pieces: { text: string; found: boolean; at: number }[] = []
  let at = 0
  for (const match of pattern ? text.matchAll(pattern) : []) {
    if (!match[0]) continue
    if (match.index > at) pieces.push({ text: text.slice(at, match.index), found: false, at })
    pieces.push({ text: match[0], found: true, at: match.index })
    at = match.index + match[0].length
  }
  if (at < text.length || !pieces.length) pieces.push({ text: text.slice(at), found: false, at })
  return pieces
}
