/** A cell of a Table. */
export type Cell = string | number | boolean | null

/**
 * What the formula of a column gives for an object: `status.phase`, `spec.nodeName ?: "<none>"`, `len(webhooks)`,
 * `join(spec.names[].x, ",")`, `age(metadata.creationTimestamp)`, `"{a}/{b}"`, `spec.x absent -> "y"; else …`. A pattern
 * where it depends on the clock; undefined for rules that are told in words.
 */
export function cellOf(source: string, type: string, object: unknown): Cell | RegExp | undefined {
  const [, path = '', wanted, otherwise] =
    /^([\w.]+) absent -> "([^"]*)"; else (.*)$/.exec(source) ?? []
  if (wanted !== undefined && otherwise !== undefined)
    return valueAt(object, path) === undefined ? wanted : cellOf(otherwise, type, object)
  const fallback = /^([\w.[\]"]+) (\?\?|\?:) (?:"([^"]*)"|(\w+))$/.exec(source)
  if (fallback) return withFallback(fallback, type, object)
  const call = /^(len|join|age)\(([\w.[\]]+)(?:, "([^"]*)")?\)$/.exec(source)
  if (call) return applied(call[1] ?? '', valueAt(object, call[2] ?? ''), call[3] ?? '')
  if (/^"(\{[\w.]+\}|[^{}])*"$/.test(source)) return filled(source.slice(1, -1), object)
  if (/^[\w.]+$/.test(source)) return plain(valueAt(object, source), type)
  return undefined
}

function withFallback(
  [, path = '', operator, text, word]: RegExpExecArray,
  type: string,
  object: unknown,
): Cell | RegExp | undefined {
  const value = valueAt(object, path)
  if (value !== undefined && !(operator === '?:' && value === ''))
    return text !== undefined && typeof value === 'number'
      ? new RegExp(`^${value}$`)
      : plain(value, type)
  return text ?? (JSON.parse(word ?? 'null') as Cell)
}

function applied(name: string, value: unknown, separator: string): Cell | RegExp {
  if (name === 'age') return value === undefined ? '<unknown>' : /^\d+[smhdy](\d+[smhd])?$/
  const items = Object.values(value ?? [])
  return name === 'len' ? items.length : items.join(separator)
}

const filled = (template: string, object: unknown) =>
  template.replaceAll(/\{([\w.]+)\}/g, (_, path: string) => `${valueAt(object, path) ?? 0}`)

function plain(value: unknown, type: string): Cell | undefined {
  if (value === undefined) return type === 'integer' ? 0 : undefined
  if (typeof value === 'object') return undefined
  return value as Cell
}

/** The value at a path; a list of them behind `[]`. */
function valueAt(object: unknown, path: string): unknown {
  let value: unknown = object
  for (const [index, part] of path.split('.').entries()) {
    const [, key = '', each, at] = /^(\w+)(\[\])?(?:\[(\d+)\])?$/.exec(part) ?? []
    value = (value as Record<string, unknown> | undefined)?.[key]
    if (at !== undefined) value = (value as unknown[] | undefined)?.[Number(at)]
    if (each) {
      const rest = path
        .split('.')
        .slice(index + 1)
        .join('.')
      return ((value as unknown[] | undefined) ?? []).map(item => valueAt(item, rest))
    }
  }
  return value
}
