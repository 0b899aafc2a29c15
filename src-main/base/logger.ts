export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** Structured log lines. Values of keys that may carry secrets are never written. */
export interface Logger {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
  /** A logger whose every line also carries `fields`. */
  with(fields: LogFields): Logger
}

export type LogFields = Record<string, unknown>

const order: LogLevel[] = ['debug', 'info', 'warn', 'error']
const secretKey = /token|password|secret|authorization|privatekey|credential/i

/** A logger that hands each finished line, without line end, to `write`. */
export function createLogger(options: {
  write: (line: string) => void
  now: () => number
  level?: LogLevel
  fields?: LogFields
}): Logger {
  const least = order.indexOf(options.level ?? 'info')
  const bound = options.fields ?? {}
  const log =
    (level: LogLevel) =>
    (message: string, fields: LogFields = {}) => {
      if (order.indexOf(level) < least) return
      const time = new Date(options.now()).toISOString()
      options.write(
        `${time} ${level.toUpperCase()} ${message}${formatFields({ ...bound, ...fields })}`,
      )
    }
  return {
    debug: log('debug'),
    info: log('info'),
    warn: log('warn'),
    error: log('error'),
    with: fields => createLogger({ ...options, fields: { ...bound, ...fields } }),
  }
}

/** Discards everything. */
export const silentLogger: Logger = createLogger({ write: () => {}, now: () => 0 })

function formatFields(fields: LogFields): string {
  let text = ''
  for (const [key, value] of Object.entries(fields)) {
    text += ` ${key}=${secretKey.test(key) ? '…' : formatValue(value)}`
  }
  return text
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message)
  return typeof value === 'string' && /^[\w./:@-]+$/.test(value) ? value : JSON.stringify(value)
}
